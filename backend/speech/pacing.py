"""What the clock says of a take: how fast it is spoken, and what is around and between its words."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from backend.engines.values import Heard
from backend.models import Doubt
from backend.script import SpokenSentence

LONGEST_AROUND = 0.7
"""Seconds of sound before the first word or after the last."""
LONGEST_PAUSE = 1.8
"""Seconds between two words of a sentence."""
LONGEST_STRETCH = 0.25
"""Seconds that a word may last longer than its letters take."""
_START, _LETTER = 0.1, 0.08
"""Seconds that a word and each of its letters take at the most usual."""
_LETTERS_OF_A_DIGIT = 6
_FEWEST_LETTERS = 15
"""Of shorter sentences no pace can be told."""
_LETTERS_A_SECOND = (6.0, 26.0)
_CHARACTERS_A_SECOND = (2.0, 11.0)
"""Of Chinese and Japanese."""
_LONGEST_LETTER = 0.15
"""Seconds a letter, and a fixed share a word: a recogniser lets the last word last through noise."""
_LONGEST_START = 0.5


def doubts_about_time(heard: Heard, seconds: float, letters: int | None, sentence: SpokenSentence) -> list[Doubt]:
    """Long tails and leads, long pauses, a pace that nobody speaks at.

    Args:
        heard: what was recognised in the take.
        seconds: length of the take.
        letters: of the sentence, numbers written out; None where other words than its own are heard, of which no pace
            can be told.
        sentence: with its language and speed.
    """
    if not heard.words:
        return []
    start, end = heard.words[0].start, _end_of_speech(heard)
    doubts = []
    if seconds - end > LONGEST_AROUND:
        doubts.append(Doubt(kind="long_tail", message=f"{seconds - end:.1f} s of sound follow the last word."))
    if start > LONGEST_AROUND:
        doubts.append(Doubt(kind="long_lead", message=f"{start:.1f} s of sound come before the first word."))
    doubts += [
        Doubt(
            kind="long_pause", message=f"{after.start - before.end:.1f} s pass before “{after.text}”.", text=after.text
        )
        for before, after in pairwise(heard.words)
        if after.start - before.end > LONGEST_PAUSE
    ]
    if letters is not None:
        doubts += _stretched(heard)
        doubts += _paced(letters, end - start, sentence)
    return doubts


def _paced(letters: int, seconds: float, sentence: SpokenSentence) -> list[Doubt]:
    slowest, fastest = _CHARACTERS_A_SECOND if sentence.language in ("cmn", "ja") else _LETTERS_A_SECOND
    pace = letters / max(seconds, 0.01) / sentence.speed
    if letters < _FEWEST_LETTERS or slowest <= pace <= fastest:
        return []
    how = "fast" if pace > fastest else "slowly"
    return [Doubt(kind="pace", message=f"It is spoken very {how}: {letters / seconds:.0f} letters a second.")]


def _stretched(heard: Heard) -> list[Doubt]:
    """Words that last much longer than their letters take: a sound that got stuck, or a word said twice."""
    words = heard.words[:-1]  # the last word of a sentence may last
    usual = [_START + _LETTER * _letters(word.text) for word in words]
    lasting = [word.end - word.start for word in words]
    slow = max(1.0, median(a / b for a, b in zip(lasting, usual, strict=True))) if words else 1.0
    return [
        Doubt(
            kind="stretched",
            message=f"“{word.text}” lasts {long:.1f} s, as if it were stuck or said twice.",
            text=word.text,
        )
        for word, long, short in zip(words, lasting, usual, strict=True)
        if long - slow * short > LONGEST_STRETCH
    ]


def _letters(text: str) -> int:
    return sum(_LETTERS_OF_A_DIGIT if character.isdigit() else character.isalpha() for character in text)


def _end_of_speech(heard: Heard) -> float:
    """Seconds: where the last word ends, as far as a word of its length can last and a voice was found."""
    last = heard.words[-1]
    longest = last.start + _LONGEST_START + _LONGEST_LETTER * len(last.text)
    voiced = [end for start, end in heard.speech if end > last.start]
    return min(last.end, longest, *voiced[-1:])
