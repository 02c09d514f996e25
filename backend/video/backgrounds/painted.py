"""Backgrounds that the studio paints itself, as one raw yuv420p frame in BT.709. Pure."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Deep night to a violet dusk to a low warm glow: (place from top 0 to bottom 1, red, green, blue).
_STOPS = (
    (0.00, 11, 12, 28),
    (0.38, 25, 24, 62),
    (0.66, 62, 44, 104),
    (0.86, 128, 66, 104),
    (1.00, 196, 98, 84),
)
_TILT = 0.16
_VIGNETTE = 0.30
_GRAIN = 0.8  # levels; less is smoothed into bands by the encoder, more costs bits


def solid(size: tuple[int, int], rgb: tuple[int, int, int]) -> bytes:
    """One colour (0 to 255 each) all over a frame of ``size``."""
    width, height = size
    luma, blue, red = (np.round(plane).astype(np.uint8) for plane in to_yuv(np.array(rgb, np.float32)))
    quarter = width // 2 * (height // 2)
    return bytes([int(luma)]) * (width * height) + bytes([int(blue)]) * quarter + bytes([int(red)]) * quarter


@lru_cache(maxsize=4)
def gradient(size: tuple[int, int]) -> bytes:
    """The studio's gradient in a frame of ``size``, with a fine grain so that no bands show."""
    width, height = size
    luma = to_yuv(backdrop(width, height))[0]
    _, blue, red = to_yuv(backdrop(width // 2, height // 2))
    noise = np.random.default_rng(7)
    grain = noise.normal(0.0, _GRAIN, luma.shape).astype(np.float32)
    dithered = (_whole(plane + noise.random(plane.shape, np.float32)) for plane in (blue, red))
    return _whole(luma + grain + 0.5) + b"".join(dithered)


def backdrop(width: int, height: int) -> Floats:
    """The gradient without its grain: red, green and blue (0 to 255) as (height, width, 3)."""
    across = ((np.arange(width, dtype=np.float32) + 0.5) / width)[None, :]
    down = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
    place = np.clip(down + _TILT * (across - 0.5) * (1 - down), 0, 1)
    stops = np.array(_STOPS, np.float32)
    ramp = np.linspace(0, 1, 4096, dtype=np.float32)
    table = np.stack([np.interp(_ease(ramp), stops[:, 0], stops[:, channel]) for channel in (1, 2, 3)], axis=-1)
    colours = table.astype(np.float32)[(place * 4095).astype(np.int32)]
    glow = np.exp(-(((across - 0.72) / 0.55) ** 2) - ((down - 0.98) / 0.30) ** 2)
    edge = 1 - _VIGNETTE * ((across - 0.5) ** 2 * 1.6 + (down - 0.55) ** 2)
    colours *= edge[..., None]
    colours += glow[..., None] * np.array((44, 34, 10), np.float32)
    return colours


def _ease(place: Floats) -> Floats:
    eased: Floats = place + np.float32(0.06) * np.sin(np.float32(2 * np.pi) * place)
    return eased


def to_yuv(colours: Floats) -> tuple[Floats, Floats, Floats]:
    """Luma and the two colour differences, in the range of video."""
    red, green, blue = (colours[..., channel] / np.float32(255) for channel in range(3))
    luma: Floats = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    first: Floats = 128 + 224 * (blue - luma) / 1.8556
    second: Floats = 128 + 224 * (red - luma) / 1.5748
    return 16 + 219 * luma, first, second


def _whole(plane: Floats) -> bytes:
    levels: NDArray[np.uint8] = np.floor(plane).clip(0, 255).astype(np.uint8)
    return levels.tobytes()
