"""Numbers, money, units and signs in words, for languages whose words and sounds are paired one by one.

espeak could read most digits itself, but as several words at once; written out, every word gets its own time.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from backend.script.numerals_tables import Numerals
from backend.script.tokens import Token, say_address

_NUMBER = r"[-−]?\d[\d.,]*"
_QUANTITY = re.compile(rf"([$€£]|R\$)?({_NUMBER})(\D{{0,5}})")
_CLOCK = re.compile(r"([01]?\d|2[0-4])[:h]([0-5]\d)h?")
_RANGE = re.compile(r"([$€£]?\d[\d.,]*)[-–—](\d[\d.,]*\D{0,3})")
_GROUPED = re.compile(r"\d{1,3}(?:([.,\u00a0])\d{3})(?:\1\d{3})*")
MOST_DIGITS = 15
"""A longer number is said digit by digit."""


def say_with(numerals: Numerals, token: Token) -> str | None:
    """What is said for a word, or None when it is said as written."""
    core = token.core
    if core in numerals.signs:
        return numerals.signs[core]
    address = say_address(
        core,
        dot=numerals.dot,
        at=numerals.at,
        slash=numerals.slash,
        dash=numerals.dash,
        hashtag=numerals.hashtag,
    )
    if address:
        return address
    if core in numerals.units and token.before[-1:].isdigit():
        return numerals.units[core][token.before != "1"]
    if re.fullmatch(r"#\d{1,9}", core):
        return f"{numerals.number} {_number(core[1:], numerals)}"
    return _range(core, numerals) or _clock(core, numerals) or _quantity(core, numerals)


def _range(core: str, numerals: Numerals) -> str | None:
    match = _RANGE.fullmatch(core)
    parts = [_quantity(part, numerals) for part in match.groups()] if match else []
    return f" {numerals.to} ".join(part for part in parts if part) if len(parts) == 2 and all(parts) else None


def _clock(core: str, numerals: Numerals) -> str | None:
    match = _CLOCK.fullmatch(core)
    if not match:
        return None
    hours, minutes = _number(match[1], numerals), "" if match[2] == "00" else _number(match[2].lstrip("0"), numerals)
    hour = numerals.units["h"] if numerals.code == "fr" or not minutes else None
    return " ".join(part for part in (hours, hour[match[1] not in ("1", "01")] if hour else "", minutes) if part)


def _quantity(core: str, numerals: Numerals) -> str | None:
    match = _QUANTITY.fullmatch(core)
    if not match or (match[3] and match[3] not in numerals.units):
        return None
    said = _number(match[2], numerals)
    for unit in (match[3], match[1]):
        if said and unit:
            said = re.sub(r"\buno$", "un", said)
            said += f" {numerals.units.get(unit, numerals.units['$'])[match[2] != '1']}"
    return said


def _number(written: str, numerals: Numerals) -> str | None:
    """A number in words; None when it is not one number (``1.2.3``)."""
    sign = f"{numerals.minus} " if written[0] in "-−" else ""
    digits = written.lstrip("-−")
    whole = _GROUPED.fullmatch(digits)
    if whole and (whole[1] == "." if numerals.decimal_comma else whole[1] == ","):
        digits = re.sub(r"[.,]", "", digits)
    elif numerals.decimal_comma and "," in digits:
        digits = digits.replace(".", "").replace(",", ".")
    if sum(character.isdigit() for character in digits) > MOST_DIGITS or re.match(r"0\d", digits):
        return " ".join(say_number(int(digit), numerals.code) for digit in digits if digit.isdigit())
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    said = say_number(int(value), numerals.code)
    fraction = digits.partition(".")[2]
    if fraction:
        said += f" {numerals.point} {_after_point(fraction, numerals)}"
    return sign + said


@lru_cache(maxsize=4_000)
def say_number(number: int, language: str) -> str:
    """A number in words.

    Args:
        language: as num2words names it, e.g. ``de``.

    Raises:
        NotImplementedError: it knows no words in that language.
    """
    from num2words import num2words  # type: ignore[import-untyped]  # here: no page waits for its forty languages

    return str(num2words(number, lang=language))


def _after_point(fraction: str, numerals: Numerals) -> str:
    """Two digits as one number, more or a leading zero digit by digit."""
    if len(fraction) <= 2 and fraction[0] != "0":
        return say_number(int(fraction), numerals.code)
    return " ".join(say_number(int(digit), numerals.code) for digit in fraction)
