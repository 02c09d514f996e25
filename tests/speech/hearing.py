"""Sentences, and what a recogniser would say it heard."""

from __future__ import annotations

from backend.engines.values import Heard, HeardWord
from backend.script import SpokenSentence
from tests.script.reading import read


def sentence(text: str, voice: str = "af_heart") -> SpokenSentence:
    (only,) = read(text, voice).sentences
    return only


def heard(text: str, *, probability: float = 0.95, letter_seconds: float = 0.07) -> Heard:
    """Words one after another, as long as their letters."""
    words: list[HeardWord] = []
    now = 0.05
    for word in text.split():
        end = now + letter_seconds * len(word)
        words.append(HeardWord(word, now, end, probability))
        now = end + 0.02
    return Heard(text, "en", now + 0.1, tuple(words))
