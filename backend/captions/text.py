"""What may be shown: cleaning of text that people wrote, and what its letters say about direction and spacing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from backend.captions.bidi import MARKS

MAX_MARKS = 8
"""Combining marks kept on one base character; more only make the renderer slow."""
MAX_CUE_CHARACTERS = 500
"""Characters drawn of one cue."""
_JOINER = "\u200d"
_DROPPED = frozenset(
    "\ufeff\u00ad\u180e\u200b\u2060\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffc"
)
_SENTENCE_ENDS = frozenset(".!?…。！？؟।॥۔")
_PHRASE_ENDS = frozenset(",;:—–-、，；：،؛")
_CLOSING = "\"'”’»)]}」』）】›"
_ABBREVIATIONS = frozenset(
    {"mr.", "mrs.", "ms.", "dr.", "prof.", "st.", "vs.", "etc.", "e.g.", "i.e.", "no.", "jr.", "sr.", "approx.", "fig."}
)


def clean(text: str) -> str:
    """``text`` without what a caption cannot show: controls, bidi overrides, lone surrogates and piled up marks.

    Lines stay lines; other white space becomes one space, and none is left at either end of a line.
    """
    if len(text) <= _SHORT and "\n" not in text and "\r" not in text:
        return _clean_short(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cleaned = (_clean_short(line) if len(line) <= _SHORT else _clean_line(line) for line in lines)
    return "\n".join(line for line in cleaned if line)


def _clean_line(line: str) -> str:
    if not (line.isascii() and line.isprintable()):
        line = _limit_marks(_visible(line))
    return " ".join(line.split())


_SHORT = 40
_clean_short = lru_cache(maxsize=20_000)(_clean_line)


def one_line(text: str) -> str:
    """``text`` clean and on one line."""
    return clean(text).replace("\n", " ")


def decode_text(data: bytes) -> str:
    """What a text file says: UTF-16 by its mark or by the empty bytes between its letters, UTF-8 (with or without
    mark), else Windows-1252, as editors do."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    for empty, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(data) >= 4 and data[empty : 64 + empty : 2].strip(b"\0") == b"" != data[1 - empty : 64 : 2].strip(b"\0"):
            return data.decode(codec, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def clip(text: str, limit: int = MAX_CUE_CHARACTERS) -> str:
    """``text`` of at most ``limit`` characters; an ellipsis says where it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _visible(line: str) -> str:
    return "".join(_replacement(character) for character in line)


def _replacement(character: str) -> str:
    if character in _DROPPED:
        return ""
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character == "\t":
        return " "
    return "" if category in ("Cc", "Cs") else character


def _limit_marks(line: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in line:
        marks = marks + 1 if unicodedata.category(character)[0] == "M" else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def clusters(text: str) -> list[str]:
    """``text`` cut where a line may be cut: a base with its marks, an emoji with its modifiers, a flag."""
    found: list[str] = []
    for character in text:
        if found and (_extends(character) or _reaches_on(found[-1]) or _completes_flag(found[-1], character)):
            found[-1] += character
        else:
            found.append(character)
    return found


def _extends(character: str) -> bool:
    return (
        character in (_JOINER, "\u200c")
        or character in MARKS
        or unicodedata.category(character)[0] == "M"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
    )


def _reaches_on(cluster: str) -> bool:
    return cluster.endswith(_JOINER) or all(character in MARKS for character in cluster)


def _completes_flag(cluster: str, character: str) -> bool:
    return len(cluster) == 1 and _is_flag_letter(cluster) and _is_flag_letter(character)


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def is_emoji(cluster: str) -> bool:
    """Whether ``cluster`` says by more than one character that it is a picture: a keycap, a flag, one with a tone."""
    return len(cluster) > 1 and any(
        character in "\ufe0f\u20e3" or _is_flag_letter(character) or "\U0001f3fb" <= character <= "\U0001f3ff"
        for character in cluster
    )


def is_invisible(character: str) -> bool:
    """Whether ``character`` needs no glyph of its own: joiners, variation selectors and marks of direction."""
    return character in (_JOINER, "\u200c") or character in MARKS or "\ufe00" <= character <= "\ufe0f"


def is_spaceless(character: str) -> bool:
    """Whether ``character`` belongs to a script that is written without spaces between words."""
    return character >= "\u0e00" and (
        "\u3000" <= character <= "\u30ff"
        or "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
        or "\U00020000" <= character <= "\U0003ffff"
        or "\u0e00" <= character <= "\u0eff"
    )


def needs_space(left: str, right: str) -> bool:
    """Whether two words that follow each other are written with a space between."""
    return bool(left and right) and not (is_spaceless(left[-1]) or is_spaceless(right[0]))


def side_by_side(parts: Iterable[str]) -> str:
    """Words or lines as one line, with spaces where the script writes them."""
    line = ""
    for part in parts:
        line += f" {part}" if needs_space(line, part) else part
    return line


def is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL", "L"):
            return direction != "L"
    return False


def has_direction(text: str) -> bool:
    """Whether any character of ``text`` has a direction of its own (digits have: they run to the right)."""
    return any(unicodedata.bidirectional(character) in ("R", "AL", "L", "EN", "AN") for character in text)


def ends_sentence(word: str, following: str = "") -> bool:
    """Whether a sentence ends with ``word``; ``following`` is the next word, which tells abbreviations apart."""
    bare = word.rstrip(_CLOSING)
    if not bare or bare[-1] not in _SENTENCE_ENDS or bare.lower() in _ABBREVIATIONS:
        return False
    return not (bare[-1] in ".…" and following[:1].islower())


def ends_phrase(word: str) -> bool:
    """Whether ``word`` ends with punctuation inside a sentence: a good place to change captions."""
    bare = word.rstrip(_CLOSING)
    return bool(bare) and bare[-1] in _PHRASE_ENDS
