"""Which part of a recording a voice is made from: the best speech of at most twelve seconds, cut at silences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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


@dataclass(frozen=True)
class _Candidate:
    start: float
    end: float
    score: float


def choose_part(activity: Activity, clipped: np.ndarray, duration: float) -> Part:
    """Start and end in seconds; (0, 0) when nobody speaks.

    Args:
        clipped: share of clipped samples in each frame.
        duration: seconds of the whole recording.
    """
    runs = _phrases(activity)
    if not runs:
        return 0.0, 0.0
    candidates = [
        candidate for first in range(len(runs)) for candidate in _from(first, runs, activity, clipped, duration)
    ]
    best = max(candidates, key=lambda candidate: (candidate.score, -candidate.start))
    return round(best.start, 3), round(best.end, 3)


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


def _from(
    first: int, runs: list[tuple[int, int]], activity: Activity, clipped: np.ndarray, duration: float
) -> list[_Candidate]:
    """All parts that begin with this phrase."""
    found: list[_Candidate] = []
    before = runs[first - 1][1] if first else -(10**6)
    speech = longest_pause = 0
    for last in range(first, len(runs)):
        if last > first:
            longest_pause = max(longest_pause, runs[last][0] - runs[last - 1][1])
        speech += runs[last][1] - runs[last][0]
        after = runs[last + 1][0] if last + 1 < len(runs) else 10**6
        start, end = _with_room(runs[first][0], runs[last][1], before, after, duration)
        if end - start > LONGEST:
            break
        pauses = min(runs[first][0] - before, after - runs[last][1])
        share = float(np.mean(clipped[runs[first][0] : runs[last][1]])) if runs[last][1] > runs[first][0] else 0.0
        score = _score(speech * FRAME_SECONDS, longest_pause * FRAME_SECONDS, pauses * FRAME_SECONDS, share)
        found.append(_Candidate(start, end, score))
    return found


def _with_room(first: int, last: int, before: int, after: int, duration: float) -> Part:
    """The phrase with a little of the room around it, and never a piece of its neighbours."""
    start = first * FRAME_SECONDS - min(LEAD, max(0.0, (first - before) * FRAME_SECONDS / 2))
    end = last * FRAME_SECONDS + min(TAIL, max(0.0, (after - last) * FRAME_SECONDS / 2))
    return max(0.0, start), min(duration, end)


def _score(speech: float, longest_pause: float, edge_pause: float, clipped: float) -> float:
    """More speech is better up to a point; long pauses, cuts inside a sentence and clipping are worse."""
    return (
        min(speech, _ENOUGH)
        + 0.2 * max(0.0, speech - _ENOUGH)
        - 2.0 * max(0.0, longest_pause - _LONG_PAUSE)
        - 3.0 * (1.0 - min(edge_pause, _GOOD_CUT) / _GOOD_CUT)
        - 30.0 * clipped
    )
