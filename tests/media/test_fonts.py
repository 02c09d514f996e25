"""Fonts that people bring: what may be used comes out under our name, everything else is refused by name."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]  # it has no stubs

from backend.captions import FONTS
from backend.captions.fonts import open_font
from backend.captions.typeface import text_width, typeface
from backend.errors import MediaRejected
from backend.media.fonts import MAX_FONT_BYTES, PreparedFont, prepare_font
from tests.media.font_maker import made_of, make_font, square

OURS = "font_01k0000000000000000000000000"


def prepared(source: Path, weight: float | None = None) -> PreparedFont:
    folder = source.parent / f"{source.name}-made"
    folder.mkdir()
    return prepare_font(source, OURS, folder, weight)


def refusal(source: Path) -> str:
    with pytest.raises(MediaRejected) as refused:
        prepared(source)
    assert refused.value.message and refused.value.hint
    assert len(str(refused.value)) < 400
    return refused.value.code


def names(font: PreparedFont) -> set[str]:
    return {record.toUnicode() for record in TTFont(font.path)["name"].names}


@pytest.mark.parametrize("flavor", [None, "woff", "woff2"])
def test_a_font_comes_out_under_our_name_only(flavor: str | None, tmp_path: Path) -> None:
    made = prepared(make_font(tmp_path / "font", flavor=flavor))
    assert names(made) == {OURS, "Regular", OURS.replace("_", "-")}
    assert (made.name, made.style, made.weight, made.embedding) == ("Squares", "Regular", None, "installable")
    assert names(made) == {OURS, "Regular", OURS.replace("_", "-")}
    assert text_width("ab", typeface(OURS, file=made.path)) == pytest.approx(1.6)


@pytest.mark.parametrize("name", ["{\\p1}m 0 0", "../../etc/passwd", "a\u202eb\x00c", "Arial", "x" * 16_000])
def test_no_name_that_a_font_brings_reaches_the_renderer(name: str, tmp_path: Path) -> None:
    made = prepared(make_font(tmp_path / "font", family=name))
    assert names(made) == {OURS, "Regular", OURS.replace("_", "-")}
    assert len(made.name) <= 200


def test_a_postscript_font_brings_none_either(tmp_path: Path) -> None:
    made = prepared(_copy(FONTS / "NotoSansKR-Bold.otf", tmp_path))
    card = TTFont(made.path)["CFF "].cff
    assert card.fontNames == [OURS.replace("_", "-")]
    assert card.topDictIndex[0].FamilyName == OURS
    assert not {"Notice", "Copyright"} & set(card.topDictIndex[0].rawDict)


def _copy(font: Path, folder: Path) -> Path:
    copy = folder / font.name
    copy.write_bytes(font.read_bytes())
    return copy


def test_a_variable_font_is_set_to_one_weight(tmp_path: Path) -> None:
    source = _copy(FONTS / "web" / "inter-latin-wght-normal.woff2", tmp_path)
    widths = []
    for weight, expected in ((None, 400), (2000, 900)):
        folder = tmp_path / str(weight)
        folder.mkdir()
        made = prepare_font(source, OURS, folder, weight)
        assert made.weight == expected
        assert not {"fvar", "gvar", "avar", "HVAR", "STAT"} & set(TTFont(made.path).keys())
        widths.append(text_width("Hamburg", typeface(OURS, file=made.path)))
    assert widths[0] < widths[1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"OTTO",
        b"\x00\x01\x00\x00" * 50,
        b"wOF2" + b"\0" * 500,
        b"<html>",
        b"\x89PNG\r\n\x1a\n",
        b"PK\3\4",
    ],
)
def test_what_is_no_font_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "font").write_bytes(data)
    assert refusal(tmp_path / "font") in ("not_a_font", "font_damaged")


def test_a_font_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    whole = make_font(tmp_path / "whole").read_bytes()
    for share in (0.1, 0.5, 0.95):
        cut = tmp_path / f"cut{share}"
        cut.write_bytes(whole[: int(len(whole) * share)])
        assert refusal(cut) == "font_damaged"


def test_a_damaged_font_is_refused_or_can_be_measured(tmp_path: Path) -> None:
    whole = make_font(tmp_path / "whole", features="feature liga { sub u0061 u0062 by u0063; } liga;").read_bytes()
    chance = random.Random(5)
    for number in range(12):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 4, 40))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / f"{number}").write_bytes(damaged)
        try:
            made = prepared(tmp_path / f"{number}")
        except MediaRejected as refused:
            assert refused.code in ("font_damaged", "not_a_font", "font_too_complex"), refused
        else:
            assert text_width("ab cd", typeface(f"{OURS}{number}", file=made.path)) < 1_000


def test_a_collection_says_to_choose_one_font(tmp_path: Path) -> None:
    (tmp_path / "font").write_bytes(b"ttcf\0\1\0\0" + b"\0" * 100)
    assert refusal(tmp_path / "font") == "font_collection"


def test_glyphs_made_of_glyphs_made_of_glyphs_are_refused(tmp_path: Path) -> None:
    nested = {"n0": square(), **{f"n{level}": made_of(*[f"n{level - 1}"] * 8) for level in range(1, 4)}}
    nested["u0061"] = made_of(*["n3"] * 8)
    assert refusal(make_font(tmp_path / "font", glyphs=nested)) in ("font_too_complex", "font_damaged")


def test_a_glyph_of_very_many_points_is_refused(tmp_path: Path) -> None:
    assert refusal(make_font(tmp_path / "font", glyphs={"u0061": square(points=25_000)})) == "font_too_complex"


def test_one_letter_that_becomes_thirty_is_refused(tmp_path: Path) -> None:
    rules = f"feature ccmp {{ sub u0061 by {' '.join(['u0062'] * 30)}; }} ccmp;"
    assert refusal(make_font(tmp_path / "font", features=rules)) == "font_too_complex"


def test_ordinary_composites_and_ligatures_are_welcome(tmp_path: Path) -> None:
    rules = "feature liga { sub u0061 u0062 by u0063; } liga;"
    made = prepared(make_font(tmp_path / "font", glyphs={"u0064": made_of("u0061", "u0062")}, features=rules))
    face = typeface(OURS + "c", file=made.path)
    assert text_width("ab", face) == pytest.approx(0.8)
    assert text_width("d", face) == pytest.approx(0.8)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    def swell(font: TTFont) -> None:
        font["zero"] = junk = newTable("zero")
        junk.data = bytes(60_000_000)

    source = make_font(tmp_path / "font", change=swell, flavor="woff")
    assert source.stat().st_size < 1_000_000
    assert refusal(source) == "file_too_large"
    lying = bytearray(source.read_bytes())
    lying[16:20] = (5_000).to_bytes(4, "big")
    (tmp_path / "lying").write_bytes(lying)
    assert refusal(tmp_path / "lying") == "font_damaged"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "font").open("wb") as file:
        file.write(b"OTTO")
        file.truncate(MAX_FONT_BYTES + 1)
    assert refusal(tmp_path / "font") == "file_too_large"


@pytest.mark.parametrize(("ascent", "descent", "cap"), [(0, 0, 0), (60_000, 60_000, -3_000), (1, 1, 20_000)])
def test_heights_that_make_no_sense_are_set_right(ascent: int, descent: int, cap: int, tmp_path: Path) -> None:
    def change(font: TTFont) -> None:
        font["OS/2"].usWinAscent, font["OS/2"].usWinDescent = ascent, descent
        font["OS/2"].sCapHeight = cap

    made = open_font(OURS, prepared(make_font(tmp_path / "font", change=change)).path)
    assert (made.ascent, made.descent, made.cap_height) == (0.95, 0.25, 0.7)


def test_an_old_font_without_a_cap_height_gets_one(tmp_path: Path) -> None:
    def change(font: TTFont) -> None:
        font["OS/2"].version = 1
        font["OS/2"].ulCodePageRange1 = font["OS/2"].ulCodePageRange2 = 0

    assert open_font(OURS, prepared(make_font(tmp_path / "font", change=change)).path).cap_height == 0.7


@pytest.mark.parametrize(
    ("bits", "embedding"), [(0, "installable"), (2, "restricted"), (4, "preview_and_print"), (8, "editable")]
)
def test_what_its_maker_allows_is_reported(bits: int, embedding: str, tmp_path: Path) -> None:
    def change(font: TTFont) -> None:
        font["OS/2"].fsType = bits

    assert prepared(make_font(tmp_path / "font", change=change)).embedding == embedding


def test_the_twins_of_what_means_something_in_captions_look_like_the_originals(tmp_path: Path) -> None:
    best: dict[int, Any] = TTFont(prepared(make_font(tmp_path / "font")).path).getBestCmap()
    assert [best[code] for code in (0xFF5B, 0xFF5D, 0xFF3C)] == [best[ord(letter)] for letter in "{}\\"]


def test_no_code_for_hinting_and_no_colours_are_kept(tmp_path: Path) -> None:
    kept = set(TTFont(prepared(_copy(FONTS / "Anton-Regular.ttf", tmp_path)).path).keys())
    assert not kept & {"fpgm", "prep", "cvt ", "COLR", "SVG ", "CBDT", "DSIG", "meta"}
    assert struct.unpack(">I", (tmp_path / "Anton-Regular.ttf-made" / "font.otf").read_bytes()[:4]) == (0x10000,)
