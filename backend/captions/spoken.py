"""Which word stands where in a cue's text, and when it is spoken.

A cue's text can be edited by hand, so its words need not match its text. What is drawn is always the text; the words
lend it times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import count
from typing import Any

from backend.captions.phrases import split_words
from backend.captions.text import clean, clip
from backend.models import Cue, CueWord

KEPT_CUES = 10_000
"""Cues of which it is remembered how they are drawn, so that an edit of one costs one: an hour, word by word."""
HOLD_SECONDS = 0.3
"""Over a gap up to this the last word stays lit, so that nothing flashes at a comma; over a longer one none is lit."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a line without spaces that belongs to one word."""

    text: str
    word: int
    """Index into the cue's words."""
    spaced: bool
    """Whether a space stands before it."""


@dataclass(frozen=True)
class Spoken:
    """A cue whose every drawn character belongs to a word with times."""

    cue: Cue
    lines: tuple[tuple[Piece, ...], ...]
    words: tuple[CueWord, ...]

    def lit(self, word: int) -> tuple[float, float]:
        """When this word is highlighted, in seconds: while it is spoken, and over a short gap until the next one."""
        start, end = self.words[word].start, self.words[word].end
        following = self.words[word + 1].start if word + 1 < len(self.words) else None
        if following is not None and end < following <= end + HOLD_SECONDS:
            end = following
        return max(start, self.cue.start), min(end, self.cue.end)


@dataclass(frozen=True)
class SameCue:
    """A cue as a key: equal to one that is the same but for its place among others. After an edit that is most."""

    content: tuple[Any, ...]
    cue: Cue = field(compare=False)

    @classmethod
    def of(cls, cue: Cue) -> SameCue:
        return cls(tuple(value for name, value in cue.__dict__.items() if name != "index"), cue)


def match_words(cue: Cue) -> Spoken:
    """The cue with its text and words brought together.

    Words that do not match the text lend their times: one each when there are as many as in the text, else the
    text's words share the cue's time by their length.
    """
    matched = _match_words(SameCue.of(cue))
    return matched if matched.cue is cue else replace(matched, cue=cue)


@lru_cache(maxsize=KEPT_CUES)
def _match_words(same: SameCue) -> Spoken:
    cue = same.cue
    lines = clip(clean(cue.text)).split("\n") if cue.text else []
    if (pieces := _same_words(lines, cue.words)) is not None:
        return Spoken(cue, pieces, cue.words)
    words = tuple(word for word in cue.words if clean(word.text))
    letters = [
        (letter, index) for index, word in enumerate(words) for letter in clean(word.text) if not letter.isspace()
    ]
    shown = [letter for line in lines for letter in line if not letter.isspace()]
    if not letters or [letter for letter, _ in letters] != shown:
        words = _lend_times([word for line in lines for word in split_words(line)], words, cue)
        letters = [(letter, index) for index, word in enumerate(words) for letter in word.text]
    owners = iter([index for _, index in letters])
    pieces = tuple(_pieces(line, owners) for line in lines)
    return Spoken(cue, tuple(line for line in pieces if line), words)


def _same_words(lines: Sequence[str], words: Sequence[CueWord]) -> tuple[tuple[Piece, ...], ...] | None:
    """The lines' pieces where the text is just the words with spaces between, as in most cues."""
    written = [line.split(" ") for line in lines if line]
    if [text for line in written for text in line] != [word.text for word in words]:
        return None
    owners = count()
    return tuple(
        tuple(Piece(text, next(owners), spaced=place > 0) for place, text in enumerate(line)) for line in written
    )


def _pieces(line: str, owners: Iterator[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    spaced = False
    for letter in line:
        if letter.isspace():
            spaced = True
            continue
        word = next(owners)
        if pieces and pieces[-1].word == word:
            before = pieces.pop()
            pieces.append(Piece(before.text + (" " if spaced else "") + letter, word, before.spaced))
        else:
            pieces.append(Piece(letter, word, spaced))
        spaced = False
    return tuple(pieces)


def _lend_times(texts: Sequence[str], words: Sequence[CueWord], cue: Cue) -> tuple[CueWord, ...]:
    if len(texts) == len(words):
        return tuple(word.model_copy(update={"text": text}) for text, word in zip(texts, words, strict=True))
    start, end = (words[0].start, words[-1].end) if words else (cue.start, cue.end)
    return share_time(texts, start, end)


def share_time(texts: Sequence[str], start: float, end: float) -> tuple[CueWord, ...]:
    """``texts`` one after the other from ``start`` to ``end`` seconds, each as long as it has letters; a guess."""
    per_letter = (end - start) / max(1, sum(map(len, texts)))
    words, spent = [], 0
    for text in texts:
        began, spent = spent, spent + len(text)
        words.append(
            CueWord(
                text=text,
                start=start + began * per_letter,
                end=start + spent * per_letter,
                confidence=0.3,
                source="aligned",
            )
        )
    return tuple(words)


def words_of(cues: Sequence[Cue]) -> tuple[CueWord, ...]:
    """The words of cues as they stand in their text, with times; a guess (low confidence) where there were none.

    For cutting existing cues anew: hand them to `make_cues`.
    """
    return tuple(word for cue in cues for word in _words(match_words(cue)))


def _words(spoken: Spoken) -> Iterator[CueWord]:
    texts = [""] * len(spoken.words)
    for piece in (piece for line in spoken.lines for piece in line):
        texts[piece.word] += piece.text
    for text, word in zip(texts, spoken.words, strict=True):
        if text:
            yield word.model_copy(update={"text": text, "speaker": word.speaker or spoken.cue.speaker})
