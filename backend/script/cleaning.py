"""Which characters of a script count as text at all."""

from __future__ import annotations

import re
import unicodedata

MAX_COMBINING_MARKS = 3
"""Marks kept on one character. Written languages need three at most; more is decoration ("zalgo")."""
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_DROPPED = {"Cc", "Cf", "Cs", "Co"}


def clean(text: str) -> str:
    """``text`` with uniform line ends and plain spaces, and without characters nobody can see or say.

    Control characters, NUL, lone surrogates, private use characters, noncharacters and all invisible formatting
    (bidi controls, byte order marks, soft hyphens) are dropped; the joiners that Hindi, Persian and emoji need stay.
    """
    kept: list[str] = []
    marks = 0
    for character in _LINE_ENDS.sub("\n", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MAX_COMBINING_MARKS:
            kept.append(_plain(character, category))
    return unicodedata.normalize("NFC", "".join(kept))


def _plain(character: str, category: str) -> str:
    if category == "Zs" or character == "\t":
        return " "
    if character == "\n" or character in _JOINERS:
        return character
    if category in _DROPPED or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return ""
    return character


def is_speech(text: str) -> bool:
    """Whether there is a letter or a digit in ``text``."""
    return any(character.isalnum() for character in text)
