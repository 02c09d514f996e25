"""Fonts for tests: squares for letters, and whatever else is wanted in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString  # type: ignore[import-untyped]  # it has no stubs
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

LETTERS = "abcdefghijklmnopqrstuvwxyzHx{}\\ "


def square(side: int = 700, points: int = 4) -> Any:
    """A filled square, with as many points as wanted on its lower edge."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, side))
    pen.lineTo((side, side))
    for place in range(points - 3):
        pen.lineTo((side - place * side // max(1, points - 3), 0))
    pen.closePath()
    return pen.glyph()


def made_of(*parts: str) -> Any:
    """A glyph that is made of other glyphs."""
    pen = TTGlyphPen(dict.fromkeys(parts))
    for number, part in enumerate(parts):
        pen.addComponent(part, (1, 0, 0, 1, number, 0))
    return pen.glyph()


def make_font(
    path: Path,
    *,
    glyphs: dict[str, Any] | None = None,
    family: str = "Squares",
    letters: str = LETTERS,
    features: str = "",
    change: Callable[[TTFont], None] | None = None,
    flavor: str | None = None,
) -> Path:
    """A font in which each letter is a square and the space is empty.

    Args:
        glyphs: further glyphs by name; one of the name of a letter's takes its place.
        features: rules as in a feature file.
        change: does what it likes to the font before it is written.
        flavor: ``woff`` or ``woff2``.
    """
    named = {f"u{ord(letter):04X}": square() for letter in letters if letter != " "}
    drawn = {".notdef": square(), "space": TTGlyphPen(None).glyph(), **named, **(glyphs or {})}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(list(drawn))
    cmap = {ord(letter): f"u{ord(letter):04X}" for letter in letters if letter != " "}
    builder.setupCharacterMap({32: "space", **cmap})
    builder.setupGlyf(drawn)
    builder.setupHorizontalMetrics({name: (800, 0) for name in drawn})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(usWinAscent=900, usWinDescent=250, sCapHeight=700, sxHeight=700, fsType=0)
    builder.setupPost()
    if features:
        addOpenTypeFeaturesFromString(builder.font, features)
    if change is not None:
        change(builder.font)
    builder.font.flavor = flavor
    builder.save(path)
    return path
