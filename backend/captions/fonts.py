"""The bundled fonts: which there are, what they cover, how wide text is in them.

Text is measured with HarfBuzz, the shaper the renderer uses too, so kerning, ligatures and joined scripts are
measured as they will be drawn. Every family has exactly one file, so a name always means that file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz  # type: ignore[import-untyped]  # it has no stubs

from backend.captions.text import clean, clusters, is_invisible

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
    "Noto Emoji Bold": "NotoEmoji-Bold.ttf",
}
"""Family name -> file. A font is added here, in assets/LICENSES.md, and nowhere else."""

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
    "Emoji": "😀🎉",
}


@dataclass(frozen=True)
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
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(FONTS / FILES[family])))
    table, units = face.reference_table("OS/2").data, face.upem
    ascent, descent = struct.unpack_from(">HH", table, 74)  # usWinAscent, usWinDescent: what the renderer goes by
    (cap_height,) = struct.unpack_from(">h", table, 88)
    shaper = uharfbuzz.Font(face)
    return Font(family, shaper, units, frozenset(face.unicodes), ascent / units, descent / units, cap_height / units)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one font."""

    text: str
    font: Font


@lru_cache(maxsize=20_000)
def runs(text: str, family: str) -> tuple[Run, ...]:
    """``text`` cut into stretches that one font can draw: the family's own where it can, else a fallback's."""
    found: list[Run] = []
    for cluster in clusters(text):
        chosen = _font_for(cluster, family)
        if found and (found[-1].font is chosen or cluster.isspace()):
            found[-1] = Run(found[-1].text + cluster, found[-1].font)
        else:
            found.append(Run(cluster, chosen))
    return tuple(found)


def _font_for(cluster: str, family: str) -> Font:
    for candidate in (family, *FALLBACKS):
        if font(candidate).draws(cluster):
            return font(candidate)
    return font(family)


@lru_cache(maxsize=50_000)
def text_width(text: str, family: str) -> float:
    """Width of ``text`` in units of the em, with fallbacks for what the family lacks."""
    return sum(_run_width(run) for run in runs(text, family))


def _shaped(run: Run) -> uharfbuzz.Buffer:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(run.font.shaper, buffer)
    return buffer


def _run_width(run: Run) -> float:
    buffer = _shaped(run)
    pairs = zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    # A glyph that no bundled font has is drawn from a font of the machine, if at all: a full em is the usual width.
    return sum(run.font.units if glyph.codepoint == 0 else place.x_advance for glyph, place in pairs) / run.font.units


@lru_cache(maxsize=50_000)
def ink_offset(text: str, family: str) -> float:
    """How far the middle of what is seen of ``text`` lies right of the middle of its width, in units of the em."""
    found = runs(text, family)
    if not text or len(found) != 1:
        return 0.0
    buffer, units = _shaped(found[0]), found[0].font.units
    first = found[0].font.shaper.get_glyph_extents(buffer.glyph_infos[0].codepoint)
    last = found[0].font.shaper.get_glyph_extents(buffer.glyph_infos[-1].codepoint)
    if first is None or last is None:
        return 0.0
    after = buffer.glyph_positions[-1].x_advance - last.x_bearing - last.width
    return float(first.x_bearing - after) / 2 / units


def undrawable(text: str, family: str) -> Iterator[str]:
    """The clusters of ``text`` that no bundled font can draw, in order."""
    for run in runs(clean(text).replace("\n", " "), family):
        yield from (cluster for cluster in clusters(run.text) if not cluster.isspace() and not run.font.draws(cluster))


@cache
def _scripts(family: str) -> tuple[str, ...]:
    return tuple(name for name, letters in _SCRIPTS.items() if font(family).draws(letters))


def list_fonts() -> list[dict[str, Any]]:
    """Every bundled font: family, file, the scripts it draws, how many characters, and whether it only steps in."""
    return [
        {
            "family": family,
            "file": file,
            "scripts": list(_scripts(family)),
            "characters": len(font(family).characters),
            "fallback": family in FALLBACKS,
        }
        for family, file in FILES.items()
    ]
