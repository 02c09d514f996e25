"""What a recogniser's encoder knows of a sound, beside the sound's own spectrum.

An encoder was trained to tell what is said whoever says it, whatever else is heard: that is just what two recordings
of the same words have in common. It is rough in time, where a spectrum is exact; together they are better than either.
Alike in spirit to aligning phonetic posteriorgrams (Hazen, Shen and White 2009).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.timing.spectra import Floats, Spectra, movement, seconds_of, unit_rows

ROW_SECONDS = 0.02
_KEPT = 32
"""Directions in which the clock's encodings differ most; more of them changed no error by a millisecond."""
_MOVEMENT = 1.0
"""Weight of how an encoding changes beside what it is; more helps in noise, and less with unlike voices."""
_WEIGHT = 0.6
"""Of the encodings beside the spectra; from 0.4 to 0.8 the errors are the same."""
_ROWS = 15_000
"""At a time, and to find the directions from: five minutes."""


@dataclass(frozen=True)
class Encodings:
    """At least one row of 20 ms, as `backend.engines.Engines.encode` wrote them."""

    file: Path
    width: int
    """Values in a row."""

    def rows(self) -> NDArray[np.float16]:
        """(rows, width), read from the disk as they are needed."""
        return np.memmap(self.file, np.float16, "r").reshape(-1, self.width)


def with_encodings(
    clock: Spectra, clock_encodings: Encodings, recording: Spectra, recording_encodings: Encodings
) -> tuple[Spectra, Spectra]:
    """Both sounds with what their spectra and their encodings, from the same model, say together.

    Each is brought to its own mean and spread, so that voices, microphones and the model's habits drop out.
    """
    ours, theirs = _Standard(clock_encodings), _Standard(recording_encodings)
    first = ours.rows(slice(0, _ROWS))
    _, directions = np.linalg.eigh(first.T @ first)
    kept = directions[:, ::-1][:, :_KEPT]
    return _joined(clock, ours, kept), _joined(recording, theirs, kept)


class _Standard:
    """Encodings, each value in spreads from its mean."""

    def __init__(self, encodings: Encodings) -> None:
        self._rows = encodings.rows()
        sums = np.zeros((2, encodings.width))
        for block in _blocks(len(self._rows)):
            values = self._rows[block].astype(np.float32)
            sums += values.sum(0, dtype=np.float64), (values**2).sum(0, dtype=np.float64)
        mean, square = sums / max(1, len(self._rows))
        self._mean = mean.astype(np.float32)
        self._spread = (np.sqrt(np.maximum(0.0, square - mean**2)) + 1e-3).astype(np.float32)

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, block: slice) -> Floats:
        standard: Floats = (self._rows[block].astype(np.float32) - self._mean) / self._spread
        return standard


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, min(count, start + _ROWS)) for start in range(0, count, _ROWS))


def _joined(spectra: Spectra, encodings: _Standard, kept: Floats) -> Spectra:
    told = np.concatenate([encodings.rows(block) @ kept for block in _blocks(len(encodings))])
    at_frames = _at(told, seconds_of(np.arange(len(spectra), dtype=np.float64)) / ROW_SECONDS - 0.5)
    said = unit_rows(np.concatenate([at_frames, movement(at_frames) * _MOVEMENT], 1))
    parts = spectra.frames * np.float16(np.sqrt(1 - _WEIGHT)), said * np.float16(np.sqrt(_WEIGHT))
    return Spectra(np.concatenate(parts, 1), spectra.quiet)


def _at(rows: Floats, places: NDArray[np.float64]) -> Floats:
    """The rows between rows."""
    below = np.clip(np.floor(places).astype(np.int64), 0, len(rows) - 1)
    share = np.clip(places - below, 0.0, 1.0).astype(np.float32)[:, None]
    between: Floats = rows[below] * (1 - share) + rows[np.minimum(below + 1, len(rows) - 1)] * share
    return between
