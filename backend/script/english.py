"""English: what misaki does not say well by itself.

misaki reads numbers, money, years, ordinals, titles and capitals well, so digits stay digits here. It stumbles over
what these rules cover: times, dates, ranges, telephone numbers, units, addresses, fractions, signs, Roman numerals.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from backend.script.english_tables import (
    ABBREVIATIONS,
    CURRENCIES,
    FRACTIONS,
    MONTHS,
    REGNAL,
    ROMAN,
    ROMAN_AFTER,
    SCALES,
    SIGNS,
    UNITS,
    WHOLE_WORDS,
)
from backend.script.tokens import Token, say_address

Rule = Callable[[Token], "str | None"]
_NUMBER = r"[-−+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−+]?\d*\.?\d+"
_AMOUNT = re.compile(rf"([-−]?)(US|A|C|NZ|HK)?([$€£¥₹₩₽₺₪฿₿])({_NUMBER})(k|K|M|B|T|bn|m|tn)?")
_AMOUNT_AFTER = re.compile(rf"({_NUMBER})([$€£¥₹₩₽₺₪฿₿¢])")
_QUANTITY = re.compile(rf"({_NUMBER})([^\d.,:/-][^\d:-]*[²³]?)")
_SCALED = re.compile(r"(\d{2,}(?:\.\d+)?|\d+\.\d+)(k|K|M|B|bn)")
_DEGREES = re.compile(rf"({_NUMBER})? ?(?:°|º)([CFK]?)|({_NUMBER})?([℃℉])")
_CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(am|pm|AM|PM|a\.m|p\.m)?")
_RATIO = re.compile(r"(\d{1,4}):(\d{1,4})")
_ISO_DATE = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?")
_DATE = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2([12]\d{3}|(?<=/)\d\d)")
_PHONE = re.compile(r"\+?\d{1,3}(?:[-.]\d{2,4}){2,4}|\d{3}-\d{4}")
_RANGE = re.compile(r"([$€£]?\d[\d.,:]*[%°]?[a-zA-Z]{0,2})[-–—]([$€£]?\d[\d.,:]*[%°]?[^\d-]{0,5})")
_FEET = re.compile(r"(\d)'(\d{1,2})(?:\"|'')?")
_FRACTION = re.compile(r"(\d{1,2})[/⁄](\d{1,2})")
_MIXED = re.compile(r"(\d+)([½¼¾⅓⅔⅛])")
_VERSION = re.compile(r"([vV]?)(\d{1,4}(?:\.\d{1,4}){1,3})")
_BY = re.compile(r"(\d+)[x×](\d+)")
_POWER = re.compile(r"([A-Za-z)\d]+)(?:\^(\d+)|([²³⁴⁵⁶⁷⁸⁹]))")
_COMPARED = re.compile(r"(\w*)([<>≤≥=])(\w+)")
_SUPERSCRIPTS = str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789")


def say_english(token: Token) -> str | None:
    """What is said for a word, or None when it is said as written."""
    for rule in _RULES:
        if (said := rule(token)) is not None:
            return said
    return None


def _whole_word(token: Token) -> str | None:
    if token.core in SIGNS:
        return SIGNS[token.core]
    return WHOLE_WORDS.get(token.core)


def _address(token: Token) -> str | None:
    return say_address(token.core, dot="dot", at="at", slash="slash", dash="dash", hashtag="hashtag")


def _numbered(token: Token) -> str | None:
    """``#1``, and ``~50`` for about fifty."""
    if re.fullmatch(r"#\d[\d,.-]*", token.core):
        return f"number {token.core[1:]}"
    if re.fullmatch(r"[~≈]\D?\d.*", token.core):
        return f"about {_again(token, token.core[1:])}"
    return None


def _clock(token: Token) -> str | None:
    match = _CLOCK.fullmatch(token.core)
    if not match:
        return None
    hour, minute, second, half = match.groups()
    if second:
        return f"{int(hour)} {int(minute)} {int(second)}"
    halved = half or re.fullmatch(r"(?i)[ap]\.?m", token.after)
    said = str(int(hour))
    if minute == "00":
        said += "" if halved else " o'clock" if 1 <= int(hour) <= 12 else " hundred"
    else:
        said += f" {minute}" if minute[0] != "0" else f" oh {minute[1]}"
    return f"{said} {half.lower().replace('.', '')}" if half else said


def _ratio(token: Token) -> str | None:
    match = _RATIO.fullmatch(token.core)
    return f"{match[1]} to {match[2]}" if match else None


def _date(token: Token) -> str | None:
    if match := _ISO_DATE.fullmatch(token.core):
        return _say_date(int(match[1]), int(match[2]), int(match[3] or 0), token.language)
    match = _DATE.fullmatch(token.core)
    if not match:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    month_first = (token.language.endswith("us") and first <= 12) or second > 12
    month, day = (first, second) if month_first else (second, first)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _say_date(year + (2000 if year < 70 else 1900) * (year < 100), month, day, token.language)


def _say_date(year: int, month: int, day: int, language: str) -> str:
    name = MONTHS[month - 1]
    if not day:
        return f"{name} {year}"
    ordinal = f"{day}{_ordinal_ending(day)}"
    return f"{name} {ordinal}, {year}" if language.endswith("us") else f"the {ordinal} of {name} {year}"


def _ordinal_ending(day: int) -> str:
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _phone(token: Token) -> str | None:
    """Digit by digit, in the groups in which it is written."""
    core = token.core
    if not _PHONE.fullmatch(core) and not (re.fullmatch(r"\d{3}", core) and re.match(r"\d{3}-\d{4}", token.after)):
        return None
    groups = re.findall(r"\d+", core)
    if len(groups) == 2 and all(int(group) % 10 == 0 for group in groups):
        return None  # 500-1000 is a range
    if "." in core and len(re.findall(r"\d", core)) < 7:
        return None  # 2.10.1 is a version
    return ("plus " if core[0] == "+" else "") + ", ".join(" ".join(group) for group in groups)


def _range(token: Token) -> str | None:
    match = _RANGE.fullmatch(token.core)
    if not match:
        return None
    joint = " " if match[1] == match[2] else " to "
    return _again(token, match[1]) + joint + _again(token, match[2])


def _money(token: Token) -> str | None:
    """Misaki says dollars, euros and pounds before a number; the rest is said here."""
    if match := _AMOUNT.fullmatch(token.core):
        minus, country, sign, number, scale = match.groups()
        scaled = f"{number} {SCALES[scale]}" if scale else number
        if sign in "$€£" and not country and number[0] not in "-−+":
            return f"{minus and 'minus '}{sign}{scaled}" if scale or minus else None
        name = CURRENCIES[sign][number != "1" or scale is not None]
        return f"{_signed(minus + scaled)} {f'{country} ' if country else ''}{name}"
    match = _AMOUNT_AFTER.fullmatch(token.core)
    return f"{_signed(match[1])} {CURRENCIES[match[2]][match[1] != '1']}" if match else None


def _degrees(token: Token) -> str | None:
    match = _DEGREES.fullmatch(token.core)
    if not match:
        return None
    number = match[1] or match[3] or ""
    scale = {"C": " Celsius", "F": " Fahrenheit", "K": " Kelvin", "℃": " Celsius", "℉": " Fahrenheit"}
    name = "degree" if number == "1" else "degrees"
    return f"{_signed(number)} {name}{scale.get(match[2] or match[4] or '', '')}".strip()


def _quantity(token: Token) -> str | None:
    """``10kg``, and ``kg`` after a number."""
    if re.fullmatch(_NUMBER, token.before) and token.core in UNITS:
        return UNITS[token.core][token.before != "1"]
    match = _QUANTITY.fullmatch(token.core)
    if match and match[2] in UNITS and match[2] != "m":  # 5m may be metres, million or minutes
        return f"{_signed(match[1])} {UNITS[match[2]][match[1] != '1']}"
    scaled = _SCALED.fullmatch(token.core)
    return f"{scaled[1]} {SCALES[scaled[2]]}" if scaled else None


def _fraction(token: Token) -> str | None:
    if match := _MIXED.fullmatch(token.core):
        return f"{match[1]} and {SIGNS[match[2]]}"
    match = _FRACTION.fullmatch(token.core)
    if not match or int(match[1]) >= int(match[2]) or int(match[2]) not in FRACTIONS or match[1] == "0":
        return None
    name = FRACTIONS[int(match[2])][match[1] != "1"]
    mixed = token.before.isdigit()
    return ("and " if mixed else "") + (f"a {name}" if mixed and match[1] == "1" else f"{int(match[1])} {name}")


def _formula(token: Token) -> str | None:
    """Feet and inches, sizes, powers, versions, comparisons, digits that are not a number."""
    core = token.core
    if match := _FEET.fullmatch(core):
        return f"{match[1]} foot {match[2]}"
    if match := _BY.fullmatch(core):
        return f"{match[1]} by {match[2]}"
    if match := _POWER.fullmatch(core):
        power = match[2] or match[3].translate(_SUPERSCRIPTS)
        return f"{match[1]} {'squared' if power == '2' else 'cubed' if power == '3' else f'to the {power}'}"
    if match := _COMPARED.fullmatch(core):
        return f"{match[1]} {SIGNS[match[2]]} {match[3]}".strip()
    if re.fullmatch(r"0\d+|\d{10,}", core):
        return " ".join(core)
    return _version(core)


def _version(core: str) -> str | None:
    match = _VERSION.fullmatch(core)
    if not match or not (match[1] or match[2].count(".") > 1):
        return None
    said = match[2].replace(".", " dot " if match[2].count(".") == 3 else " point ")
    return f"version {said}" if match[1] else said


def _roman(token: Token) -> str | None:
    number = ROMAN.get(token.core)
    if number and token.before in REGNAL:
        return f"the {number}{_ordinal_ending(number)}"
    return str(number) if number and token.before.lower() in ROMAN_AFTER else None


def _abbreviation(token: Token) -> str | None:
    """Written with a full stop that ends no sentence; misaki would rest there. The answer's full stop stands for it."""
    said = ABBREVIATIONS.get(token.core)
    if not said or not token.tail.startswith(".") or not token.after:
        return None
    return f"{said}." if token.after[0].isupper() or token.after[0].isdigit() or said[0].islower() else None


def _joined(token: Token) -> str | None:
    """``snake_case``; arrows and slashes between words."""
    if re.fullmatch(r"\w+(?:_\w+)+", token.core):
        return token.core.replace("_", " ")
    if re.search(r"\w[→⇒➔]\w", token.core):
        return re.sub(r"[→⇒➔]", " to ", token.core)
    return None


def _again(token: Token, core: str) -> str:
    """A part of a word said by the same rules."""
    return say_english(Token(core, "", "", "", token.language)) or core


def _signed(number: str) -> str:
    return re.sub("^[-−]", "minus ", number)


_RULES: tuple[Rule, ...] = (
    _whole_word,
    _address,
    _numbered,
    _clock,
    _ratio,
    _date,
    _phone,
    _range,
    _money,
    _degrees,
    _quantity,
    _fraction,
    _formula,
    _roman,
    _abbreviation,
    _joined,
)
