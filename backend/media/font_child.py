"""Makes one sanitised font fit for captions: ``font_child.py '<json request>'``; prints what it found as JSON.

A process of its own, so that a bomb ends this and not the studio. It judges little; `backend.media.fonts` does. Nothing
of ours is imported: it is started as ``python -I`` under limits.
"""

from __future__ import annotations

import json
import struct
import sys
from typing import Any, NamedTuple

import uharfbuzz  # type: ignore[import-untyped]  # it has no stubs
from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]  # it has no stubs
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib.instancer import instantiateVariableFont  # type: ignore[import-untyped]

_KEPT = {
    *("GlyphOrder", "head", "hhea", "maxp", "hmtx", "OS/2", "cmap", "post", "name"),
    *("glyf", "loca", "CFF ", "GDEF", "GSUB", "GPOS", "kern"),
}
"""Tables that captions need: outlines, widths and how letters join. Not hinting, colours, vertical writing."""
_TWINS = {0xFF5B: "{", 0xFF5D: "}", 0xFF3C: "\\"}
"""Captions write these three as the fullwidth forms, so that they are no tags."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    """The facts about the font ``request["source"]``, which is written to ``request["target"]`` under our name."""
    font = TTFont(request["source"], lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    facts: dict[str, Any] = {"name": _named(font, 16, 1), "style": _named(font, 17, 2), "weight": None}
    if "fvar" in font:
        facts["weight"], font = _one_weight(font, request["weight"])
    if "glyf" not in font and "CFF " not in font:
        return {**facts, "problem": "no_outlines"}
    if "glyf" in font and _bomb(font, request):
        return {**facts, "problem": "too_complex"}
    facts |= {"embedding": font["OS/2"].fsType if "OS/2" in font else 0, "glyphs": font["maxp"].numGlyphs}
    for table in set(font.keys()) - _KEPT:
        del font[table]
    _write_twins(font)
    _measure(font)
    _name(font, request["family"])
    font.save(request["target"])
    return {**facts, "problem": "too_complex"} if _is_too_wordy(request) else facts


def _named(font: TTFont, *numbers: int) -> str:
    """The first of these names that the font has, as it stands there."""
    names = (font["name"].getDebugName(number) for number in numbers) if "name" in font else ()
    return next((str(name)[:200] for name in names if name), "")


def _one_weight(font: TTFont, weight: float | None) -> tuple[float | None, TTFont]:
    """A variable font set to one weight, every other axis to its default; the weight it got."""
    wanted = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    for axis in font["fvar"].axes:
        if axis.axisTag == "wght" and weight is not None:
            wanted["wght"] = min(axis.maxValue, max(axis.minValue, weight))
    return wanted.get("wght"), instantiateVariableFont(font, wanted, inplace=True)


def _bomb(font: TTFont, request: dict[str, Any]) -> bool:
    """Whether a glyph is too dear to draw: made of glyphs that are made of glyphs, or of far too many points."""
    known: dict[str, _Cost] = {}
    for name in font.getGlyphOrder():
        cost = _cost(font["glyf"], name, known, request["most_depth"])
        if cost.points > request["most_points"] or cost.parts > request["most_parts"]:
            return True
    return False


class _Cost(NamedTuple):
    """What a glyph is made of, all the way down."""

    points: int
    parts: int


def _cost(table: Any, name: str, known: dict[str, _Cost], room: int) -> _Cost:
    if room < 0:
        return _Cost(0, 1_000_000)
    if name not in known:
        glyph = table.glyphs[name]
        data = getattr(glyph, "data", b"")
        contours = struct.unpack_from(">h", data)[0] if len(data) > 2 else getattr(glyph, "numberOfContours", 0)
        if contours < 0:
            costs = [_cost(table, part.glyphName, known, room - 1) for part in table[name].components]
            known[name] = _Cost(sum(cost.points for cost in costs), 1 + sum(cost.parts for cost in costs))
        else:
            last = struct.unpack_from(">H", data, 8 + 2 * contours)[0] if contours > 0 and len(data) > 10 else -1
            known[name] = _Cost(last + 1, 1)
    return known[name]


def _is_too_wordy(request: dict[str, Any]) -> bool:
    """Whether the font turns a character into far more glyphs than one."""
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(request["target"]))
    shaper = uharfbuzz.Font(face)
    for character in face.unicodes:
        buffer = uharfbuzz.Buffer()
        buffer.add_codepoints([character])
        buffer.guess_segment_properties()
        uharfbuzz.shape(shaper, buffer)
        if len(buffer.glyph_infos) > request["most_glyphs"]:
            return True
    return False


def _write_twins(font: TTFont) -> None:
    best = font.getBestCmap() or {}
    tables = font["cmap"].tables
    if any((table.platformID, table.platEncID) == (3, 10) for table in tables):
        # Older renderers take the first table for Windows, and the smaller one lacks emoji and rare ideographs.
        font["cmap"].tables = [table for table in tables if (table.platformID, table.platEncID) != (3, 1)]
    for twin, plain in _TWINS.items():
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format != 14:
                table.cmap.pop(twin, None)
                if ord(plain) in best:
                    table.cmap[twin] = best[ord(plain)]


def _measure(font: TTFont) -> None:
    """Heights that a renderer can reckon with, where the font says none or nonsense."""
    card, units = font["OS/2"], font["head"].unitsPerEm
    if not 0.5 * units <= card.usWinAscent + card.usWinDescent <= 3 * units or card.usWinAscent < 0.3 * units:
        card.usWinAscent, card.usWinDescent = round(0.95 * units), round(0.25 * units)
    capital = _height(font, "H")
    small = _height(font, "x")
    card.version = max(card.version, 4)
    card.sCapHeight = capital if 0.2 * units < capital < 1.5 * units else round(0.7 * units)
    card.sxHeight = small if 0.1 * units < small < 1.5 * units else round(0.5 * units)
    card.usDefaultChar, card.usBreakChar, card.usMaxContext = 0, 32, getattr(card, "usMaxContext", 0)
    for number in (1, 2):
        name = f"ulCodePageRange{number}"
        setattr(card, name, getattr(card, name, 0))
    card.fsSelection = 0x40  # "regular": there is no other weight in the family
    font["head"].macStyle = 0


def _height(font: TTFont, letter: str) -> int:
    name = (font.getBestCmap() or {}).get(ord(letter))
    if name is None:
        return 0
    glyphs = font.getGlyphSet()
    pen = BoundsPen(glyphs)
    glyphs[name].draw(pen)
    return round(pen.bounds[3]) if pen.bounds else 0


def _name(font: TTFont, family: str) -> None:
    """The only names left are ours."""
    font["name"].names = []
    post_script = family.replace("_", "-")
    for number, text in {1: family, 2: "Regular", 3: family, 4: family, 6: post_script}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        card = font["CFF "].cff
        card.fontNames = [post_script]
        top = card.topDictIndex[0]
        for field in ("FullName", "FamilyName", "Notice", "Copyright", "Weight", "version"):
            if field in top.rawDict:
                del top.rawDict[field]
                top.__dict__.pop(field, None)
        top.FullName = top.FamilyName = family


if __name__ == "__main__":
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
