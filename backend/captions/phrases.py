"""Where text without spaces may be parted: Japanese, Chinese and Thai.

Phrases are found by BudouX's small models. What typesetters never do (kinsoku) is never done: no line starts with
closing punctuation, a small kana or a mark that belongs to the letter before it, and none ends with an opening bracket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from backend.captions.text import clusters, is_spaceless, needs_space
from backend.captions.tongues import tongue_of

if TYPE_CHECKING:
    from budoux.parser import Parser

Joint = Literal["free", "inside", "never"]
"""Between two words: a line may end there, it would part a phrase, or it may not."""
_NEVER_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々〻ー）］｝〕〉》」』】〙〗〟’”｠»ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "‐゠–〜～?!:;,.)]}%‰℃°…‥ๆฯะาำๅ"
)
_NEVER_LAST = frozenset("（［｛〔〈《「『【〘〖〝‘“｟«$£¥￥＄([{#เแโใไ")
_LONGEST_RUN = 2_000
"""Characters that are looked at together; what has no punctuation for so long is no sentence."""


def split_words(text: str) -> list[str]:
    """The words of ``text``: at spaces, and in scripts without them the phrases, punctuation clinging to its word."""
    return [word for token in text.split() for word in _split_token(token)]


def joints(words: Sequence[str]) -> list[Joint]:
    """For each word, how it may be parted from the next; the last is free."""
    found: list[Joint] = ["free"] * len(words)
    if all(map(str.isascii, words)):
        return found
    for start, end in _runs(words):
        text = "".join(words[start:end])
        ends = set(_ends_of(_phrases(text)))
        place = 0
        for index in range(start, end - 1):
            place += len(words[index])
            found[index] = "never" if not _may_part(text, place) else "free" if place in ends else "inside"
    return found


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of words that are written without spaces between them."""
    start, length = 0, len(words[0]) if words else 0
    for index, (left, right) in enumerate(pairwise(words), start=1):
        if needs_space(left, right) or length > _LONGEST_RUN:
            if index - start > 1:
                yield start, index
            start, length = index, 0
        length += len(right)
    if len(words) - start > 1:
        yield start, len(words)


def _split_token(token: str) -> list[str]:
    """A token without spaces, at the ends of its phrases and where another script begins."""
    if not any(map(is_spaceless, token)):
        return [token]
    parts = [""]
    ends = set(_ends_of(_phrases(token)))
    place = 0
    for cluster in clusters(token):
        changes = parts[-1] and is_spaceless(parts[-1][-1]) != is_spaceless(cluster[0])
        if parts[-1] and (place in ends or changes) and _may_part(token, place):
            parts.append("")
        parts[-1] += cluster
        place += len(cluster)
    return parts


def _may_part(text: str, place: int) -> bool:
    return text[place] not in _NEVER_FIRST and text[place - 1] not in _NEVER_LAST


def _ends_of(parts: Sequence[str]) -> Iterator[int]:
    place = 0
    for part in parts:
        place += len(part)
        yield place


def _phrases(text: str) -> list[str]:
    if not any(map(is_spaceless, text)):
        return [text]
    return list(_parser(_language(text)).parse(text))


def _language(text: str) -> str:
    if any("\u0e00" <= character <= "\u0e7f" for character in text):
        return "thai"
    return {"ja": "japanese", "zh-Hant": "traditional_chinese"}.get(tongue_of(text), "simplified_chinese")


@cache
def _parser(language: str) -> Parser:
    import budoux  # only when text without spaces comes by

    parser: Parser = getattr(budoux, f"load_default_{language}_parser")()
    return parser
