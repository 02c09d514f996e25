"""Text cut into parts that Chatterbox can say: past about 300 characters it skips and repeats words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_WEIGHT = 300
"""Characters of a part, in letters of an alphabet; what is said in 40 s, the model's own limit, with room to spare."""
TOKENS_A_SECOND = 25
_USUAL_WEIGHT_A_SECOND = 15
_SLOWEST_WEIGHT_A_SECOND = 5
_SPARE_SECONDS = 2.0
_MOST_TOKENS = 1000
"""Chatterbox's own limit."""
_BOUNDARIES = (
    re.compile(r"[.!?…][\"'”’)\]]*\s|[。！？]"),
    re.compile(r"[;:](?=\s)|\s[–—-](?=\s)|—|[；：]"),
    re.compile(r",(?=\s)|[،、，]"),
    re.compile(r"\s"),
)
"""Where text may be cut, best first."""


def parts_of(text: str, most: int = MOST_WEIGHT) -> list[str]:
    """The text in parts of at most ``most`` `weight`, about equally long and cut at the best places.

    Spaces at the cuts are gone, and so is a part without a letter or a digit: there is nothing to say in it.
    """
    text = " ".join(text.split())
    if not any(character.isalnum() for character in text):
        return []
    if weight(text) <= most or len(text) < 2:
        return [text]
    place = _best_cut(text)
    return [part for half in (text[:place], text[place:]) for part in parts_of(half, most)]


def weight(text: str) -> int:
    """How much there is to say, in letters of an alphabet: a Chinese or Japanese character takes about three times as
    long, a Korean syllable too."""
    return sum(3 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def usual_tokens(text: str) -> int:
    """About how many speech tokens a text takes at a usual pace."""
    return max(TOKENS_A_SECOND, round(weight(text) / _USUAL_WEIGHT_A_SECOND * TOKENS_A_SECOND))


def most_tokens(text: str) -> int:
    """After how many speech tokens the model has surely lost its way: it does, above all with very short texts."""
    seconds = _SPARE_SECONDS + weight(text) / _SLOWEST_WEIGHT_A_SECOND
    return min(_MOST_TOKENS, round(seconds * TOKENS_A_SECOND))


def _best_cut(text: str) -> int:
    """Index of the cut: of the best kind of boundary in the text's middle half, the one nearest the middle."""
    middle = len(text) / 2
    for boundary in _BOUNDARIES:
        places = [place for place in _places(boundary, text) if len(text) / 4 <= place <= len(text) * 3 / 4]
        if places:
            return min(places, key=lambda place: abs(place - middle))
    return len(text) // 2


def _places(boundary: re.Pattern[str], text: str) -> Iterator[int]:
    return (match.end() for match in boundary.finditer(text) if 0 < match.end() < len(text))
