"""All cues of one table, and what every edit of them goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.captions.cues import joined
from backend.captions.rewording import on_one_line, words_in
from backend.errors import InvalidRequest
from backend.models import Cue, CueWord

SHORTEST_CUE = 0.05
"""Seconds that are left of a cue, however far its edges are moved."""

Cues = tuple[Cue, ...]


@dataclass(frozen=True)
class Changed:
    """What became of an edit that looks for places."""

    cues: Cues
    count: int
    """Places that were found, and changed."""


def cue_at(cues: Cues, index: int) -> Cue:
    if not 0 <= index < len(cues):
        raise InvalidRequest(
            f"There is no caption {index + 1}; there are {len(cues)}.", hint="Reload the page.", code="no_such_caption"
        )
    return cues[index]


def saying(cue: Cue, words: Sequence[CueWord]) -> Cue:
    """The cue with these words; lines stay broken where they were if it still says the same."""
    line = joined(words)
    text = cue.text if on_one_line(cue.text) == line else line
    return cue.model_copy(update={"words": tuple(words), "text": text})


def replaced(cues: Cues, index: int, *instead: Cue) -> Cues:
    return numbered((*cues[:index], *instead, *cues[index + 1 :]))


def numbered(cues: Cues) -> Cues:
    """The same, each with its place as its index; those that had it stay the very same."""
    return tuple(
        cue if cue.index == place else cue.model_copy(update={"index": place}) for place, cue in enumerate(cues)
    )


def last_sound(cue: Cue) -> float:
    """When its last word ends; a moment after its start where it has no words."""
    words = words_in(cue)
    return min(cue.end, max(words[-1].end, cue.start + SHORTEST_CUE)) if words else cue.start + SHORTEST_CUE


def first_sound(cue: Cue) -> float:
    words = words_in(cue)
    return max(cue.start, min(words[0].start, cue.end - SHORTEST_CUE)) if words else cue.end - SHORTEST_CUE


def milliseconds(seconds: float) -> float:
    return round(seconds, 3)


def word_at(cue: Cue, word: int) -> CueWord:
    words = words_in(cue)
    if not 0 <= word < len(words):
        raise InvalidRequest("There is no such word.", hint="Count from 0.", code="no_such_word")
    return words[word]


def difference(before: Cues, after: Cues) -> tuple[int, int, Cues]:
    """What has changed, as the place of the first cue that is not the same, how many cues went, and those that came."""
    first = 0
    while first < min(len(before), len(after)) and _same(before[first], after[first]):
        first += 1
    kept = 0
    while kept < min(len(before), len(after)) - first and _same(before[-1 - kept], after[-1 - kept]):
        kept += 1
    return first, len(before) - first - kept, after[first : len(after) - kept]


def _same(one: Cue, other: Cue) -> bool:
    return one is other or (one.start, one.end, one.text, one.words) == (
        other.start,
        other.end,
        other.text,
        other.words,
    )
