"""Where in a recording somebody speaks, how loud, and over how much noise. From levels alone: no model is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.voices.recording import HOP, RATE

Levels = NDArray[np.float32]
QUIETEST = -100.0
"""dBFS that stands for silence."""
FRAME_SECONDS = HOP / RATE
_WINDOW = 512
_LOW_HZ, _HIGH_HZ = 150.0, 6000.0
_DIGITAL_SILENCE = -90.0
_BELOW_TOP = 35.0
"""Quiet sounds of speech are at most so many dB below its loud ones."""
_ABOVE_FLOOR = 8.0
_FAINTEST = -60.0
"""dBFS: what is below is no speech, however quiet the rest."""
_GAP_FRAMES, _SHORTEST_FRAMES = 15, 8
_CLEAR_FRAMES = 10
"""So far from speech its ring and breath are over, and what is heard is the room."""


@dataclass(frozen=True)
class Activity:
    """Levels by frame of 10 ms, and the frames in which somebody speaks."""

    levels: Levels
    """dBFS (root mean square) of each frame."""
    band: Levels
    """The same between 150 Hz and 6 kHz, where speech is."""
    active: NDArray[np.bool_]
    threshold: float
    """dBFS in the band, above which a frame counts."""

    @property
    def runs(self) -> list[tuple[int, int]]:
        """First and one-past-last frame of each stretch of speech."""
        return runs_of(self.active)

    @property
    def seconds(self) -> float:
        """In which somebody speaks."""
        return float(np.count_nonzero(self.active) * FRAME_SECONDS)

    @property
    def speech_level(self) -> float:
        """dBFS."""
        return mean_level(self.levels[self.active])

    @property
    def noise_level(self) -> float:
        """dBFS between the words; where there is no pause, the quietest moments of the speech."""
        if not len(self.levels):
            return QUIETEST
        near = np.convolve(self.active, np.ones(2 * _CLEAR_FRAMES + 1), mode="same")[: len(self.active)] > 0
        between = self.levels[~near]
        if len(between) >= _CLEAR_FRAMES:
            return mean_level(between)
        return float(np.percentile(self.levels, 3))


def find_speech(samples: Samples | Iterable[Samples]) -> Activity:
    """Levels and stretches of speech of mono samples at 24 kHz: all at once, or block by block, which keeps none."""
    parts = list(_levels_of([samples] if isinstance(samples, np.ndarray) else samples))
    levels, band = (np.concatenate([part[which] for part in parts]) for which in (0, 1))
    band = _smoothed(band)
    threshold = _threshold(band)
    active = _without_short(_joined(band > threshold))
    return Activity(levels, band, active, threshold)


def _levels_of(blocks: Iterable[Samples]) -> Iterator[tuple[Levels, Levels]]:
    """Levels of all frames, and those in the band, in pieces."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block]) if len(rest) else block
        count = max(0, (len(rest) - _WINDOW) // HOP)  # those whose window is whole
        yield _frame_levels(rest, count), _band_levels(rest, count)
        rest = rest[count * HOP :]
    count = len(rest) // HOP
    yield _frame_levels(rest, count), _band_levels(rest, count)


def _frame_levels(samples: Samples, count: int) -> Levels:
    frames = samples[: count * HOP].reshape(count, HOP)
    return decibels(np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / HOP)


def decibels(power: NDArray[np.float64]) -> Levels:
    """dBFS of mean squares, `QUIETEST` at the least."""
    return np.asarray(np.maximum(10 * np.log10(np.maximum(power, 1e-12)), QUIETEST), dtype=np.float32)


def mean_level(levels: Levels) -> float:
    """dBFS of the mean power of frames with these levels."""
    if not len(levels):
        return QUIETEST
    return float(max(QUIETEST, 10 * np.log10(np.mean(np.power(10.0, levels / 10.0, dtype=np.float64)))))


def runs_of(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one-past-last index of each run of true."""
    edges = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def frames_of(samples: Samples, starts: NDArray[np.int64], length: int) -> Samples:
    """Windows of ``length`` samples from each start, with silence past the end, as (starts, length)."""
    if not len(starts):
        return np.zeros((0, length), np.float32)
    first = int(np.min(starts))
    part = samples[first : int(np.max(starts)) + length]
    missing = max(0, int(np.max(starts)) - first + length - len(part))
    padded = np.concatenate([part, np.zeros(missing, np.float32)]) if missing else part
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, length)[starts - first])


def _band_levels(samples: Samples, count: int) -> Levels:
    window = np.hanning(_WINDOW).astype(np.float32)
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    inside = (frequencies >= _LOW_HZ) & (frequencies <= _HIGH_HZ)
    scale = 2 / (_WINDOW * float(np.sum(np.square(window))))
    found = np.empty(count, np.float32)
    for first in range(0, count, 4096):
        starts = np.arange(first, min(count, first + 4096)) * HOP
        spectra = np.fft.rfft(frames_of(samples, starts, _WINDOW) * window, axis=1)[:, inside]
        found[first : first + len(starts)] = decibels(np.square(np.abs(spectra)).sum(axis=1) * scale)
    return found


def _smoothed(levels: Levels) -> Levels:
    if len(levels) < 3:
        return levels
    padded = np.pad(levels, 1, mode="edge")
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3, dtype=np.float32)


def _threshold(band: Levels) -> float:
    sounding = band[band > _DIGITAL_SILENCE]
    if not len(sounding):
        return 0.0
    floor, top = (float(value) for value in np.percentile(sounding, (10, 95)))
    return max(_FAINTEST, top - _BELOW_TOP, min(floor + _ABOVE_FLOOR, top - 3.0))


def _joined(active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill the gaps inside words."""
    filled: NDArray[np.bool_] = active.copy()
    for start, end in runs_of(~active):
        if end - start <= _GAP_FRAMES and start > 0 and end < len(active):
            filled[start:end] = True
    return filled


def _without_short(active: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out clicks."""
    kept: NDArray[np.bool_] = active.copy()
    for start, end in runs_of(active):
        if end - start < _SHORTEST_FRAMES:
            kept[start:end] = False
    return kept
