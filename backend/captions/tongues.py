"""Which of the languages that share characters a text is in."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

Tongue = Literal["zh-Hans", "zh-Hant", "ja", "ko"]
"""Languages that write some of the same characters in shapes of their own."""
_TELLING_CHARACTERS = 4_000
"""Of a text; by then it is clear which language it is in."""


def tongue_of(text: str) -> Tongue:
    """The language whose shapes the Chinese characters of a whole text should get.

    Kana make it Japanese and Hangul Korean; characters that only one of the two Chinese standards has decide the rest.
    """
    traditional, hangul = 0, False
    for character in text[:_TELLING_CHARACTERS]:
        if "\u3041" <= character <= "\u30ff" and character != "・":
            return "ja"
        hangul = hangul or "\uac00" <= character <= "\ud7a3"
        traditional += _leaning(character) if "\u4e00" <= character <= "\u9fff" else 0
    if hangul:
        return "ko"
    return "zh-Hant" if traditional > 0 else "zh-Hans"


@lru_cache(maxsize=5_000)
def _leaning(character: str) -> int:
    """1 for a character that only Taiwan's standard has, -1 for one that only the mainland's has, else 0."""
    return _is_in(character, "big5") - _is_in(character, "gb2312")


def _is_in(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
