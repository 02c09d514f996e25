"""Long recordings cut into pieces that a model can work on, where nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
PIECE_SECONDS = 20.0
"""Memory grows with the square of a piece's length."""
SEARCH_SECONDS = 6.0
"""How far before that a quiet place is looked for."""
QUIET_SECONDS = 0.04
"""Length of the place that has to be quiet."""


def pieces(source: Any, seconds: float = PIECE_SECONDS) -> Iterator[tuple[int, Samples]]:
    """First sample and the sound, in mono, of each piece of an open file; one after another they are the whole.

    Args:
        source: a `soundfile.SoundFile`.
        seconds: none is longer. They are cut where it is quietest.
    """
    longest, search = round(seconds * source.samplerate), round(SEARCH_SECONDS * source.samplerate)
    start = 0
    while start < source.frames:
        source.seek(start)
        sound = np.nan_to_num(source.read(longest, dtype="float32", always_2d=True).mean(axis=1))
        if start + len(sound) < source.frames:
            sound = sound[: longest - search + _quietest(sound[-search:], round(QUIET_SECONDS * source.samplerate))]
        if not len(sound):
            return
        yield start, sound
        start += len(sound)


def _quietest(sound: Samples, window: int) -> int:
    """The middle of the quietest ``window`` samples."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    return int(np.argmin(energy[window:] - energy[:-window])) + window // 2
