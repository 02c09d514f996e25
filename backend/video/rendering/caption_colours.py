"""Caption colours that come out as designed.

libass draws in RGB and ffmpeg converts that into the video's luma and chroma, by the matrix of old television
(BT.601) unless the document's header asks for another. Ours are BT.709: without care an accent of ``#F2452B`` is seen
as ``#FF5226``. New ffmpeg heeds the header; for older ones the colours are shifted the other way beforehand. Pure.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

_HEADER = re.compile(r"^YCbCr Matrix:.*\n", re.MULTILINE)
_WHERE_COLOURS_STAND = re.compile(r"^Style:.*$|\{[^}]*\}", re.MULTILINE)
_COLOUR = re.compile(r"(?<=&H)([0-9A-Fa-f]{2})?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
RED_BOX = """[Script Info]
ScriptType: v4.00+
PlayResX: 64
PlayResY: 64
YCbCr Matrix: TV.709
[V4+ Styles]
Format: Name, Fontsize, PrimaryColour, Alignment
Style: box,20,&H000000FF,7
[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:09.00,box,{\\p1\\pos(0,0)}m 0 0 l 64 0 64 64 0 64
"""
"""Captions that fill a frame of 64x64 with pure red."""
_LUMA_BETWEEN = 72


def burnable(ass: str, heeds_header: bool) -> str:
    """The same captions in the form whose colours come out rightly from an ffmpeg that heeds the header, or not."""
    if not heeds_header:
        ass = _WHERE_COLOURS_STAND.sub(lambda place: _COLOUR.sub(_shift, place[0]), ass)
    return _HEADER.sub("", ass).replace("[Script Info]\n", "[Script Info]\nYCbCr Matrix: TV.709\n", 1)


def is_red_by_709(luma: int) -> bool:
    """Whether the pixel of `RED_BOX` was converted by BT.709 (63) and not by BT.601 (81)."""
    return luma < _LUMA_BETWEEN


def _matrix(red: float, blue: float) -> NDArray[np.float64]:
    """RGB to luma and chroma for these shares of red and blue in luma."""
    luma = np.array([red, 1 - red - blue, blue])
    return np.stack([luma, (np.array([0, 0, 1]) - luma) / (1 - blue), (np.array([1, 0, 0]) - luma) / (1 - red)])


_SHIFT = np.linalg.inv(_matrix(0.299, 0.114)) @ _matrix(0.2126, 0.0722)


def _shift(colour: re.Match[str]) -> str:
    """``BBGGRR`` whose BT.601 conversion is the BT.709 conversion of the given one, as near as there is."""
    blue, green, red = (int(part, 16) for part in colour.groups()[1:])
    shifted = np.clip(np.round(_SHIFT @ np.array([red, green, blue])), 0, 255).astype(int)
    return f"{colour[1] or ''}{shifted[2]:02X}{shifted[1]:02X}{shifted[0]:02X}"
