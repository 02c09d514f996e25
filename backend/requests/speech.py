"""What callers send to have something said, or written down."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backend.models import AudioFormat, Value
from backend.requests.fields import Limit, Script, Seed, Speed


class GenerateSpeech(Value):
    """Speak a script."""

    script: Script
    voice: str = "af_heart"
    """A voice_id from ``list_voices``, or a blend such as ``af_heart(2)+am_puck(1)``."""
    engine: str = "auto"
    """``auto`` takes the voice's own engine."""
    language: str = "auto"
    """``auto`` takes the voice's own language."""
    speed: Speed = 1.0
    """0.5 to 2; 1 is the voice's own pace."""
    seed: Seed | None = None
    """For engines that draw; the same seed and input give the same audio."""
    audio_format: AudioFormat = "wav"
    """File format of the audio."""
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -16.0
    """Integrated loudness in LUFS (EBU R 128); null leaves it as spoken."""
    verify: bool = False
    """Hear each sentence with Whisper; what differs from the script is said again where another seed can help, and
    marked in ``doubts`` where not."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Engine parameters; see ``system_status``."""


class ConvertVoice(Value):
    """Say a recording again in another voice, at the same times and with the same expression."""

    media: str
    """file_id of a recording, or of a video with sound, of at most 15 minutes."""
    voice: str
    """The voice_id of a voice that was made from a recording."""
    engine: str = "auto"
    """``auto`` takes the first installed engine that converts."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Nothing yet: the recording says how everything is said."""


class Transcribe(Value):
    """Write down what is said in a recording, with the time of every word."""

    media: str
    """file_id of a recording, or of a video with sound, of at most an hour."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    recogniser: Literal["whisper", "google"] = "whisper"
    """Who listens: ``whisper``, the best size that is there and fits the machine; or ``google``, Cloud Speech-to-Text,
    which costs money and needs credentials (docs/google.md)."""


class AlignScript(Value):
    """Find every word of a known script in a recording of it, exactly when it is said."""

    media: str
    """file_id of a recording, or of a video with sound, of at most an hour."""
    script: Script
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""


class RegenerateSentence(Value):
    """Speak one sentence of a narration again; the others stay as they are."""

    narration_id: str
    """What ``generate_speech`` called it."""
    index: Annotated[int, Field(ge=0)]
    """Which sentence, from 0."""
    text: str | None = None
    """New text; null says the same again."""
    voice: str | None = None
    """Another voice; null keeps it."""
    seed: Seed | None = None
    """Another seed, for engines that draw."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Engine parameters."""
    engine: str | None = None
    """Another engine that speaks its voice; null keeps the one that spoke it."""
    from_version: Annotated[int, Field(ge=1)] | None = None
    """Take the sentence as it is in this version of the narration, and nothing else; its take is there already."""


class GetNarration(Value):
    """One narration, with fresh links."""

    narration_id: str
    """What ``generate_speech`` called it."""
    version: Annotated[int, Field(ge=1)] | None = None
    """An earlier version; null is the newest."""


class ListNarrations(Value):
    """The newest narrations."""

    limit: Limit = 50
    """At most so many."""


class DeleteNarration(Value):
    """Delete a narration in all versions."""

    narration_id: str
    """What ``generate_speech`` called it."""
