"""English numbers brought to one spelling: "nineteen eighty-four" and "1984" are both ``1984``."""

from __future__ import annotations

from collections.abc import Sequence

Part = tuple[int, str]
"""Index of a word, and the word or number in lower case."""

SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_LONGEST = 20
"""Characters of a number that is one; a longer row of digits is nobody's."""
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_ODD_ORDINALS = {"first": "one", "second": "two", "third": "three", "fifth": "five", "eighth": "eight",
                 "ninth": "nine", "twelfth": "twelve"}  # fmt: skip
_ORDINALS = {
    **{f"{word}th": word for word in [*_SMALL, "hundred", *SCALES]},
    **{f"{word[:-1]}ieth": word for word in _TENS},
    **_ODD_ORDINALS,
}


def with_digits(parts: Sequence[Part]) -> list[Part]:
    """``parts`` with every run of number words and digits as one number, ordinals as ``21th``."""
    folded: list[Part] = []
    number: _Number | None = None
    for place, (index, part) in enumerate(parts):
        after = parts[place + 1][1] if place + 1 < len(parts) else ""
        if number and not number.takes(part, after):
            folded.append(number.finished())
            number = None
        if not number and _begins(part, after):
            number = _Number(index)
        if not number:
            folded.append((index, part))
        elif number.add(part):
            folded.append(number.finished())
            number = None
    return [*folded, number.finished()] if number else folded


class _Number:
    """A number in the making."""

    def __init__(self, index: int) -> None:
        self._index = index
        self._digits = ""
        self._total = 0
        self._part: int | None = None
        self._last = ""

    def takes(self, part: str, after: str) -> bool:
        """Whether the number goes on with this."""
        if part == "and":
            return (self._last == "hundred" or self._last in SCALES) and _is_value(after)
        return part == "hundred" or part in SCALES or _begins(part, after) or (part == "oh" and _is_value(after))

    def add(self, part: str) -> bool:
        """Go on; whether that ended the number."""
        word = _ORDINALS.get(part, part)
        ends = part in _ORDINALS or (part[:1].isdigit() and not part.isdigit())
        if word == "hundred":
            self._part = (self._part or 1) * 100
        elif word in SCALES:
            self._total += (self._part or 1) * SCALES[word]
            self._part = None
        elif word not in ("a", "and"):
            self._count(word.rstrip("sthndr") if ends and word[:1].isdigit() else word)
        self._last = word
        if ends:
            self._settle()
            self._digits += "th"
        return ends

    def _count(self, word: str) -> None:
        value = 0 if word == "oh" else _VALUES.get(word)
        if value is None and word[0] == "0" and len(word) > 1:  # 05 keeps its zero
            self._settle()
            self._digits += word
        elif self._part is None:
            self._part = int(word) if value is None else value
        elif value is not None and self._fits(value):
            self._part += value
        else:
            self._settle()
            self._part = int(word) if value is None else value

    def _fits(self, value: int) -> bool:
        """Whether ``value`` adds to what was said: twenty and four, hundred and twenty, but not nineteen and eighty."""
        part = self._part or 0
        return (part >= 100 and part % 100 == 0) or (part % 100 >= 20 and part % 10 == 0 and 0 < value < 10)

    def _settle(self) -> None:
        if self._total or self._part is not None:
            self._digits += str(self._total + (self._part or 0))
        self._total, self._part = 0, None

    def finished(self) -> Part:
        self._settle()
        return self._index, self._digits


def _is_value(part: str) -> bool:
    return (part[:1].isdigit() and len(part) <= _LONGEST) or part in _VALUES or part in _ORDINALS


def _begins(part: str, after: str) -> bool:
    return _is_value(part) or (part == "a" and (after == "hundred" or after in SCALES))
