"""How much video may be made at once: a bound on all pixels of all frames, known before anything starts. Pure."""

from __future__ import annotations

from backend.errors import InvalidRequest
from backend.video.picture.fitting import Size

MOST_PIXELS = 8.9e11
"""Two hours of 1080p at 60 frames a second, less a minute; an hour of 2160p at 30 is just too much."""


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
