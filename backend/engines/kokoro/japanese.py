"""Japanese text to phonemes: MeCab with the IPA dictionary finds the words, misaki's kana table their sounds."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import fugashi  # type: ignore[import-untyped]
import ipadic  # type: ignore[import-untyped]
import jaconv
from misaki import cutlet  # type: ignore[import-untyped]
from misaki.num2kana import Convert  # type: ignore[import-untyped]

from .latin import Latin
from .pieces import SPACE, Piece, Pronunciation, around, single_characters

_PRONUNCIATION = 8
"""Place of the pronunciation among the features of the IPA dictionary."""
_HIRAGANA, _KATAKANA = 6, 7
"""MeCab's character types."""


@dataclass(frozen=True)
class _Node:
    """A word as MeCab found it."""

    surface: str
    reading: str
    """Hiragana, as it is said."""
    kind: int
    """Character type."""


@dataclass(frozen=True)
class _Found:
    """A word in the normalised text."""

    word: cutlet.Word
    start: int
    end: int


class _Kana(cutlet.Cutlet):  # type: ignore[misc]
    """misaki's table of sounds without its own tagger, remembering which words it took together."""

    def __init__(self) -> None:
        self.table = dict(cutlet.HEPBURN)
        self.exceptions: dict[str, str] = {}
        self.groups: list[str] = []

    def sounds(self, words: list[cutlet.Word]) -> list[tuple[str, str, bool]]:
        """For each group of words: how it is written, its phonemes, and whether a space follows."""
        self.groups = []
        tokens = self._romaji_tokens(words)
        return [(group, token.surface, token.space) for group, token in zip(self.groups, tokens, strict=True)]

    def _romaji_word(self, word: cutlet.Word) -> str:
        self.groups.append(word.surface)
        return str(super()._romaji_word(word))


class Japanese:
    """May be used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tagger = fugashi.GenericTagger(ipadic.MECAB_ARGS)
        self._kana = _Kana()
        self._latin = Latin()

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]:
        """The phonemes of ``text``, in order, with the characters they belong to."""
        with self._lock:
            return around(text, pronunciations, self._plain)

    def _plain(self, text: str, start: int, end: int) -> list[Piece]:
        plain, origin = single_characters(text, start, end)
        found = self._words(plain)
        pieces: list[Piece] = []
        index = 0
        for written, sounds, space in self._kana.sounds([one.word for one in found]):
            first = found[index]
            taken = first.word.surface
            while taken != written:
                index += 1
                taken += found[index].word.surface
            last = found[index]
            index += 1
            sounds = self._latin.phonemes(written) if written.isascii() and written.isalpha() else sounds
            pieces.append(Piece(sounds, origin[first.start], origin[last.end]))
            # A stop is one with the sound after it.
            if space and not sounds.endswith("ʔ"):
                pieces.append(Piece(SPACE, origin[last.end], origin[last.end]))
        return pieces

    def _words(self, plain: str) -> list[_Found]:
        found: list[_Found] = []
        place = 0
        for node in self._nodes(plain):
            start = plain.index(node.surface, place)
            place = start + len(node.surface)
            if node.surface.isdigit() and found and found[-1].end == start and plain[found[-1].start : start].isdigit():
                start = found.pop().start
            found.append(_Found(self._word(plain[start:place], node), start, place))
        return found

    def _nodes(self, plain: str) -> list[_Node]:
        """What MeCab finds, copied: its own nodes change when it is asked again."""
        return [
            _Node(node.surface, _reading(node), node.char_type if node.is_unk else _HIRAGANA)
            for node in self._tagger(plain)
        ]

    def _word(self, surface: str, node: _Node) -> cutlet.Word:
        if surface.isdigit():
            reading = "".join(part.reading for part in self._nodes(Convert(surface)))
            return cutlet.Word(reading, reading, _HIRAGANA)
        return cutlet.Word(surface, node.reading, _HIRAGANA if node.kind == _KATAKANA else node.kind)


def _reading(node: fugashi.fugashi.Node) -> str:
    known = len(node.feature) > _PRONUNCIATION and node.feature[_PRONUNCIATION] != "*"
    return str(jaconv.kata2hira(node.feature[_PRONUNCIATION] if known else node.surface))
