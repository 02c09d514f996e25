"""A gradient in which slow lights wander: painted small, a loop of some seconds, and enlarged by the renderer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from backend.video.backgrounds.painted import Floats, backdrop, to_yuv
from backend.video.picture.drawn import BT709, raw_input
from backend.video.picture.fitting import Size, even

LOOP_SECONDS = 16
_SIDE = 48
"""Pixels of the painted frames' shorter side: all that is in them is wider than a tenth of it."""

# Where each light is in the middle (shares of the frame), how far and how often in a loop it swings in either
# direction, its reach, its strength, its colour. Whole swings, so that the loop has no seam.
_LIGHTS = (
    ((0.30, 0.30), (0.28, 1, 0.0), (0.16, 1, 0.9), 0.42, 0.75, (44, 40, 128)),
    ((0.72, 0.52), (0.22, 1, 2.1), (0.22, 2, 0.3), 0.36, 0.70, (112, 46, 122)),
    ((0.40, 0.86), (0.34, 1, 4.0), (0.10, 1, 1.7), 0.34, 0.80, (206, 96, 78)),
    ((0.82, 0.12), (0.20, 2, 1.0), (0.14, 1, 3.0), 0.30, 0.55, (26, 66, 118)),
)


@dataclass(frozen=True)
class WanderingLights:
    """The gradient as the graph reads it: one raw file of a whole loop, 16 bits deep so that no bands show."""

    size: Size
    """Of the video."""
    inputs: int = 1

    def options(self, name: str, fps: int) -> list[str]:
        return raw_input(name, small(self.size), "yuv420p16le", fps)

    def chain(self, number: int, frames: int, first: int, fps: int, label: str) -> str:
        loop = LOOP_SECONDS * fps
        start = first % loop
        window = f"loop=loop=-1:size={loop}:start=0,trim=start_frame={start}:end_frame={start + frames}"
        enlarged = f"scale={self.size[0]}:{self.size[1]}:flags=bicubic,format=yuv420p,setsar=1"
        return f"[{number}:v:0]{BT709},{window},settb=1/{fps},setpts=N,{enlarged},{BT709}"


def small(size: Size) -> Size:
    """Size of the painted frames for a video of ``size``."""
    scale = _SIDE / min(size)
    return even(size[0] * scale), even(size[1] * scale)


@lru_cache(maxsize=2)
def wandering_lights(size: Size, fps: int) -> bytes:
    """All frames of the loop for a video of ``size``: raw yuv420p16le, each of `small` size."""
    width, height = small(size)
    full, half = backdrop(width, height), backdrop(width // 2, height // 2)
    frames = LOOP_SECONDS * fps
    return b"".join(_frame(full, half, number / frames) for number in range(frames))


def _frame(full: Floats, half: Floats, phase: float) -> bytes:
    luma = to_yuv(_lit(full, phase))[0]
    _, blue, red = to_yuv(_lit(half, phase))
    return b"".join(np.round(plane * 256).clip(0, 65535).astype("<u2").tobytes() for plane in (luma, blue, red))


def _lit(dark: Floats, phase: float) -> Floats:
    """Red, green and blue as (height, width, 3), 0 to 255, at a share of the loop."""
    colours: Floats = dark.copy()
    height, width, _ = dark.shape
    across = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
    down = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    turn = 2 * np.pi * phase
    for place, (far, often, ahead), (deep, dips, late), reach, strength, colour in _LIGHTS:
        x = place[0] + far * np.sin(often * turn + ahead)
        y = place[1] + deep * np.sin(dips * turn + late)
        light = strength * np.exp(-(((across - x) / reach) ** 2)) * np.exp(-(((down - y) / reach) ** 2))
        colours += light.astype(np.float32)[..., None] * (np.array(colour, np.float32) - colours)
    return colours
