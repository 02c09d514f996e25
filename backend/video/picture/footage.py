"""What is taken from a video that somebody brought: how long it is on screen, at which rate, in which size. Pure."""

from __future__ import annotations

from backend.media.info import MediaInfo
from backend.video.picture.fitting import Size, even

_RATES = (24, 25, 30, 50, 60)
_USUAL_RATE = 30
_LONGER_SOUND = 0.25
"""Seconds by which sound may outlast its picture before the last frame is held for it; encoders pad it by less."""


def seconds_on_screen(info: MediaInfo) -> float:
    """As long as its picture, or its sound where that goes on alone."""
    picture = info.require_video().duration
    sound = info.audio.duration if info.audio else 0.0
    return sound if sound > picture + _LONGER_SOUND else picture


def usual_rate(fps: float) -> int:
    """The same frames a second, if that is a usual rate; 30 for others."""
    nearest = min(_RATES, key=lambda rate: abs(rate - fps))
    return nearest if abs(nearest - fps) <= 0.02 * nearest else _USUAL_RATE


def frames_of(info: MediaInfo, fps: int) -> int:
    """Frames that it is on screen for, at least one."""
    return max(1, round(seconds_on_screen(info) * fps))


def even_size(size: Size) -> Size:
    """The nearest size with even sides."""
    return even(size[0]), even(size[1])
