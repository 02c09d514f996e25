"""Pauses of a recording, put between the words they part: warping alone spreads them over their neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]
_BELOW_LOUD_DB = 35.0
"""What is so far below the loud parts of a recording is silence."""
SHORTEST = 8
"""Frames: closures of stops inside words are shorter."""
_REACH = 12
"""Frames by which the warped pause may miss the gap between two words."""
_LONGEST_EDGE = 8
"""Frames of quiet that belong to a word, such as the closure before its first sound."""


def pauses_in(quiet: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last frame of each pause, those at the very start and end left out."""
    return [(start, end) for start, end in runs_of(quiet) if end - start >= SHORTEST and start > 0 and end < len(quiet)]


def loud_and_faint(decibels: NDArray[np.floating[Any]]) -> tuple[float, float]:
    """The level of a recording's loud parts and of its faintest."""
    loud, faint = (float(level) for level in np.percentile(decibels, (95, 5)))
    return loud, faint


def silence_level(loud: float, faint: float, above_faint: float) -> float:
    """The level in dB below which nobody speaks: far below the loud parts, or with noise or music under the voice, not
    far above the faintest.

    Args:
        above_faint: share of the way from the faintest parts to the loud ones.
    """
    return max(loud - _BELOW_LOUD_DB, faint + above_faint * (loud - faint))


def runs_of(quiet: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last frame of each stretch of quiet."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def respect_pauses(
    starts: Places,
    ends: Places,
    pauses: list[tuple[int, int]],
    on_clock: Places,
    clock_starts: Places,
    clock_ends: Places,
    clock_quiet: NDArray[np.bool_],
) -> None:
    """Move the word before each pause to end, and the word after it to start, where the pause does.

    Args:
        starts: frames of the recording where words start; changed.
        ends: where they end; changed.
        pauses: of the recording.
        on_clock: the middle of each pause on the clock, in its frames.
        clock_starts: frames of the clock where the words start.
        clock_ends: where they end.
        clock_quiet: the clock's quiet frames: how much quiet a word has at its edges there, it keeps.
    """
    if len(starts) < 2:
        return
    gaps = (clock_starts[1:] + clock_ends[:-1]) / 2
    for (start, end), middle in zip(pauses, on_clock, strict=True):
        after = min(int(np.searchsorted(gaps, middle)), len(gaps) - 1)
        gap = after - 1 if after and middle - gaps[after - 1] < gaps[after] - middle else after
        beside = clock_ends[gap] - _REACH <= middle <= clock_starts[gap + 1] + _REACH
        if beside or abs(gaps[gap] - middle) <= _REACH:
            ends[gap] = start - 1 + _quiet_before(clock_quiet, clock_ends[gap])
            starts[gap + 1] = end - _quiet_after(clock_quiet, clock_starts[gap + 1])


def _quiet_before(quiet: NDArray[np.bool_], frame: float) -> int:
    at = min(max(round(frame), 0), len(quiet) - 1)
    loud = np.flatnonzero(~quiet[max(0, at - _LONGEST_EDGE + 1) : at + 1][::-1])
    return int(loud[0]) if len(loud) else _LONGEST_EDGE


def _quiet_after(quiet: NDArray[np.bool_], frame: float) -> int:
    at = min(max(round(frame), 0), len(quiet) - 1)
    loud = np.flatnonzero(~quiet[at : at + _LONGEST_EDGE])
    return int(loud[0]) if len(loud) else _LONGEST_EDGE
