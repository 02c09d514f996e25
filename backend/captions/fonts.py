"""The bundled fonts: which there are, and what they cover. Every family has exactly one file, so a name always means
that file."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]  # it has no stubs

from backend.captions.text import is_invisible
from backend.ids import is_id

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
"""Folder with the font files; the renderer is given the same."""

FILES = {
    "Anton": "Anton-Regular.ttf",
    "Bebas Neue": "BebasNeue-Regular.ttf",
    "Courier Prime Bold": "CourierPrime-Bold.ttf",
    "Instrument Serif": "InstrumentSerif-Regular.ttf",
    "Inter ExtraBold": "Inter-ExtraBold.ttf",
    "Inter SemiBold": "Inter-SemiBold.ttf",
    "Montserrat Black": "Montserrat-Black.ttf",
    "Poppins ExtraBold": "Poppins-ExtraBold.ttf",
    "Noto Sans Bold": "NotoSans-Bold.ttf",
    "Noto Sans Arabic Bold": "NotoSansArabic-Bold.ttf",
    "Noto Sans Hebrew Bold": "NotoSansHebrew-Bold.ttf",
    "Noto Sans Devanagari Bold": "NotoSansDevanagari-Bold.ttf",
    "Noto Sans Thai Bold": "NotoSansThai-Bold.ttf",
    "Noto Sans SC Bold": "NotoSansSC-Bold.otf",
    "Noto Sans TC Bold": "NotoSansTC-Bold.otf",
    "Noto Sans JP Bold": "NotoSansJP-Bold.otf",
    "Noto Sans KR Bold": "NotoSansKR-Bold.otf",
    "Noto Emoji Bold": "NotoEmoji-Bold.ttf",
}
"""Family name -> file. A font is added here, in assets/LICENSES.md, and nowhere else."""

STAND_IN = "Inter ExtraBold"
"""What is drawn in place of an own font that is not there any more."""
FALLBACKS = tuple(family for family in FILES if family.startswith("Noto"))
"""Where a character is looked for that the style's own font lacks, in this order."""

_SCRIPTS = {
    "Latin": "aé",
    "Cyrillic": "жя",
    "Greek": "λω",
    "Arabic": "عب",
    "Hebrew": "שב",
    "Devanagari": "कह",
    "Thai": "กข",
    "Simplified Chinese": "们这说",
    "Traditional Chinese": "們這說",
    "Japanese": "のカ働込",
    "Korean": "한글",
    "Emoji": "😀🎉",
}


@dataclass(frozen=True, eq=False)
class Font:
    """One font file, ready to measure. Lengths are in units of the em."""

    family: str
    shaper: uharfbuzz.Font
    units: int
    """Font units in one em."""
    characters: frozenset[int]
    ascent: float
    """Height above the baseline that the renderer reckons with."""
    descent: float
    """Depth below the baseline, positive."""
    cap_height: float
    """Height of a capital letter."""

    def draws(self, cluster: str) -> bool:
        """Whether the font has a glyph for every visible character of ``cluster``."""
        return all(ord(character) in self.characters for character in cluster if not is_invisible(character))

    @property
    def size_factor(self) -> float:
        """Font size in the captions file for an em of one pixel: there, a size counts ascent plus descent."""
        return self.ascent + self.descent


@cache
def font(family: str) -> Font:
    """The bundled font of this family.

    Raises:
        KeyError: it is not one of `FILES`.
    """
    return open_font(family, FONTS / FILES[family])


def open_font(family: str, file: Path) -> Font:
    """The font in this file, ready to measure."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))
    table, units = face.reference_table("OS/2").data, face.upem
    ascent, descent = struct.unpack_from(">HH", table, 74)  # usWinAscent, usWinDescent: what the renderer goes by
    (cap_height,) = struct.unpack_from(">h", table, 88)
    shaper = uharfbuzz.Font(face)
    return Font(family, shaper, units, frozenset(face.unicodes), ascent / units, descent / units, cap_height / units)


def is_own_font(family: str) -> bool:
    """Whether a style that names this family means a font that somebody brought: those are called by their ids."""
    return is_id(family, "font")


def describe_font(family: str, file: Path) -> dict[str, Any]:
    """The scripts that the font in a file draws, and how many characters."""
    return _coverage(open_font(family, file))


def _coverage(face: Font) -> dict[str, Any]:
    scripts = [name for name, letters in _SCRIPTS.items() if face.draws(letters)]
    return {"scripts": scripts, "characters": len(face.characters)}


@cache
def _bundled_coverage(family: str) -> dict[str, Any]:
    return _coverage(font(family))


def list_fonts() -> list[dict[str, Any]]:
    """Every bundled font: family, file, the scripts it draws, how many characters, and whether it only steps in."""
    return [
        {
            "family": family,
            "file": file,
            **_bundled_coverage(family),
            "fallback": family in FALLBACKS,
        }
        for family, file in FILES.items()
    ]
