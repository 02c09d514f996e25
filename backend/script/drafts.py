"""Sentences in the making: their words, what is said for each, and the silence after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.script.cleaning import is_speech
from backend.script.normalise import plain, spoken_words
from backend.script.values import ScriptWord, SpokenSentence
from backend.script.words import word_spans

Pronunciation = tuple[int, int, str]
"""Start and end in some text, and the IPA said for what is there."""


@dataclass(frozen=True)
class Silence:
    """A rest between sentences."""

    seconds: float
    asked: bool
    """Whether a tag asked for it; then it replaces what punctuation would give."""


@dataclass(frozen=True)
class DraftWord:
    """A written word and what is said for it."""

    text: str
    said: str
    pronunciations: tuple[Pronunciation, ...]
    """Within ``said``."""
    spaced: bool
    """Whether white space stands before it."""


@dataclass
class Draft:
    """A sentence whose pause and words can still grow."""

    words: list[DraftWord]
    voice: str
    speed: float
    language: str
    natural_pause: float
    asked_pause: float | None = None

    @property
    def is_said(self) -> bool:
        return any(is_speech(word.said) for word in self.words)

    def rest(self, silence: Silence) -> None:
        """Be followed by this silence: asked ones add up, of natural ones the longest holds."""
        if silence.asked:
            self.asked_pause = (self.asked_pause or 0.0) + silence.seconds
        else:
            self.natural_pause = max(self.natural_pause, silence.seconds)


def draft_words(sentence: str, pronunciations: Sequence[Pronunciation], language: str) -> list[DraftWord]:
    """The words of ``sentence``, with the ``pronunciations`` that lie in it."""
    spans = word_spans(sentence)
    said = spoken_words([sentence[start:end] for start, end in spans], language)
    words = []
    for (start, end), speech in zip(spans, said, strict=True):
        own = [(a - start, b - start, ipa) for a, b, ipa in pronunciations if start <= a and b <= end]
        spaced = start == 0 or sentence[start - 1].isspace()
        words.append(_draft_word(sentence[start:end], speech, own, spaced))
    return words


def _draft_word(text: str, said: str, pronunciations: Sequence[Pronunciation], spaced: bool) -> DraftWord:
    """A word with a pronunciation is said as written, so that the place of the pronunciation is known."""
    if not pronunciations:
        return DraftWord(text, said, (), spaced)
    parts, placed, end, length = [], [], 0, 0
    for start, stop, ipa in pronunciations:
        before, here = plain(text[end:start]), plain(text[start:stop])
        parts += [before, here]
        placed.append((length + len(before), length + len(before) + len(here), ipa))
        length += len(before) + len(here)
        end = stop
    return DraftWord(text, "".join([*parts, plain(text[end:])]), tuple(placed), spaced)


def finished(index: int, draft: Draft) -> SpokenSentence:
    """The sentence as it will be spoken."""
    spoken, words, pronunciations = "", [], []
    for word, gap in _gaps(draft.words):
        start = len(spoken) + len(gap) if word.said else len(spoken)
        spoken += gap + word.said if word.said else ""
        span = (start, len(spoken)) if is_speech(word.said) else None
        words.append(ScriptWord(word.text, span))
        pronunciations += [(start + a, start + b, ipa) for a, b, ipa in word.pronunciations]
    return SpokenSentence(
        index=index,
        text="".join((" " if word.spaced and at else "") + word.text for at, word in enumerate(draft.words)),
        words=tuple(words),
        spoken=spoken,
        pronunciations=tuple(pronunciations),
        voice=draft.voice,
        speed=draft.speed,
        pause_after=draft.natural_pause if draft.asked_pause is None else draft.asked_pause,
        language=draft.language,
    )


def _gaps(words: Sequence[DraftWord]) -> Iterator[tuple[DraftWord, str]]:
    """Each word, and what separates it from what is said before it."""
    said = False
    for word in words:
        yield word, " " if said and word.spaced else ""
        said = said or bool(word.said)
