"""The words of a sentence: what stands between spaces, and small groups where a script has no spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from backend.script.cleaning import is_speech
from backend.script.sentences import is_cjk

MAX_GROUP = 5
"""Characters of one group of Japanese."""
_TOKEN = re.compile(r"\S+")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word of ``text``, in order; every character that is not a space lies in exactly one."""
    return [span for token in _TOKEN.finditer(text) for span in _groups(text, *token.span())]


def _groups(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A token is one word; with CJK characters each character or group of them is, with what clings to it."""
    if any(is_cjk(character) for character in text[start:end]):
        japanese = any(_kind(character) == "kana" for character in text)
        for position in range(start + 1, end):
            if _starts_group(text[start:position], text[position], japanese):
                yield start, position
                start = position
    yield start, end


def _starts_group(group: str, here: str, japanese: bool) -> bool:
    if unicodedata.category(here) in ("Ps", "Pi"):
        return is_speech(group)
    if not here.isalnum() or unicodedata.category(here) == "Lm" or not is_speech(group):
        return False  # closing punctuation and sound marks cling to what is before them
    kinds = (_kind(next(character for character in reversed(group) if character.isalnum())), _kind(here))
    if kinds == ("other", "other"):
        return False
    belongs = kinds in (("kana", "kana"), ("han", "kana")) or (japanese and kinds == ("han", "han"))
    return not belongs or not group[-1].isalnum() or len(group) >= MAX_GROUP


def _kind(character: str) -> str:
    if not is_cjk(character):
        return "other"
    return "kana" if 0x3040 <= ord(character) <= 0x30FF else "han"
