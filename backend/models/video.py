"""Finished videos."""

from __future__ import annotations

from backend.models.captions import Captions
from backend.models.speech import Narration
from backend.models.value import FileLink, Value


class Video(Value):
    """One finished video."""

    size: str
    """``WIDTHxHEIGHT`` in pixels."""
    duration: float
    fps: float
    file: FileLink
    thumbnail: FileLink
    loudness: float | None = None
    """LUFS of its sound (EBU R 128), measured in the finished file; null where nothing is heard."""
    true_peak: float | None = None
    """dBTP, measured likewise."""


class CaptionedVideo(Value):
    """What ``generate_captioned_video`` makes."""

    video_id: str
    videos: tuple[Video, ...]
    """One for each size asked for, in that order."""
    narration: Narration | None
    captions: tuple[Captions, ...]
    """One for each size."""
    warnings: tuple[str, ...] = ()
    """Of videos that were made again: why they may differ from what was made before."""
    media: str = ""
    """The file_id of the recording that is heard in them; empty where a narration is."""
    audio: FileLink | None = None
    """The finished sound alone, where ``options.audio_export`` asked for it."""
