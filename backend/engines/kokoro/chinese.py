"""Mandarin text to phonemes: jieba finds the words, pypinyin their tones, misaki's table the sounds."""

from __future__ import annotations

import logging
import re
import threading

import cn2an  # type: ignore[import-untyped]
import jieba  # type: ignore[import-untyped]
from misaki.zh import ZHG2P  # type: ignore[import-untyped]

from .latin import Latin
from .pieces import PUNCTUATION, SPACE, Piece, Pronunciation, around, single_characters

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff]+)|(?P<number>\d+(?:\.\d+)?)|(?P<latin>[A-Za-z']+)|(?P<mark>.)", re.DOTALL)
_NON_SYLLABIC = chr(815)

jieba.setLogLevel(logging.WARNING)


class Chinese:
    """May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Without its cache: that would be a file in the machine's temporary folder that anyone could have put there.
        self._words = jieba.Tokenizer()
        self._words.initialize()
        self._latin = Latin()

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]:
        """The phonemes of ``text``, in order, with the characters they belong to."""
        with self._lock:
            return around(text, pronunciations, self._plain)

    def _plain(self, text: str, start: int, end: int) -> list[Piece]:
        plain, origin = single_characters(text, start, end)
        pieces: list[Piece] = []
        for run in _RUN.finditer(plain):
            for sounds, first, last in self._run(str(run.lastgroup), run.group(), run.start()):
                # Words are spaced, marks cling to the word before them.
                if pieces and sounds not in PUNCTUATION and not pieces[-1].phonemes.endswith(SPACE):
                    pieces.append(Piece(SPACE, origin[first], origin[first]))
                pieces.append(Piece(sounds, origin[first], origin[last]))
        return pieces

    def _run(self, kind: str, run: str, start: int) -> list[tuple[str, int, int]]:
        """Phonemes of one run of like characters, with their places."""
        if kind == "han":
            return [(_sounds(word), start + first, start + last) for word, first, last in self._words.tokenize(run)]
        if kind == "number":
            said = cn2an.an2cn(run) if len(run) < 16 else "".join(cn2an.an2cn(digit) for digit in run if digit != ".")
            return [(_sounds(said), start, start + len(run))]
        if kind == "latin":
            return [(self._latin.phonemes(run), start, start + len(run))]
        mark = str(ZHG2P.map_punctuation(run))
        return [(mark, start, start + 1)] if mark in PUNCTUATION else []


def _sounds(word: str) -> str:
    return str(ZHG2P.word2ipa(word)).replace(_NON_SYLLABIC, "")
