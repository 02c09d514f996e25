"""How much video may be made at once: a bound on all pixels of all frames, known before anything starts. Pure."""

from __future__ import annotations

from backend.errors import InvalidRequest
from backend.media.probe import DEFAULT_LIMITS
from backend.video.picture import Size


def check_volume(frames: int, size: Size) -> None:
    """Refuse a video that has more to draw than the longest one that may be given.

    Raises:
        InvalidRequest: ``video_too_large``.
    """
    most = int(DEFAULT_LIMITS.video_volume / (size[0] * size[1]))
    if frames > most:
        raise InvalidRequest(
            f"Rendering this would need {frames:,} frames of {size[0]}x{size[1]}; {most:,} are the most.",
            hint="Make it shorter, or choose a smaller size.",
            code="video_too_large",
        )
