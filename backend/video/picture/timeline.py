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


def shot_frames(
    sentences: Sequence[tuple[int, ...] | None], frames: int, cuts: Sequence[float], fps: int
) -> tuple[int, ...]:
    """How many of ``frames`` each shot gets, by the sentences it is for; none are left over.

    A shot begins where the sentence before its first one ends, the first one at once, and stays until the next begins.
    Shots that name no sentences share the time between those that do, as `share_frames` says.

    Args:
        sentences: indexes for each shot, as `check_shots` lets them through.
        cuts: ends of all sentences in seconds.
    """
    begins: list[int | None] = [None] * len(sentences)
    for place, indexes in enumerate(sentences):
        if indexes:
            begins[place] = _edge(indexes[0], frames, cuts, fps)
            if place + 1 < len(sentences):
                begins[place + 1] = _edge(indexes[-1] + 1, frames, cuts, fps)
    begins[0] = 0
    known = [place for place, begin in enumerate(begins) if begin is not None]
    shares: list[int] = []
    for place, following in itertools.zip_longest(known, known[1:]):
        begin, end = begins[place] or 0, frames if following is None else begins[following] or 0
        several = (len(sentences) if following is None else following) - place
        inside = [cut - begin / fps for cut in cuts]
        given = share_frames(several, end - begin, inside, fps) if end > begin else ()
        shares += [*given, *[0] * (several - len(given))]
    return tuple(shares)


def _edge(sentence: int, frames: int, cuts: Sequence[float], fps: int) -> int:
    """The frame at which a sentence begins: where the one before it ends; after the last one, the end of all."""
    if sentence == 0:
        return 0
    return frames if sentence >= len(cuts) else min(frames, round(cuts[sentence - 1] * fps))


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
