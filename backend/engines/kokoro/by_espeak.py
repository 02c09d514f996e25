"""Text to phonemes with espeak, for the languages Kokoro was trained on that way."""

from __future__ import annotations

import re
import threading
from difflib import SequenceMatcher
from itertools import pairwise

from misaki import espeak  # type: ignore[import-untyped]

from .pieces import SPACE, Piece, Pronunciation, around

_PUNCTUATION = re.compile(r"[;:,.!?¡¿—…\"«»“”(){}\[\]]+")
_WORD = re.compile(r"\S+")
_KEPT = {"«": "“", "»": "”", "[": "(", "]": ")", "{": "(", "}": ")", "¡": "", "¿": ""}


class Espeak:
    """Phonemes of one language. May be used from several threads of this process."""

    # The espeak library keeps its state in globals.
    _lock = threading.Lock()

    def __init__(self, language: str) -> None:
        self._g2p = espeak.EspeakG2P(language=language)

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]:
        """The phonemes of ``text``, in order, with the characters they belong to."""
        return around(text, pronunciations, self._plain)

    def _plain(self, text: str, start: int, end: int) -> list[Piece]:
        pieces: list[Piece] = []
        place = start
        for mark in _PUNCTUATION.finditer(text, start, end):
            pieces += self._phrase(text, place, mark.start())
            pieces.append(Piece("".join(_KEPT.get(c, c) for c in mark.group()), mark.start(), mark.end()))
            place = mark.end()
        return pieces + self._phrase(text, place, end)

    def _phrase(self, text: str, start: int, end: int) -> list[Piece]:
        """A stretch without punctuation: said as a whole, so that words flow, then shared among its words."""
        words = [match.span() for match in _WORD.finditer(text, start, end)]
        if not words:
            return [Piece(SPACE, start, start)] if end > start else []
        said = self._say(text[start:end])
        groups = said.split()
        shares = groups if len(groups) == len(words) else self._shares(said, [text[a:b] for a, b in words])
        pieces = [Piece(SPACE, start, start)] if text[start].isspace() else []
        for index, ((first, last), share) in enumerate(zip(words, shares, strict=True)):
            pieces.append(Piece(share, first, last))
            if index + 1 < len(words) and (len(groups) == len(words)):
                pieces.append(Piece(SPACE, last, last))
        if text[end - 1].isspace():
            pieces.append(Piece(SPACE, end, end))
        return pieces

    def _say(self, text: str) -> str:
        with self._lock:
            return str(self._g2p(text)[0])

    def _shares(self, said: str, words: list[str]) -> list[str]:
        """Cut ``said`` where each word ends, found by laying the phonemes of the words said alone alongside it."""
        alone = [self._say(word) for word in words]
        matcher = SequenceMatcher(None, SPACE.join(alone), said, autojunk=False)
        cuts = [0]
        end = -1
        for word in alone[:-1]:
            end += len(word) + 1
            cuts.append(max(cuts[-1], _carried(matcher, end)))
        cuts.append(len(said))
        return [said[a:b] for a, b in pairwise(cuts)]


def _carried(matcher: SequenceMatcher[str], place: int) -> int:
    """Where a place in the first string falls in the second."""
    for _, first, last, other_first, other_last in matcher.get_opcodes():
        if first <= place < last or (place == first == last):
            share = (place - first) / max(1, last - first)
            return other_first + round(share * (other_last - other_first))
    return matcher.get_opcodes()[-1][4]
