"""Telling that two clips are the same recording, however it was saved: by how loud they are along their time."""

from __future__ import annotations

import base64
import binascii

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.voices.recording import RATE

_STEP = RATE // 50
"""Samples of a step: 20 ms."""
_SHARED_SECONDS = 3.0
"""Two clips must have so much in common..."""
_SHARED_PART = 0.5
"""...and the shorter one so much of itself."""
SAME = 0.97
"""Correlation of the shared stretch from which on it is one recording. Two readings of one text stay below 0.8."""


def outline(samples: Samples) -> str:
    """The level of each 20 ms as a byte, in base 64."""
    count = len(samples) // _STEP
    power = np.mean(np.square(samples[: count * _STEP].reshape(count, _STEP), dtype=np.float64), axis=1)
    levels = 10 * np.log10(np.maximum(power, 1e-7))
    return base64.b64encode((levels + 70).clip(0, 70).round().astype(np.uint8).tobytes()).decode()


def likeness(one: str, other: str) -> float:
    """-1 to 1: the best correlation of two outlines, one moved along the other; 0 when they cannot be compared."""
    first, second = _read(one), _read(other)
    if len(first) > len(second):
        first, second = second, first
    least = max(round(_SHARED_SECONDS * 50), round(_SHARED_PART * len(first)))
    if len(first) < least:
        return _correlation(first, second) if len(first) == len(second) and len(first) > 1 else 0.0
    shifts = range(least - len(first), len(second) - least + 1)
    return max(_at(first, second, shift) for shift in shifts)


def _at(first: NDArray[np.float64], second: NDArray[np.float64], shift: int) -> float:
    """The correlation where ``first`` begins ``shift`` steps into ``second``."""
    start, end = max(0, shift), min(len(second), shift + len(first))
    return _correlation(first[start - shift : end - shift], second[start:end])


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt(np.dot(first, first) * np.dot(second, second)))
    return float(np.dot(first, second)) / size if size > 0 else 0.0


def _read(text: str) -> NDArray[np.float64]:
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), np.uint8).astype(np.float64)
    except (binascii.Error, ValueError):
        return np.zeros(0)
