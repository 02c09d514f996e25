"""What callers send about voices."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from backend.models import ConsentBasis, Value


class ListVoices(Value):
    """Voices that match."""

    engine: str = "any"
    """``any``, or an engine's name."""
    language: str = "any"
    """``any``, or the start of a language tag: ``en`` matches ``en-us`` and ``en-gb``."""
    query: str = ""
    """Words looked for in name, description, language and id."""


class CheckVoice(Value):
    """Say how good a voice a recording would make, before it is saved."""

    audio: str
    """The recording, or a video with sound."""
    transcript: str | None = None
    """What is said in the chosen part, to be compared with it; empty has it written down, null looks at the sound
    alone."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    start: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where the part starts; null leaves the choice to the studio."""
    end: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where it ends, at most 12 after its start."""


class GivenConsent(Value):
    """Why a voice may be cloned; the time and the hash of the recording are added when it is saved."""

    basis: ConsentBasis
    """``own_voice``, ``permission``, ``licensed`` or ``synthetic``."""
    speaker: str
    """Who is heard."""
    statement: str
    """What was said or signed."""


class UploadVoice(Value):
    """Save a voice to speak with: the best twelve seconds of a recording, with what is said in them."""

    audio: str
    """The recording, or a video with sound; at most two hours, of which the best part is found."""
    name: str
    """For people, at most 80 characters."""
    consent: GivenConsent
    """``{"basis": "own_voice|permission|licensed|synthetic", "speaker": …, "statement": …}``; no voice without it."""
    transcript: str = ""
    """Exactly what is said in the part that is kept; empty to have it recognised."""
    language: str = "auto"
    """A tag such as ``en`` or ``pt-br``; ``auto`` to have it recognised."""
    tags: tuple[str, ...] = ()
    """Words to find it by."""
    start: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where the kept part starts; null leaves the choice to the studio."""
    end: Annotated[float, Field(ge=0, le=7210)] | None = None
    """Seconds where it ends, at most 12 after its start."""


class UpdateVoice(Value):
    """Change what is written about a voice; null leaves a field as it is."""

    voice_id: str
    """What ``upload_voice`` called it."""
    name: str | None = None
    """Another name."""
    transcript: str | None = None
    """What is really said in the reference; it must be what is heard there."""
    language: str | None = None
    """The language it speaks."""
    tags: tuple[str, ...] | None = None
    """All its tags."""


class VoiceRequest(Value):
    """One voice that was made here."""

    voice_id: str
    """What ``upload_voice``, ``blend_voices`` or ``import_voice`` called it."""


class DeleteVoice(VoiceRequest):
    """Delete a voice and every copy of its recording; the answer says what is gone."""


class ExportVoice(VoiceRequest):
    """A voice as one zip file: recording, transcript, consent and hashes."""


class ImportVoice(Value):
    """Take in a voice that ``export_voice`` made, here or elsewhere."""

    file: str
    """The zip file."""


class BlendVoices(Value):
    """Mix Kokoro's voices into a new one."""

    recipe: str
    """Voices with their weights, like ``af_heart(2)+am_puck(1)``."""
    name: str
    """For people, at most 80 characters."""
