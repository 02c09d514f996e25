"""What a media file holds, and how much it may: values."""

from __future__ import annotations

from dataclasses import dataclass

from backend.errors import MediaRejected
from backend.media import formats
from backend.media.formats import MediaFormat


@dataclass(frozen=True)
class Limits:
    """How much media one file may hold."""

    seconds: float = 7200.0
    picture_pixels: int = formats.MAX_PIXELS
    video_pixels: int = 3840 * 2160
    side: int = 16_384
    """Pixels: no more can be encoded."""
    frames_per_second: float = 120.0
    video_volume: float = 7200.0 * 30 * 1920 * 1080 * 2
    """Pixels of all frames together: two hours of 1080p at 60 a second, or half an hour of 2160p."""


DEFAULT_LIMITS = Limits()
NO_LIMITS = Limits(seconds=86_400, video_pixels=2**26, video_volume=float("inf"))
"""For what we made ourselves."""


@dataclass(frozen=True)
class VideoStream:
    """The picture of a file, a still one or a moving one."""

    codec: str
    width: int
    """Pixels as stored, before turning."""
    height: int
    fps: float
    """Mean frames a second; 0 for a still picture."""
    frames: int
    duration: float
    """Seconds; 0 for a still picture."""
    still: bool = False
    rotation: int = 0
    """Degrees counter-clockwise that the stored picture is to be turned: 0, 90, 180 or 270."""
    sample_aspect: float = 1.0
    """Width of a stored pixel over its height."""
    alpha: bool = False
    """Whether it can be transparent."""
    full_range: bool = False
    """Whether 0 is black and 255 white (pictures), not 16 and 235 (video)."""
    matrix: int = 2
    """Colour matrix as in ITU-T H.273; 2 is unspecified."""
    transfer: int = 2
    """Transfer characteristic as in ITU-T H.273; 16 (PQ) and 18 (HLG) are high dynamic range."""
    longest_run: int = 1
    """Frames from a key frame to the next, at most: so many are decoded to see one of them."""

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as they are seen: turned upright, with square pixels."""
        width = max(1, round(self.width * self.sample_aspect))
        return (self.height, width) if self.rotation in (90, 270) else (width, self.height)


@dataclass(frozen=True)
class AudioStream:
    """The sound of a file."""

    codec: str
    sample_rate: int
    channels: int
    duration: float
    """Seconds."""
    bit_rate: int
    """Bits a second; 0 when unknown."""
    invalid_samples: int = 0
    """Those that are no numbers, or beyond any level: whoever uses the sound mutes them."""


@dataclass(frozen=True)
class MediaInfo:
    """What a media file holds."""

    form: MediaFormat
    size: int
    """Bytes."""
    duration: float
    """Seconds of its longest stream; 0 for a still picture."""
    video: VideoStream | None
    audio: AudioStream | None

    @property
    def kind(self) -> formats.Kind:
        if self.form.still:
            return "image"
        return "video" if self.video else "audio"

    def require_video(self) -> VideoStream:
        """The picture.

        Raises:
            MediaRejected: ``no_video``.
        """
        if self.video is None:
            hint = "Choose a picture or a video."
            raise MediaRejected("This file has sound but no picture.", hint=hint, code="no_video")
        return self.video

    def require_audio(self) -> AudioStream:
        """The sound.

        Raises:
            MediaRejected: ``no_audio``.
        """
        if self.audio is None:
            hint = "Choose a recording or a video with sound."
            raise MediaRejected("This file has no sound.", hint=hint, code="no_audio")
        return self.audio
