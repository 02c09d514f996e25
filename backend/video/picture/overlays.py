"""Pictures laid over the background: where they lie, and the filters that bring them there. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.layers import ImageLayer
from backend.media.info import MediaInfo, VideoStream
from backend.video.picture.fitting import Size, even, turned

Margins = tuple[float, float, float, float]
"""Shares of the frame at the top, right, bottom and left."""


@dataclass(frozen=True)
class Overlay:
    """A picture to be laid over."""

    path: Path
    info: MediaInfo
    look: ImageLayer
    keep_out: Margins = (0.0, 0.0, 0.0, 0.0)
    """What apps draw over; heeded if the look says so."""


@dataclass(frozen=True)
class Box:
    """A stretch of the frame in pixels; all even, so that colours lie where the picture does."""

    left: int
    top: int
    width: int
    height: int


def box(overlay: Overlay, size: Size) -> Box:
    """Where the picture lies in a frame of ``size``: as wide as asked where there is room."""
    look, (width, height) = overlay.look, size
    shape = overlay.info.require_video().display_size
    margins = overlay.keep_out if look.safe_zone else (0.0,) * 4
    own = look.margin * min(size)
    top, bottom = (max(own, share * height) for share in margins[::2])
    right, left = (max(own, share * width) for share in margins[1::2])
    room = max(2.0, width - left - right), max(2.0, height - top - bottom)
    scale = min(look.width * min(size) / shape[0], room[0] / shape[0], room[1] / shape[1])
    wide, high = even(shape[0] * scale), even(shape[1] * scale)
    across = left if "left" in look.position else width - right - wide
    down = top if "top" in look.position else height - bottom - high
    if look.position in ("top", "center", "bottom"):
        across = left + (room[0] - wide) / 2
    if look.position in ("left", "center", "right"):
        down = top + (room[1] - high) / 2
    # rounding never moves it out of the frame
    return Box(_inside(across, width - wide), _inside(down, height - high), wide, high)


def _inside(place: float, most: int) -> int:
    return max(0, min(even(place, least=0), most // 2 * 2))


def laid_over(video: VideoStream, place: Box, opacity: float) -> str:
    """Filters from a stored picture to one of the box's size, transparent where it is, in BT.709.

    Colours are weighed with how much they cover while the size changes, else edges would get the colour of what is not
    seen there.
    """
    faint = f"colorchannelmixer=aa={opacity:.4f}," if opacity < 1 else ""
    return (
        f"{''.join(f'{turn},' for turn in turned(video))}sidedata=mode=delete,format=gbrap,premultiply=inplace=1,"
        f"scale={place.width}:{place.height}:flags=bicubic,unpremultiply=inplace=1,{faint}"
        f"scale=out_color_matrix=bt709:out_range=tv,format=yuva420p,setsar=1,trim=end_frame=1,setpts=0"
    )
