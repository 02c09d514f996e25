"""Words of captions and the words an alignment found for them, however the two are cut."""

from __future__ import annotations

import pytest

from backend.captions.retiming import put_words
from backend.models import Cue, CueWord, Word
from backend.services.realignment import times_of


def word(text: str, start: float, end: float, confidence: float = 0.9) -> Word:
    return Word(text=text, start=start, end=end, confidence=confidence, source="aligned")


def test_words_that_are_cut_otherwise_have_the_time_of_their_letters() -> None:
    found = [word("well-known", 1.0, 1.8), word("light", 2.0, 2.3), word("house", 2.3, 2.7, 0.6), word("it", 3, 3.1)]
    timed = times_of(["“Well-", "known”", "lighthouse", "—", "it's"], found)
    parted = 1.0 + 0.8 * 4 / 9  # after four of nine letters
    spans = [(1.0, parted), (parted, 1.8), (2.0, 2.7), (2.7, 2.7), (3, 3.1)]
    assert [(each.start, each.end) for each in timed] == [pytest.approx(span) for span in spans]
    assert timed[2].confidence == 0.6


def test_a_range_moves_with_its_words_and_its_neighbours_stay() -> None:
    def cue(index: int, text: str, start: float, end: float) -> Cue:
        return Cue(index=index, start=start, end=end, text=text, words=(CueWord(text=text, start=start, end=end),))

    cues = (cue(0, "one", 0.0, 1.0), cue(1, "two", 1.0, 2.0), cue(2, "three", 2.0, 3.0), cue(3, "four", 5.0, 6.0))
    put = put_words(cues, 1, 2, [word("two", 1.4, 1.9), word("three", 2.5, 7.0)])
    assert [(each.start, each.end) for each in put] == [(0.0, 1.0), (1.4, 1.9), (2.5, 5.0), (5.0, 6.0)]
    assert [each.words[0].source for each in put[1:3]] == ["aligned", "aligned"]
    assert (put[0], put[3]) == (cues[0], cues[3])
