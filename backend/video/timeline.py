"""When each background shows, counted in frames. Pure."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence


def frame_count(seconds: float, fps: int) -> int:
    """Frames that cover ``seconds``; sound is never cut, so the last frame may be a part one."""
    return max(1, math.ceil(seconds * fps - 1e-6))


def share_frames(count: int, frames: int, cuts: Sequence[float], fps: int) -> tuple[int, ...]:
    """How many of ``frames`` each of ``count`` backgrounds shows, changing where sentences end.

    Each change moves from its even place to the nearest of ``cuts`` (seconds) that is free; without enough cuts the
    even places stay. When there are more backgrounds than frames, the last ones get none.
    """
    count = min(count, frames)
    marks = sorted({round(cut * fps) for cut in cuts if 0 < round(cut * fps) < frames})
    changes = [round(frames * number / count) for number in range(1, count)]
    if len(marks) >= len(changes):
        changes = _snap(changes, marks)
    edges = [0, *changes, frames]
    return tuple(end - start for start, end in itertools.pairwise(edges))


def _snap(changes: Sequence[int], marks: Sequence[int]) -> list[int]:
    """The nearest mark for each change, in order, each once, leaving enough marks for the changes that follow."""
    snapped: list[int] = []
    first = 0
    for number, change in enumerate(changes):
        last = len(marks) - (len(changes) - number - 1)
        best = min(range(first, last), key=lambda place: abs(marks[place] - change))
        snapped.append(marks[best])
        first = best + 1
    return snapped
