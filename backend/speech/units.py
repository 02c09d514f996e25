"""Text as it sounds: what is written and what a recogniser writes, brought to one spelling.

English numbers become digits however they were written, signs become words, accents, case and punctuation go. Each
unit remembers the word it came from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.script.normalise import spoken_words
from backend.script.numerals import say_number
from backend.script.sentences import is_cjk
from backend.speech.numbers import SCALES, Part, with_digits

_CURRENCIES = {"$": ("dollars", "cents"), "€": ("euros", "cents"), "£": ("pounds", "pence")}
_SIGNS = {"%": "percent", "&": "and", "+": "plus", "=": "equals"}
_SHORT = {
    "mister": "mr",
    "missus": "mrs",
    "missis": "mrs",
    "doctor": "dr",
    "versus": "vs",
    "okay": "ok",
    "until": "till",
}
_BREAK = ","
_PARTS = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[$€£%&+=]|[^\W\d_]+|,")
_CHANGE = re.compile(r"([$€£])(\d+)\.(\d\d)(?!\d)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_LONGEST_NUMBER = 15
"""Digits; a longer one is said digit by digit."""
_LETTERS_OF_A_DIGIT = 4


@dataclass(frozen=True)
class Unit:
    """A word, a number or (where there are no spaces) a character, as it sounds."""

    text: str
    """Letters in lower case without accents, or digits."""
    word: int
    """Index of the word it came from; of the first where a number was written in several."""


def units_of_said(said: Iterable[tuple[int, str]], language: str) -> list[Unit]:
    """Units of words that are written as they are said.

    Args:
        said: index of each word and what is said for it.
        language: BCP 47.
    """
    parts = [(index, part) for index, text in said for part in _parts(text, language)]
    if language.startswith("en"):
        parts = with_digits(_currencies_after(parts))
    return [Unit(part, index) for index, part in parts if part != _BREAK]


def units_of_heard(words: Sequence[str], language: str) -> list[Unit]:
    """Units of words as a recogniser writes them, their index that in ``words``."""
    return units_of_said(enumerate(spoken_words(words, language)), language)


def letters_of(units: Iterable[Unit], language: str) -> int:
    """How many letters it takes to say them, numbers written out."""
    return sum(len(unit.text) if unit.text.isalpha() else _letters_of_number(unit.text, language) for unit in units)


def _parts(text: str, language: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    plain = _GROUPED.sub("", "".join(c for c in plain if not unicodedata.combining(c)))
    if language.startswith("en"):
        plain = _CHANGE.sub(lambda m: " {2} {0} {3} {1} ".format(*_CURRENCIES[m[1]], m[2], m[3]), plain)
        plain = re.sub(r"(?<=\d)\.(?=\d)", " point ", plain)
    found = [_SIGNS.get(part, part) for part in _PARTS.findall(plain)]
    if language.startswith("en"):
        found = [_SHORT.get(part, part) for part in found]
    return [piece for part in found for piece in (part if is_cjk(part[0]) else (part,))]


def _currencies_after(parts: Sequence[Part]) -> list[Part]:
    """``$ 5 million`` as ``5 million dollars``."""
    moved: list[Part] = []
    waiting = ""
    for index, part in [*parts, (0, "")]:
        if waiting and not (part.isdigit() or part == "point" or part in SCALES):
            moved.append((moved[-1][0] if moved else index, waiting))
            waiting = ""
        if part in _CURRENCIES:
            waiting = _CURRENCIES[part][0]
        else:
            moved.append((index, part))
    return moved[:-1]


@lru_cache(maxsize=4096)
def _letters_of_number(text: str, language: str) -> int:
    digits = text.rstrip("th")
    if not digits.isdecimal() or len(digits) > _LONGEST_NUMBER:
        return _LETTERS_OF_A_DIGIT * len(text)
    try:
        said = say_number(int(digits), language.split("-")[0])
    except NotImplementedError:
        return _LETTERS_OF_A_DIGIT * len(digits)
    return sum(character.isalpha() for character in said)
