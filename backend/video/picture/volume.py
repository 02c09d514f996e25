"""How much video may be made at once, and what making it may take at most; known before anything starts. Pure."""

from __future__ import annotations

from backend.errors import InvalidRequest
from backend.video.picture.fitting import Size

MOST_PIXELS = 8.9e11
"""Two hours of 1080p at 60 frames a second, less a minute; an hour of 2160p at 30 is just too much."""
SCREEN_PIXELS = 1080 * 1920
"""A phone's whole screen."""


def check_volume(frames: int, size: Size) -> None:
    """Refuse a video that has more to draw than `MOST_PIXELS`.

    Raises:
        InvalidRequest: ``video_too_large``.
    """
    most = int(MOST_PIXELS / (size[0] * size[1]))
    if frames > most:
        raise InvalidRequest(
            f"Rendering this would need {frames:,} frames of {size[0]}x{size[1]}; {most:,} are the most.",
            hint="Make it shorter, or choose a smaller size.",
            code="video_too_large",
        )


def most_bytes(seconds: float, size: Size) -> int:
    """What a video of this size and length never needs: half a byte a pixel a second, thrice, and its sound."""
    return int(seconds * (size[0] * size[1] * 1.5 + 32_000)) + 50_000_000


def patience(seconds: float, pixels: int, slowest: float = 60.0) -> float:
    """Seconds of wall time after which making a video has surely gone wrong.

    Args:
        seconds: of the video.
        pixels: of all frames that are read or written at a time.
        slowest: what a second of a phone's whole screen may take.
    """
    return 300 + slowest * seconds * pixels / SCREEN_PIXELS
