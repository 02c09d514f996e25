"""Fonts and styles are what they say they are."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no stubs

from backend.captions import (
    FONTS,
    STYLES,
    list_fonts,
    list_styles,
    make_cues,
    missing_glyphs,
    read_style,
    style_sample,
    warnings,
)
from backend.captions.fonts import FILES, font
from backend.captions.style import Highlight
from backend.captions.tongues import Tongue, tongue_of
from backend.captions.typeface import runs, text_width, typeface, undrawable
from backend.errors import InvalidRequest
from backend.models import CaptionLayout, Cue
from backend.settings import PROJECT
from tests.captions.spoken_text import speak


@pytest.mark.parametrize(("family", "file"), FILES.items())
def test_a_family_name_means_exactly_its_file(family: str, file: str) -> None:
    names = TTFont(FONTS / file)["name"]
    assert names.getDebugName(1) == names.getDebugName(4) == family
    assert names.getDebugName(2) == "Regular"


def test_there_is_no_font_file_that_is_not_listed() -> None:
    assert sorted(path.name for path in FONTS.glob("*.[ot]tf")) == sorted(FILES.values())
    assert sum(path.stat().st_size for path in FONTS.rglob("*") if path.is_file()) < 12_000_000


def test_fonts_say_which_scripts_they_draw() -> None:
    listed = {entry["family"]: entry for entry in list_fonts()}
    assert {"Latin", "Cyrillic", "Greek"} <= set(listed["Inter ExtraBold"]["scripts"])
    assert listed["Noto Sans Arabic Bold"]["scripts"] == ["Arabic"]
    assert not listed["Inter ExtraBold"]["fallback"]
    json.dumps(list_fonts())


def test_measuring_knows_kerning() -> None:
    montserrat = typeface("Montserrat Black")
    assert text_width("AVAVAV", montserrat) < 6 * text_width("A", montserrat)
    assert font("Anton").cap_height == pytest.approx(1760 / 2048)


@pytest.mark.parametrize(
    ("text", "tongue", "family"),
    [
        ("这门要漆成红色", "zh-Hans", "Noto Sans SC Bold"),
        ("這門要漆成紅色", "zh-Hant", "Noto Sans TC Bold"),
        ("このドアは直角です", "ja", "Noto Sans JP Bold"),
        ("문을 直角으로", "ko", "Noto Sans KR Bold"),
        ("門", "zh-Hant", "Noto Sans TC Bold"),
        ("直", "zh-Hans", "Noto Sans SC Bold"),
    ],
)
def test_chinese_characters_get_the_shapes_of_the_language_of_the_whole_text(
    text: str, tongue: str, family: str
) -> None:
    assert tongue_of(text) == tongue
    face = typeface("Anton", tongue_of(text))
    drawn = runs(text, face)
    assert drawn[0].font.family == family
    assert text_width("直直", face) == 2.0


@pytest.mark.parametrize(
    ("codec", "family"),
    [("gb2312", "SC"), ("gbk", "SC"), ("big5", "TC"), ("big5hkscs", "TC"), ("euc_jp", "JP"), ("euc_kr", "KR")],
)
def test_whatever_east_asian_standards_can_write_can_be_drawn(codec: str, family: str) -> None:
    """All of the BMP's ideographs, kana and Hangul in them; the others step in for what a language's own file lacks."""
    tongue: dict[str, Tongue] = {"SC": "zh-Hans", "TC": "zh-Hant", "JP": "ja", "KR": "ko"}
    face = typeface("Anton", tongue[family])
    wanted = [
        chr(code)
        for code in [*range(0x3041, 0x3097), *range(0x30A1, 0x30FD), *range(0x4E00, 0x9FA6), *range(0xAC00, 0xD7A4)]
    ]
    written = [character for character in wanted if can_write(codec, character)]
    assert len(written) > 6_000
    assert [character for character in written if list(undrawable(character, face))] == []


def can_write(codec: str, character: str) -> bool:
    try:
        return bool(character.encode(codec))
    except UnicodeEncodeError:
        return False


def test_styles_are_listed_with_all_they_are_made_of() -> None:
    styles = list_styles()
    wanted = ["bold_pop", "box_highlight", "karaoke_sweep", "one_big_word", "clean_two_line", "lower_third"]
    assert [style["name"] for style in styles][:6] == wanted
    assert all(style["title"] and style["description"] for style in styles)
    json.dumps(styles)


@pytest.mark.parametrize("name", STYLES)
def test_a_sample_shows_the_style_while_a_word_is_lit(name: str) -> None:
    sample = style_sample(STYLES[name], (360, 200))
    assert "PlayResX: 360" in sample.ass
    assert 0 < sample.time < 2


def test_characters_without_a_glyph_are_named_before_the_render() -> None:
    style = STYLES["bold_pop"]
    assert missing_glyphs("Hello, Привет, שלום, 🎉!", style) == []
    assert missing_glyphs("今日は, 你好, 妳們, 안녕! 「」。", style) == []
    assert missing_glyphs("ꦲꦤ hi ꦲ", style) == ["ꦲ", "ꦤ"]
    cues = [Cue(index=0, start=0, end=2, text="ꦲꦤ hi")]
    assert warnings(cues, style) == ("No font can draw: ꦲ ꦤ. These characters may be missing or boxes in the picture.",)


def test_captions_that_are_too_fast_or_lie_over_each_other_are_named() -> None:
    cues = [Cue(index=0, start=0, end=1, text="x" * 40), Cue(index=1, start=0.5, end=1.5, text="hi")]
    fast, overlap = warnings(cues, STYLES["bold_pop"])
    assert "too fast to read" in fast
    assert "still on screen" in overlap


def test_good_captions_have_no_warnings() -> None:
    cues = make_cues(speak("Never paint the door in the fog."), STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    assert warnings(cues, STYLES["bold_pop"]) == ()


def test_the_documentation_shows_every_style_and_no_other() -> None:
    written = (PROJECT / "docs" / "captions.md").read_text(encoding="utf-8")
    pictures = {path.stem for path in (PROJECT / "docs" / "images" / "styles").glob("*.jpg")}
    assert pictures == set(STYLES), "draw them: python -m tools.style_pictures"
    assert [name for name in STYLES if f"images/styles/{name}.jpg" not in written] == []


def test_there_are_at_least_sixteen_styles_for_every_highlight_one() -> None:
    assert len(STYLES) >= 16
    assert {style.highlight for style in STYLES.values()} == set(get_args(Highlight))


@pytest.mark.parametrize("given", [None, [], "bold_pop", 3, {}])
def test_what_is_no_style_is_refused_whatever_it_is(given: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_style(given)
    assert caught.value.code == "invalid_style"
