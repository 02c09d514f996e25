"""Phonemes that remember which characters of the text they come from, and word times out of their lengths."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

PUNCTUATION = frozenset(';:,.!?—…"()“”')
SPACE = " "
MOST_TOKENS = 510
"""Phonemes that the model takes at once."""
FRAME = 600
"""Samples of one frame of length (25 ms at 24 kHz)."""

Span = tuple[int, int]
Pronunciation = tuple[int, int, str]
"""Character span in the text, and its phonemes."""


@dataclass(frozen=True)
class Piece:
    """The phonemes of one stretch of text."""

    phonemes: str
    start: int
    """First character in the text."""
    end: int
    """One past the last; equal to ``start`` for what stands between words."""


@dataclass(frozen=True)
class Token:
    """One phoneme as the model takes it."""

    number: int
    """In the model's vocabulary."""
    symbol: str
    word: int | None
    """The asked word it belongs to; None for pauses and for what nobody asked about."""

    @property
    def is_pause(self) -> bool:
        return self.symbol == SPACE or self.symbol in PUNCTUATION


def around(
    text: str, pronunciations: Sequence[Pronunciation], plain: Callable[[str, int, int], list[Piece]]
) -> list[Piece]:
    """The given pronunciations, and what ``plain(text, start, end)`` makes of the text around them."""
    pieces: list[Piece] = []
    place = 0
    for start, end, phonemes in pronunciations:
        pieces += plain(text, place, start)
        pieces.append(Piece(phonemes, start, end))
        place = end
    return pieces + plain(text, place, len(text))


def single_characters(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Full-width letters and the like as ordinary ones, and where each character of the result stood in ``text``.

    The list has one entry more than the result has characters, for the end.
    """
    plain = ""
    origin: list[int] = []
    for place in range(start, end):
        ordinary = unicodedata.normalize("NFKC", text[place])
        plain += ordinary
        origin += [place] * len(ordinary)
    return plain, [*origin, end]


def tokens_of(pieces: Sequence[Piece], words: Sequence[Span], vocabulary: dict[str, int]) -> list[Token]:
    """The phonemes the model knows, each with the word it belongs to."""
    tokens = []
    for piece in pieces:
        for index, symbol in enumerate(piece.phonemes):
            if symbol not in vocabulary:
                continue
            pause = symbol == SPACE or symbol in PUNCTUATION
            word = None if pause else _word_at(piece, index, words)
            tokens.append(Token(vocabulary[symbol], symbol, word))
    return tokens


def _word_at(piece: Piece, index: int, words: Sequence[Span]) -> int | None:
    """The word a phoneme falls into: the only one its piece touches, or the one at its share of the piece."""
    touched = [number for number, (start, end) in enumerate(words) if start < piece.end and piece.start < end]
    if len(touched) < 2:
        return touched[0] if touched else None
    place = piece.start + (index + 0.5) / len(piece.phonemes) * (piece.end - piece.start)
    return next((number for number in touched if place < words[number][1]), touched[-1])


def chunks_of(tokens: Sequence[Token], most: int = MOST_TOKENS) -> Iterator[Sequence[Token]]:
    """Cut what is too long for the model: after punctuation where there is some, else at a space."""
    rest = tokens
    while len(rest) > most:
        cut = _last(rest, most, lambda token: token.symbol in PUNCTUATION)
        cut = cut or _last(rest, most, lambda token: token.is_pause) or most
        yield rest[:cut]
        rest = rest[cut:]
    if rest:
        yield rest


def _last(tokens: Sequence[Token], most: int, wanted: Callable[[Token], bool]) -> int | None:
    """One past the last wanted token that still fits."""
    return next((index + 1 for index in range(most - 1, 0, -1) if wanted(tokens[index])), None)


def word_spans(chunks: Sequence[tuple[Sequence[Token], Sequence[int]]], count: int) -> list[Span]:
    """Sample span of each of ``count`` words.

    Args:
        chunks: tokens and their lengths in frames; the lengths have one entry more at each end, for the padding.
        count: how many words were asked for.

    A space between two words is shared by them half and half; a pause at punctuation belongs to nobody. A word
    without sound gets an empty span where the word before it ends.
    """
    spans: dict[int, Span] = {}
    offset = 0
    for tokens, lengths in chunks:
        bounds = _bounds(tokens, lengths, offset)
        for token, (start, end) in zip(tokens, bounds, strict=True):
            if token.word is not None:
                known = spans.get(token.word)
                spans[token.word] = (known[0] if known else start, end)
        offset += sum(lengths) * FRAME
    return _filled(spans, count)


def _bounds(tokens: Sequence[Token], lengths: Sequence[int], offset: int) -> list[Span]:
    """Sample span of each token, single spaces given to their neighbours."""
    edges = [offset + lengths[0] * FRAME]
    for length in lengths[1:-1]:
        edges.append(edges[-1] + length * FRAME)
    bounds = list(pairwise(edges))
    for index in range(1, len(tokens) - 1):
        before, after = tokens[index - 1], tokens[index + 1]
        if tokens[index].symbol == SPACE and not before.is_pause and not after.is_pause:
            middle = (bounds[index][0] + bounds[index][1]) // 2
            bounds[index - 1] = (bounds[index - 1][0], middle)
            bounds[index + 1] = (middle, bounds[index + 1][1])
    return bounds


def _filled(spans: dict[int, Span], count: int) -> list[Span]:
    """Every word's span, in order; no span starts before the one before it ends."""
    result: list[Span] = []
    now = 0
    for number in range(count):
        start, end = spans.get(number, (now, now))
        start = max(start, now)
        now = max(start, end)
        result.append((start, now))
    return result
