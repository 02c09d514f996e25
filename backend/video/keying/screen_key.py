"""Taking a coloured screen out of a picture: which colour it is, what is seen through it, what it lends to the rest.

All three are functions of one pixel's colour. They are worked out here for a grid of colours and handed to ffmpeg as
two tables (``.cube``), so that both ffmpegs, the preview and the render do exactly the same. Pure.

Distances have the scale of ffmpeg's ``chromakey`` (for pure green; a dull screen is as far from grey as a bright one)
and ``colorkey``, so ``similarity`` and ``blend`` mean what people know from there. Screens with a colour are told by
colour alone, so shadows on them go as well; black, grey and white ones by brightness, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.video.backgrounds.kinds import Colour

Floats = NDArray[np.float64]

SCREENS = {"green": (1, Colour("#00ff00")), "blue": (2, Colour("#0000ff"))}
"""Words for screens whose exact colour is looked for: the channel that stands out, and the colour if none is found."""

_GREY = 30.0
"""A colour nearer to grey, in levels of chroma (of 127), is keyed by brightness too."""
_GREEN_TO_GREY = 0.36
"""Distance of pure green from grey, which is that of every screen with a colour."""
_NARROW = 0.577
"""Hues up to 60 degrees off the screen's (tangent of 30) may hold some of it: yellow and cyan, beside green, do not."""
_EDGE = (0.2, 0.4)
"""Distances between which a colour is less and less likely to be on an edge, where every hue may hold some screen."""
_MOST_TAKEN = 0.9
"""Share of the screen's colour that is taken out of a pixel at most: what is left is multiplied by its inverse."""
_OUTSTANDING = 40
_TIMES = 1.2
"""A pixel belongs to a screen whose channel is so many levels, and times, over both others."""
_FEWEST = 0.005
"""Share of a picture that must look like a screen before one is believed in."""
_BIN = 8
_COARSE, _FINE = 33, 65
_FINE_BELOW = 0.05
"""A similarity this small is lost between the points of a coarse table."""


@dataclass(frozen=True)
class Key:
    """What is taken for the screen."""

    colour: Colour
    similarity: float = 0.1
    """0.01 takes this very colour, 1 everything."""
    blend: float = 0.1
    """How gradually it goes: 0 is a hard edge."""
    spill: float = 1.0
    """How much of the screen's shine is taken off the rest, 0 to 1."""

    @property
    def points(self) -> int:
        """Of the tables, along each channel."""
        return _FINE if min(self.similarity, self.similarity + self.blend) < _FINE_BELOW else _COARSE


def find_screen(pictures: Iterable[NDArray[np.uint8]], word: str) -> Colour:
    """The colour of the screen in the first picture that shows one.

    Args:
        pictures: (height, width, 3) RGB each; looked at one after another.
        word: of `SCREENS`.
    """
    channel, otherwise = SCREENS[word]
    for picture in pictures:
        found = _screen_in(picture.astype(int), channel)
        if found is not None:
            return Colour("#{:02x}{:02x}{:02x}".format(*found))
    return otherwise


def _screen_in(picture: NDArray[np.int_], channel: int) -> tuple[int, ...] | None:
    """The commonest colour of those in which a channel stands out, first along the picture's edges."""
    height, width, _ = picture.shape
    edge = np.zeros((height, width), bool)
    edge[: height // 8 + 1], edge[-(height // 8) - 1 :], edge[:, : width // 8 + 1], edge[:, -(width // 8) - 1 :] = (
        True,
    ) * 4
    for place in (edge, np.ones_like(edge)):
        pixels = picture[place]
        own, others = pixels[:, channel], np.delete(pixels, channel, axis=1).max(axis=1)
        green = pixels[(own - others >= _OUTSTANDING) & (own >= _TIMES * others)]
        if len(green) >= max(1, _FEWEST * len(pixels)):
            bins, counts = np.unique(green // _BIN, axis=0, return_counts=True)
            centre = bins[counts.argmax()] * _BIN + _BIN // 2
            near = green[np.abs(green - centre).max(axis=1) <= _BIN]
            return tuple(int(level) for level in np.median(near, axis=0))
    return None


def opacity(colours: Floats, key: Key) -> Floats:
    """How opaque pixels of these colours (…, 3; 0 to 255) are, 0 to 1."""
    screen = np.array(key.colour.rgb, float)
    if _is_grey(key):
        distance = np.linalg.norm(colours - screen, axis=-1) / (255 * np.sqrt(3))
    else:
        distance = _distance(colours, screen)
    opaque: Floats = np.clip((distance - key.similarity) / max(key.blend, 1e-4), 0, 1)
    return opaque


def without_screen(colours: Floats, key: Key) -> Floats:
    """The same colours (…, 3; 0 to 255) without what the screen lends them.

    A pixel on an edge is a mixture of what stands there and the screen. How much of it is screen is told by how far its
    chroma goes the screen's way; of colours far from the screen's, which stand by themselves, what goes aside is taken
    off that: hair over green gets its brown back, and a yellow shirt stays yellow.
    """
    screen = np.array(key.colour.rgb, float)
    if _is_grey(key):
        share = 1 - opacity(colours, key)
    else:
        chroma, way = _chroma(colours), _chroma(screen)
        length = float(np.linalg.norm(way))
        along = chroma @ way / length
        aside = np.abs(chroma[..., 0] * way[1] - chroma[..., 1] * way[0]) / length
        alone = np.clip((_distance(colours, screen) - _EDGE[0]) / (_EDGE[1] - _EDGE[0]), 0, 1)
        share = np.clip((along - _NARROW * alone * aside) / length, 0, 1)
    taken = np.minimum(key.spill * share, _MOST_TAKEN)[..., None]
    left: Floats = np.clip((colours - taken * screen) / (1 - taken), 0, 255)
    return left


def cubes(key: Key) -> tuple[bytes, bytes]:
    """The two tables: opacity (as grey) and colours without the screen."""
    steps = np.linspace(0, 255, key.points)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")  # red changes first
    colours = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    opaque = np.repeat(opacity(colours, key)[:, None] * 255, 3, axis=1)
    return _cube(opaque, key.points), _cube(without_screen(colours, key), key.points)


def _cube(colours: Floats, points: int) -> bytes:
    levels = [f"{level / 1020:.4f}" for level in range(1021)]  # quarters of a level
    rows = np.round(colours * 4).astype(int)
    lines = (f"{levels[red]} {levels[green]} {levels[blue]}" for red, green, blue in rows.tolist())
    return f"LUT_3D_SIZE {points}\n{chr(10).join(lines)}\n".encode("ascii")


def _is_grey(key: Key) -> bool:
    return float(np.linalg.norm(_chroma(np.array(key.colour.rgb, float)))) < _GREY


def _distance(colours: Floats, screen: Floats) -> Floats:
    """How far from the screen's colour, brightness aside; grey is `_GREEN_TO_GREY` away from every screen."""
    way = _chroma(screen)
    away: Floats = np.linalg.norm(_chroma(colours) - way, axis=-1) / np.linalg.norm(way) * _GREEN_TO_GREY
    return away


def _chroma(colours: Floats) -> Floats:
    """Blue and red difference (BT.709), -127 to 127."""
    luma = colours @ np.array([0.2126, 0.7152, 0.0722])
    return np.stack([(colours[..., 2] - luma) / 1.8556, (colours[..., 0] - luma) / 1.5748], axis=-1)
