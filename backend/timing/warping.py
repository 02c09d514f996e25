"""Dynamic time warping: which moment of one recording is which of another that says the same.

Sakoe and Chiba 1978, with their symmetric steps. In a pyramid (Salvador and Chan 2007): first roughly, then only beside
what was found, so that time and memory grow with the length and not with its square.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backend.timing.spectra import Halves, unit_rows

Ints = NDArray[np.int64]
Anchor = tuple[int, int]
"""A frame of the one and the frame of the other where the same is said, more or less."""
_LEVELS = (16, 4, 1)
"""Frames in one, from rough to fine."""
_BESIDE = 8
"""Rough frames around the way that was found in which the finer way may run."""
_MARGIN = 200
"""Frames by which an anchor may be wrong."""
_EACH_STEP = 1e-3
"""A little for each step, so that of equal ways the shortest is taken."""
_LEFT, _UP, _DIAGONAL = 0, 1, 2


@dataclass(frozen=True)
class Way:
    """Pairs of frames, from the first of both to the last of both; neither ever goes back."""

    ours: Ints
    theirs: Ints

    def there(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where in theirs these frames of ours are; in the middle where one frame stands for several."""
        return _read_off(self.ours, self.theirs, frames)

    def back(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where in ours these frames of theirs are."""
        return _read_off(self.theirs, self.ours, frames)


def _read_off(source: Ints, target: Ints, frames: NDArray[np.float64]) -> NDArray[np.float64]:
    known, first = np.unique(source, return_index=True)
    last = np.append(first[1:], len(source)) - 1
    return np.asarray(np.interp(frames, known, (target[first] + target[last]) / 2))


def warp(ours: Halves, theirs: Halves, anchors: Sequence[Anchor] = ()) -> Way:
    """The cheapest way through both.

    Args:
        ours: (frames, features), at least one frame, each of length 1.
        theirs: (frames, features), at least one frame, each of length 1.
        anchors: rising in both; the way passes within two seconds of each. Without any, half an hour beside half an
            hour takes 130 MB.
    """
    rough = _LEVELS[0]
    one, other = _pooled(ours, rough), _pooled(theirs, rough)
    way = _cheapest(one, other, *_between(anchors, len(one), len(other), rough))
    for before, size in pairwise(_LEVELS):
        one, other = _pooled(ours, size), _pooled(theirs, size)
        way = _cheapest(one, other, *_beside(way, len(one), len(other), before // size))
    return way


def _pooled(frames: Halves, size: int) -> Halves:
    """Means of ``size`` frames each, the last of what is left, all of length 1."""
    if size == 1:
        return frames
    whole = len(frames) // size * size
    means = [frames[:whole].reshape(-1, size, frames.shape[1]).mean(1, dtype=np.float32)] if whole else []
    if whole < len(frames):
        means.append(frames[whole:].mean(0, keepdims=True, dtype=np.float32))
    return unit_rows(np.concatenate(means))


def _between(anchors: Sequence[Anchor], rows: int, columns: int, size: int) -> tuple[Ints, Ints]:
    """For each row the columns from the anchor before it to the one after it, and a margin."""
    margin = _MARGIN // size + 1
    low, high = np.zeros(rows, np.int64), np.full(rows, columns, np.int64)
    for ours, theirs in anchors:
        row, column = ours // size, theirs // size
        low[max(0, row + margin) :] = max(0, min(column - margin, columns - 1))
        high[: max(0, row - margin)] = np.minimum(high[: max(0, row - margin)], max(1, column + margin))
    return low, np.maximum(high, low + 1)


def _beside(way: Way, rows: int, columns: int, finer: int) -> tuple[Ints, Ints]:
    """The neighbourhood of a rougher way."""
    low, high = np.full(rows, columns, np.int64), np.zeros(rows, np.int64)
    for offset in range(finer):
        at = np.minimum(way.ours * finer + offset, rows - 1)
        np.minimum.at(low, at, way.theirs * finer)
        np.maximum.at(high, at, (way.theirs + 1) * finer)
    low, high = np.maximum(0, low - _BESIDE * finer), np.minimum(columns, high + _BESIDE * finer)
    low[0], high[-1] = 0, columns
    return np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high)


def _cheapest(one: Halves, other: Halves, low: Ints, high: Ints) -> Way:
    """The cheapest way within the columns ``low`` to ``high`` of each row; a byte is kept for each place in them."""
    steps: list[NDArray[np.int8]] = []
    before = np.empty(0)
    start = 0
    for row in range(len(one)):
        vector = one[row].astype(np.float32)
        a, b = int(low[row]), int(high[row])
        cost = 1.0 + _EACH_STEP - (other[a:b].astype(np.float32) @ vector).astype(np.float64)
        up, diagonal = np.full(b - a, np.inf), np.full(b - a, np.inf)
        if row == 0:
            up[0] = 0.0
        else:
            _place(up, before, start - a)
            _place(diagonal, before, start - a + 1)
        step = np.where(up + cost <= diagonal + 2 * cost, _UP, _DIAGONAL).astype(np.int8)
        reached = np.minimum(up + cost, diagonal + 2 * cost)
        # From the left: the cheapest column before, plus all costs between; a running minimum over the whole row.
        sums = np.cumsum(cost)
        best = np.minimum.accumulate(reached - sums)
        step[best < reached - sums] = _LEFT
        steps.append(step)
        before, start = sums + best, a
    return _walked_back(steps, low)


def _place(row: NDArray[np.float64], before: NDArray[np.float64], shift: int) -> None:
    """Copy the row before to where its columns are in this one."""
    first, last = max(0, shift), min(len(row), shift + len(before))
    if last > first:
        row[first:last] = before[first - shift : last - shift]


def _walked_back(steps: Sequence[NDArray[np.int8]], low: Ints) -> Way:
    row, column = len(steps) - 1, int(low[-1]) + len(steps[-1]) - 1
    pairs = np.empty((row + column + 1, 2), np.int64)
    place = len(pairs) - 1
    pairs[place] = row, column
    while row or column:
        step = steps[row][column - int(low[row])] if row else _LEFT
        row, column, place = row - (step != _LEFT), column - (step != _UP), place - 1
        pairs[place] = row, column
    return Way(pairs[place:, 0], pairs[place:, 1])
