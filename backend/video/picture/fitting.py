"""Filters that turn one picture or clip into frames of the wanted size. Pure: strings out, nothing run.

A picture is scaled and converted once and then repeated; only what moves is worked out for every frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from backend.media.info import VideoStream
from backend.models import Fit, ImageEffect

Size = tuple[int, int]

_TURNS = {0: (), 90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}
_UNSPECIFIED = 2
_HDR_TRANSFERS = (16, 18)
_TONE_MAP = (
    "zscale=transfer=linear:npl=100,format=gbrpf32le,zscale=primaries=bt709,tonemap=hable:desat=0,"
    "zscale=transfer=bt709:matrix=bt709:range=limited,format=yuv420p"
)
_FORGET = "sidedata=mode=delete"
_BLUR_SHRINK = 8
_DIMMED = "lutyuv=y=16+(val-16)*0.6:u=128+(val-128)*0.6:v=128+(val-128)*0.6"
_ZOOM_INSET = 0.065
"""Share of each side that a zoom takes away in the end."""
_PAN_ROOM = 1.1
"""A picture with less to spare is enlarged by this."""
_PAN_SPEED = 0.12
"""Share of the frame that passes in a second, at most."""
_PAN_MARGIN = 4
_MOSTLY_SEEN = 0.75
"""Share of a clip's picture from which on it is scaled as a whole."""
_LEAST_SEEN = 320
"""Pixels: a cut that is a half of one off bends the picture by less than two in a thousand."""
_MOST_ROOM = 32
"""Frames of area that a picture may have once it covers one; of a longer strip only what is seen is scaled."""


@dataclass(frozen=True)
class Motion:
    """Where in its effect a picture is: ``first`` of ``total`` frames (a preview shows a part of them)."""

    effect: ImageEffect
    first: int
    total: int
    fps: int = 30
    turn: int = 0
    """Place of the picture among the others; every second one moves the other way."""

    @property
    def progress(self) -> str:
        """Eased from 0 to 1 over the whole, as an expression of the frame number ``{n}``."""
        part = f"({{n}}+{self.first})/{max(1, self.total - 1)}"
        return f"(0.5-0.5*cos(PI*{part}))" if self.turn % 2 == 0 else f"(0.5+0.5*cos(PI*{part}))"


def turned(video: VideoStream) -> list[str]:
    """Filters that turn a stored picture upright; see `upright`."""
    return list(_TURNS[video.rotation]) if video.still else []


def upright(video: VideoStream) -> list[str]:
    """Filters that show a stored picture as it is meant to be seen: upright, on opaque black.

    ffmpeg turns clips by itself; pictures only since 8.0, so there it is told not to and this does it.
    """
    filters = turned(video)
    if video.alpha:
        filters += ["format=gbrap", "premultiply=inplace=1", "format=gbrp"]
    # What was just done must not be told to the encoder as well: it would have players turn the picture again.
    return filters if is_hdr(video) else [*filters, _FORGET]


def is_hdr(video: VideoStream) -> bool:
    """Whether it is brighter than screens show; its side data says by how much, and goes once that is mapped."""
    return video.transfer in _HDR_TRANSFERS


def toned(video: VideoStream, size: Size, cut: str = "") -> list[str]:
    """Filters that bring an upright picture of high range down to what screens show; none for others.

    It is scaled to ``size`` and ``cut`` first: worked out in floats, a picture of 2160p takes 100 MB.
    """
    if not is_hdr(video):
        return []
    return [f"scale={size[0]}:{size[1]}:flags=bicubic", *([cut] if cut else []), _TONE_MAP, _FORGET]


def fitted(video: VideoStream, size: Size, fit: Fit, label: str) -> str:
    """Filters from an upright picture to yuv420p frames of ``size``; ``label`` makes inner pad names unique."""
    before = ",".join([*upright(video), ""])
    source = video.display_size
    if fit == "cover" or source[0] * size[1] == source[1] * size[0]:
        return before + _cover(video, source, size)
    inner = contain_size(source, size)
    shown = _scale(video, inner)
    if fit == "contain":
        return f"{before}{shown},pad={size[0]}:{size[1]}:(ow-iw)/2:(oh-ih)/2:black,setsar=1"
    small = (even(size[0] / _BLUR_SHRINK), even(size[1] / _BLUR_SHRINK))
    return (
        f"{before}split=2[{label}back][{label}front];"
        f"[{label}back]{_cover(video, source, small)},gblur=sigma={max(small) / 32:.2f}:steps=2,"
        f"scale={size[0]}:{size[1]}:flags=bicubic,{_DIMMED},setsar=1[{label}blurred];"
        f"[{label}front]{shown},setsar=1[{label}sharp];"
        f"[{label}blurred][{label}sharp]overlay=(W-w)/2:(H-h)/2:format=yuv420,format=yuv420p"
    )


def moving(video: VideoStream, size: Size, fit: Fit, motion: Motion, label: str) -> tuple[str, str]:
    """Filters for a picture that moves: what is done once, and what is done for every frame after that.

    Only what covers the frame can pan; with bars or blur around it, it zooms as a whole.
    """
    if motion.effect == "pan" and fit == "cover" and not _is_strip(video.display_size, size):
        return _panned(video, size, motion)
    return fitted(video, size, fit, label), _zoomed(motion)


def _zoomed(motion: Motion) -> str:
    """A slow zoom towards a little above the middle, exact to 1/256 of a pixel, so that nothing jitters.

    ``perspective`` takes fractional corners; ``zoompan`` and ``crop`` round to whole pixels and tremble.
    """
    inset = f"{_ZOOM_INSET}*{motion.progress.format(n='(on-1)')}"
    left, top, right, bottom = f"W*{inset}", f"H*0.8*{inset}", f"W*(1-{inset})", f"H*(1-1.2*{inset})"
    corners = f"x0='{left}':y0='{top}':x1='{right}':y1='{top}':x2='{left}':y2='{bottom}':x3='{right}':y3='{bottom}'"
    return f"perspective={corners}:interpolation=linear:eval=frame"


def _panned(video: VideoStream, size: Size, motion: Motion) -> tuple[str, str]:
    """A slow move along whichever side has more to show.

    ``crop`` moves by whole pairs of pixels, ``perspective`` by the rest, and a margin takes what that pulls in.
    """
    room = cover_size(video.display_size, size)
    if max(room[0] - size[0], room[1] - size[1]) < (_PAN_ROOM - 1) * min(size):
        room = cover_size(video.display_size, (even(size[0] * _PAN_ROOM), even(size[1] * _PAN_ROOM)))
    across = room[0] - size[0] >= room[1] - size[1]
    length, spare = (size[0], room[0] - size[0]) if across else (size[1], room[1] - size[1])
    travel = min(spare - _PAN_MARGIN, _PAN_SPEED * length * motion.total / motion.fps)
    start = (spare - _PAN_MARGIN - travel) / 2
    place = f"({start:.3f}+{travel:.3f}*{motion.progress})"
    pairs, rest = f"2*floor({place.format(n='n')}/2)", f"mod({place.format(n='(on-1)')},2)"
    once = f"{','.join([*upright(video), ''])}{_scale(video, room)},setsar=1"
    if across:
        window = f"crop={size[0] + _PAN_MARGIN}:{size[1]}:'{pairs}':{even((room[1] - size[1]) / 2, least=0)}"
        corners = f"x0='{rest}':y0=0:x1='W+{rest}':y1=0:x2='{rest}':y2=H:x3='W+{rest}':y3=H"
    else:
        window = f"crop={size[0]}:{size[1] + _PAN_MARGIN}:{even((room[0] - size[0]) / 2, least=0)}:'{pairs}'"
        corners = f"x0=0:y0='{rest}':x1=W:y1='{rest}':x2=0:y2='H+{rest}':x3=W:y3='H+{rest}'"
    shift = f"perspective={corners}:interpolation=linear:eval=frame"
    return once, f"{window},{shift},crop={size[0]}:{size[1]}:0:0"


def even(length: float, least: int = 2) -> int:
    """The nearest even number of pixels, at least ``least``."""
    return max(least, round(length / 2) * 2)


def cover_size(source: Size, size: Size) -> Size:
    """``source`` scaled, keeping its shape, so that it just covers ``size``; even sides."""
    scale = max(size[0] / source[0], size[1] / source[1])
    width, height = (math.ceil(side * scale / 2 - 1e-6) * 2 for side in source)
    return max(width, size[0]), max(height, size[1])


def contain_size(source: Size, size: Size) -> Size:
    """``source`` scaled, keeping its shape, so that it just fits into ``size``; even sides."""
    scale = min(size[0] / source[0], size[1] / source[1])
    return min(even(source[0] * scale), size[0]), min(even(source[1] * scale), size[1])


def _is_strip(source: Size, size: Size) -> bool:
    room = cover_size(source, size)
    return room[0] * room[1] > _MOST_ROOM * size[0] * size[1]


def _seen_of(source: Size, size: Size) -> tuple[float, float]:
    """Width and height of the part of a source that is seen when it covers a frame."""
    return min(source[0], source[1] * size[0] / size[1]), min(source[1], source[0] * size[1] / size[0])


def _is_cut_first(video: VideoStream, source: Size, size: Size) -> bool:
    """Whether what is not seen is cut away before scaling: less to do, and to keep of each clip, than the other way.

    The cut is at whole pixels of the source, so there have to be so many that nobody sees what that bends.
    """
    seen = _seen_of(source, size)
    much = seen[0] * seen[1] < _MOSTLY_SEEN * source[0] * source[1]
    return _is_strip(source, size) or (much and not video.still and min(seen) >= _LEAST_SEEN)


def _cover(video: VideoStream, source: Size, size: Size) -> str:
    if _is_cut_first(video, source, size):
        across, down = (part / whole for part, whole in zip(_seen_of(source, size), source, strict=True))
        seen = f"crop='max(1,round(iw*{across:.9f}))':'max(1,round(ih*{down:.9f}))'"
        return f"{seen},{_scale(video, size)},setsar=1"
    room, cut = cover_size(source, size), f"crop={size[0]}:{size[1]}"
    if is_hdr(video):
        return ",".join([*toned(video, room, cut), "setsar=1"])
    return f"{_scale(video, room)},{cut},setsar=1"


def source_matrix(video: VideoStream) -> str:
    """The colour matrix of a source as ``scale``'s option, to be followed by others; empty where the file says it.

    Video of unknown colours is taken for what its size suggests.
    """
    if video.matrix != _UNSPECIFIED or video.alpha:
        return ""
    return f"in_color_matrix={'bt709' if min(video.width, video.height) >= 720 else 'bt601'}:"


def _scale(video: VideoStream, size: Size) -> str:
    """Scale and convert in one pass."""
    if is_hdr(video):
        return ",".join(toned(video, size))
    conversion = f"{source_matrix(video)}out_color_matrix=bt709:out_range=tv"
    return f"scale={size[0]}:{size[1]}:flags=bicubic:{conversion},format=yuv420p"
