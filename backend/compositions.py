"""What a video is made of beside its words: the options of ``generate_captioned_video``, each with its bounds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backend.layers import Layer
from backend.models import AudioFormat, CaptionLayout, Value
from backend.shots import Shot

Quality = Literal["draft", "standard", "best"]
Codec = Literal["h264", "h265", "av1"]
EncoderChoice = Literal["software", "hardware"]


class VideoOptions(Value):
    """Finer settings of a video. What is not given is as the operation says."""

    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    """Of the voice, as in ``generate_speech``; so are the next six."""
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -16.0
    engine: str = "auto"
    language: str = "auto"
    verify: bool = False
    options: dict[str, Any] = Field(default_factory=dict)
    layout: CaptionLayout = CaptionLayout()
    """Of the captions, as in ``make_captions``."""
    shots: Annotated[tuple[Shot, ...], Field(max_length=60)] = ()
    """How each of the backgrounds is shown, one for each; else they share the time, changing where sentences end."""
    layers: Annotated[tuple[Layer, ...], Field(max_length=12)] = ()
    """What lies over the background and under the captions: pictures, progress bars, titles."""
    video_loudness: Annotated[float, Field(ge=-40, le=-6)] | None = -14.0
    """LUFS of the finished sound, voice and music together, with true peaks under -1.5 dB. -14 is what YouTube, TikTok
    and Instagram play at; null leaves voice and music as loud as they are."""
    duck_distance: Annotated[float, Field(ge=0, le=60)] = 20.0
    """LU that music lies under the voice, at least, while someone speaks. 20 is what WCAG 2.2 asks of speech that is
    easy to follow. Music that is that quiet anyway is left alone."""
    music_start: Annotated[float, Field(ge=0, le=7200)] = 0.0
    """Seconds of the music that are left out at its beginning."""
    music_fade_in: Annotated[float, Field(ge=0, le=30)] = 0.6
    """Seconds in which music comes in; a third of the video at most."""
    music_fade_out: Annotated[float, Field(ge=0, le=30)] = 1.6
    """Seconds in which it goes out."""
    audio_export: AudioFormat | None = None
    """Also give the finished sound alone, in this format."""
    quality: Quality = "standard"
    """``draft`` is quickly there, ``standard`` shows no loss on a phone, ``best`` takes about five times as long."""
    codec: Codec = "h264"
    """``h264`` plays everywhere; ``h265`` and ``av1`` make smaller files, slowly, for newer players."""
    encoder: EncoderChoice = "software"
    """``hardware`` has a graphics card write the video where one really can: faster, in larger files. Where none can,
    the processor does, and a warning says so."""


SPEECH_OPTIONS = ("speed", "seed", "loudness", "engine", "language", "verify", "options")
"""Those that say how a script is spoken."""
