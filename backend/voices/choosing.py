"""Which part of a recording a voice is made from: the best speech of at most twelve seconds, cut at silences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.errors import InvalidRequest
from backend.voices.activity import FRAME_SECONDS, Activity

LONGEST = 12.0
"""Seconds: more than that engines cut off themselves, and then the transcript would say more than they hear."""
SHORTEST = 1.0
"""Seconds of speech below which no engine can tell what a voice is like."""
LEAD, TAIL = 0.08, 0.15
"""Seconds of the room that stay before the first sound and after the last."""
_ENOUGH = 8.0
"""Seconds of speech beyond which more makes a voice no better."""
_LONG_PAUSE = 0.7
"""Engines take a pause of a second for the end of the recording."""
_GOOD_CUT = 0.3
"""Seconds of silence that make a cut inaudible."""
Part = tuple[float, float]


def choose_part(activity: Activity, clipped: np.ndarray, duration: float) -> Part:
    """Start and end in seconds of the best part; (0, 0) when nobody speaks.

    Args:
        clipped: share of clipped samples in each frame.
        duration: seconds of the whole recording.
    """
    return next(iter(choose_parts(activity, clipped, duration, 1)), (0.0, 0.0))


def choose_parts(
    activity: Activity, clipped: np.ndarray, duration: float, most: int, apart: float = 0.0
) -> tuple[Part, ...]:
    """The best parts, the best one first, their starts so many seconds ``apart`` at least; none when nobody speaks."""
    starts, ends, scores = _candidates(activity, clipped, duration)
    chosen: list[Part] = []
    order = np.lexsort((starts, -scores))
    while len(order) and len(chosen) < most:
        best = order[0]
        chosen.append((round(float(starts[best]), 3), round(float(ends[best]), 3)))
        order = order[np.abs(starts[order] - starts[best]) >= max(apart, FRAME_SECONDS)]
    return tuple(chosen)


def check_part(start: float | None, end: float | None, duration: float) -> Part | None:
    """The part that a person chose, or None when they left it to us.

    Raises:
        InvalidRequest: ``invalid_cut``.
    """
    if start is None and end is None:
        return None
    first, last = start or 0.0, duration if end is None else min(end, duration)
    if not SHORTEST <= last - first <= LONGEST + 1e-6:
        raise InvalidRequest(
            f"The chosen part is {max(0.0, last - first):.1f} s long.",
            hint=f"Choose {SHORTEST:.0f} to {LONGEST:.0f} seconds inside the recording ({duration:.1f} s).",
            code="invalid_cut",
        )
    return first, last


def _phrases(activity: Activity) -> list[tuple[int, int]]:
    """Stretches of speech in frames; one without a pause that is too long is cut at its quietest moments."""
    longest = round((LONGEST - LEAD - TAIL) / FRAME_SECONDS)
    phrases: list[tuple[int, int]] = []
    for start, end in activity.runs:
        while end - start > longest:
            earliest = start + longest // 2
            cut = earliest + int(np.argmin(activity.band[earliest : start + longest]))
            phrases.append((start, cut))
            start = cut
        phrases.append((start, end))
    return phrases


_FAR = 10**6
"""Frames to a neighbour that is not there."""
_Column = NDArray[np.floating]


def _candidates(activity: Activity, clipped: np.ndarray, duration: float) -> tuple[_Column, _Column, _Column]:
    """Starts, ends and scores of all parts that are neighbouring phrases and short enough."""
    phrases = np.array(_phrases(activity), np.int64).reshape(-1, 2)
    first, last = phrases[:, 0], phrases[:, 1]
    before, after = np.concatenate(([-_FAR], last[:-1])), np.concatenate((first[1:], [_FAR]))
    spoken = np.concatenate(([0], np.cumsum(last - first)))
    cut_off = np.concatenate(([0.0], np.cumsum(clipped, dtype=np.float64)))
    pause = np.zeros(len(phrases), np.int64)
    found: list[tuple[_Column, _Column, _Column]] = [(np.zeros(0), np.zeros(0), np.zeros(0))]
    for more in range(len(phrases)):  # phrases after the first
        heads, tails = slice(0, len(phrases) - more), slice(more, None)
        if more:
            pause = np.maximum(pause[:-1], (first[1:] - last[:-1])[more - 1 :])
        starts, ends = _with_room(first[heads], last[tails], before[heads], after[tails], duration)
        fits = ends - starts <= LONGEST
        if not fits.any():
            break
        speech = spoken[more + 1 :] - spoken[: len(phrases) - more]
        edges = np.minimum(first[heads] - before[heads], after[tails] - last[tails])
        share = (cut_off[last[tails]] - cut_off[first[heads]]) / np.maximum(1, last[tails] - first[heads])
        scores = _score(speech * FRAME_SECONDS, pause * FRAME_SECONDS, edges * FRAME_SECONDS, share)
        found.append((starts[fits], ends[fits], scores[fits]))
    return tuple(np.concatenate(columns) for columns in zip(*found, strict=True))  # type: ignore[return-value]


def _with_room(
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    duration: float,
) -> tuple[_Column, _Column]:
    """Phrases with a little of the room around them, and never a piece of their neighbours."""
    starts = first * FRAME_SECONDS - np.minimum(LEAD, np.maximum(0.0, (first - before) * FRAME_SECONDS / 2))
    ends = last * FRAME_SECONDS + np.minimum(TAIL, np.maximum(0.0, (after - last) * FRAME_SECONDS / 2))
    return np.maximum(0.0, starts), np.minimum(duration, ends)


def _score(speech: _Column, longest_pause: _Column, edge_pause: _Column, clipped: _Column) -> _Column:
    """More speech is better up to a point; long pauses, cuts inside a sentence and clipping are worse."""
    return np.asarray(
        np.minimum(speech, _ENOUGH)
        + 0.2 * np.maximum(0.0, speech - _ENOUGH)
        - 2.0 * np.maximum(0.0, longest_pause - _LONG_PAUSE)
        - 3.0 * (1.0 - np.minimum(edge_pause, _GOOD_CUT) / _GOOD_CUT)
        - 30.0 * clipped
    )
