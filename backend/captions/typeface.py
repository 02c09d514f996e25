"""How wide text is, and in which fonts it is drawn: a style's own font, and others for what it lacks.

Text is measured with HarfBuzz, the shaper the renderer uses too, so kerning, ligatures and joined scripts are
measured as they will be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import uharfbuzz  # type: ignore[import-untyped]  # it has no stubs

from backend.captions.bidi import MARKS
from backend.captions.fonts import FALLBACKS, FILES, STAND_IN, Font, font, open_font
from backend.captions.style import CaptionStyle
from backend.captions.text import clusters, is_emoji, one_line
from backend.captions.tongues import Tongue, tongue_of

_SHAPES: dict[Tongue, tuple[str, ...]] = {
    "zh-Hans": ("SC", "TC", "JP", "KR"),
    "zh-Hant": ("TC", "SC", "JP", "KR"),
    "ja": ("JP", "SC", "TC", "KR"),
    "ko": ("KR", "TC", "JP", "SC"),
}


@dataclass(frozen=True, eq=False)
class Typeface:
    """What a caption is written in."""

    main: Font
    """The style's own."""
    others: tuple[Font, ...]
    """Where a character is looked for that the style's own font lacks, in this order; the last one has the emoji."""


def face_for(style: CaptionStyle, text: str) -> Typeface:
    """The type in which a whole text is written in this style: in another if its own font is not there any more."""
    family = style.font if style.font in FILES or style.font_file else STAND_IN
    return typeface(family, tongue_of(text), style.font_file)


@lru_cache(maxsize=64)
def typeface(family: str, tongue: Tongue = "zh-Hans", file: Path | None = None) -> Typeface:
    """A font with all that step in for it.

    Args:
        family: a bundled one, or whatever ``file`` calls itself.
        tongue: whose shapes Chinese characters get.
        file: the font, if it is not a bundled one. What is in a file of this name never changes.
    """
    main = font(family) if file is None else open_font(family, file)
    shapes = [f"Noto Sans {shape} Bold" for shape in _SHAPES[tongue]]
    others = [other for other in FALLBACKS if other not in shapes]
    return Typeface(main, tuple(font(other) for other in [*others[:-1], *shapes, others[-1]]))


@dataclass(frozen=True)
class Run:
    """A stretch of text in one font."""

    text: str
    font: Font


@lru_cache(maxsize=20_000)
def runs(text: str, face: Typeface) -> tuple[Run, ...]:
    """``text`` cut into stretches that one font can draw: the family's own where it can, else a fallback's."""
    found: list[Run] = []
    for cluster in clusters(text):
        chosen = _font_for(cluster, face)
        if found and (found[-1].font is chosen or cluster.isspace()):
            found[-1] = Run(found[-1].text + cluster, found[-1].font)
        else:
            found.append(Run(cluster, chosen))
    return tuple(found)


def _font_for(cluster: str, face: Typeface) -> Font:
    pictures = face.others[-1]
    if is_emoji(cluster) and pictures.draws(cluster):
        return pictures
    return next((each for each in (face.main, *face.others) if each.draws(cluster)), face.main)


@lru_cache(maxsize=50_000)
def text_width(text: str, face: Typeface) -> float:
    """Width of ``text`` in units of the em, with fallbacks for what the style's own font lacks."""
    return sum(_run_width(run) for run in runs(text, face))


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
def ink_offset(text: str, face: Typeface) -> float:
    """How far the middle of what is seen of ``text`` lies right of the middle of its width, in units of the em."""
    found = runs("".join(letter for letter in text if letter not in MARKS), face)
    if len(found) != 1:
        return 0.0
    buffer, units = _shaped(found[0]), found[0].font.units
    first = found[0].font.shaper.get_glyph_extents(buffer.glyph_infos[0].codepoint)
    last = found[0].font.shaper.get_glyph_extents(buffer.glyph_infos[-1].codepoint)
    if first is None or last is None:
        return 0.0
    after = buffer.glyph_positions[-1].x_advance - last.x_bearing - last.width
    return float(first.x_bearing - after) / 2 / units


def undrawable(text: str, face: Typeface) -> Iterator[str]:
    """The clusters of ``text`` that no font can draw, in order."""
    for run in runs(one_line(text), face):
        yield from (cluster for cluster in clusters(run.text) if not cluster.isspace() and not run.font.draws(cluster))
