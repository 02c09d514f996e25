"""When the words of a script may be said, before anybody has spoken them. Pure."""

from __future__ import annotations

from backend.models import Word
from backend.speech import NarrationPlan

_GUESSED = 0.0
"""Confidence of such times."""


def guess_words(plan: NarrationPlan, duration: float) -> tuple[tuple[Word, ...], tuple[float, ...]]:
    """The words of ``plan`` spread over ``duration`` seconds by their letters, and the ends of its sentences."""
    pauses = plan.lead + sum(planned.sentence.pause_after for planned in plan.sentences)
    letters = sum(len(planned.sentence.spoken) / planned.sentence.speed for planned in plan.sentences)
    pace = max(0.0, duration - pauses) / max(1.0, letters)
    words: list[Word] = []
    cuts: list[float] = []
    now = plan.lead
    for planned in plan.sentences:
        sentence = planned.sentence
        length = len(sentence.spoken) / sentence.speed * pace
        texts = [word.text for word in sentence.words]
        step = length / max(1, sum(len(text) + 1 for text in texts))
        place = now
        for text in texts:
            end = place + step * (len(text) + 1)
            words.append(Word(text=text, start=round(place, 3), end=round(end, 3), confidence=_GUESSED))
            place = end
        now += length + sentence.pause_after
        cuts.append(now)
    return tuple(words), tuple(cuts)
