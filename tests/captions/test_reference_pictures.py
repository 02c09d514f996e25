"""What is burned in, compared with pictures of another shaper's: right letters, joined, in the right order."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]  # it has no stubs
import numpy as np
import pytest

from backend.captions import FONTS, CaptionStyle, ass_document
from backend.captions.frame import make_frame
from backend.captions.typeface import text_width, typeface
from backend.models import CaptionLayout, Cue
from tests.captions.reference import ink, overlap, picture

SIZE = (1600, 300)
STYLE = {
    "font": "Inter ExtraBold",
    "size": 0.2,
    "position": "center",
    "faint": 1.0,
    "rules": {"max_characters": 80, "max_lines": 1, "max_words": 20},
}
SCRIPTS = {
    "Hebrew": ("שלום עולם", "R", "NotoSansHebrew-Bold.ttf"),
    "Arabic": ("مرحبا بالعالم", "R", "NotoSansArabic-Bold.ttf"),
    "Hebrew with Latin and commas": ("שלום Radio, Paris, עולם", "R", "NotoSansHebrew-Bold.ttf"),
    "Hebrew with numbers inside words": ("ב-2024 iPhone-ים!", "R", "NotoSansHebrew-Bold.ttf"),
    "Arabic with a percentage and brackets": ("ادهن الباب 25% (اللون)", "R", "NotoSansArabic-Bold.ttf"),
    "Latin with Hebrew in brackets": ("abc (שלום) def", "L", "NotoSansHebrew-Bold.ttf"),
    "Devanagari": ("नमस्ते क्षत्रिय", "L", "NotoSansDevanagari-Bold.ttf"),
    "Thai": ("ผู้ดูแลน้ำ", "L", "NotoSansThai-Bold.ttf"),
    "Japanese": ("漢字とカナ", "L", "NotoSansJP-Bold.otf"),
    "Chinese": ("这门要漆成红色", "L", "NotoSansSC-Bold.otf"),
    "Korean": ("문을 칠하다", "L", "NotoSansKR-Bold.otf"),
    "emoji": ("👍 🎉 1️⃣", "L", "NotoEmoji-Bold.ttf"),
}
LEAST = 0.75
"""Overlap of pictures of the same: they differ by fractions of pixels, the more so as words are placed one by one."""


def burned(text: str, highlight: str, folder: Path) -> tuple[np.ndarray, float]:
    """What is burned in, as (row, column) of 0 to 1, and the em in pixels."""
    style = CaptionStyle.model_validate({**STYLE, "highlight": highlight})
    cue = Cue(index=0, start=0, end=2, text=text)
    source = ass_document([cue], style, SIZE, CaptionLayout())
    (folder / "captions.ass").write_text(source, encoding="utf-8")
    black = f"color=black:s={SIZE[0]}x{SIZE[1]}:r=1:d=1,format=rgb24,ass=captions.ass:fontsdir='{FONTS}'"
    program = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-f", "lavfi", "-i", black]
    output = ["-frames:v", "1", "-pix_fmt", "gray", "-f", "rawvideo", "-"]
    done = subprocess.run([*program, *output], cwd=folder, capture_output=True, check=True, timeout=120)
    return np.frombuffer(done.stdout, np.uint8).reshape(SIZE[::-1]) / 255, make_frame(style, SIZE, CaptionLayout()).em


@pytest.mark.parametrize("highlight", ["none", "brighten"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_burned_line_looks_as_another_shaper_draws_it(script: str, highlight: str, tmp_path: Path) -> None:
    """As a whole line, and word by word."""
    text, base, font = SCRIPTS[script]
    drawn, em = burned(text, highlight, tmp_path)
    fonts = [FONTS / "Inter-ExtraBold.ttf", FONTS / font]
    assert overlap(ink(drawn), picture(text, fonts, em, base)) > LEAST


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        ("Hebrew", {"ordered": False}),
        ("Arabic", {"ordered": False}),
        ("Arabic", {"joined": False}),
        ("Hebrew with Latin and commas", {"ordered": False}),
        ("Arabic with a percentage and brackets", {"joined": False}),
        ("Devanagari", {"joined": False}),
        ("Thai", {"joined": False}),
    ],
)
def test_a_wrong_order_or_letters_that_do_not_join_would_be_seen(
    script: str, wrong: dict[str, bool], tmp_path: Path
) -> None:
    text, base, font = SCRIPTS[script]
    drawn, em = burned(text, "brighten", tmp_path)
    fonts = [FONTS / "Inter-ExtraBold.ttf", FONTS / font]
    assert overlap(ink(drawn), picture(text, fonts, em, base, **wrong)) < LEAST - 0.15


def test_another_text_of_the_same_length_would_be_seen(tmp_path: Path) -> None:
    drawn, em = burned("这门要漆成红色", "none", tmp_path)
    other = picture("那窗不涂得黑黑", [FONTS / "Inter-ExtraBold.ttf", FONTS / "NotoSansSC-Bold.otf"], em)
    assert overlap(ink(drawn), other) < LEAST - 0.15


@pytest.mark.parametrize(
    "emoji",
    ["😀", "👍🏽", "👩‍👩‍👧", "👨‍💻", "🇩🇪", "🇩🇪🇯🇵", "🏳️‍🌈", "🏴‍☠️", "1️⃣", "#️⃣", "20⃣", "❤️", "❤️‍🔥", "🤷🏽‍♀️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☎️"],
)
def test_every_kind_of_emoji_takes_the_room_that_was_measured_for_it(emoji: str, tmp_path: Path) -> None:
    """Between two bars, which are where they should be if it does."""
    drawn, em = burned(f"|{emoji}|", "none", tmp_path)
    columns = (drawn > 0.5).any(axis=0).nonzero()[0]
    face = typeface("Inter ExtraBold")
    bar = text_width("|", face)
    one, _ = burned("|", "none", tmp_path)
    thin = (one > 0.5).any(axis=0).sum()
    wanted = (text_width(f"|{emoji}|", face) - bar) * em + thin
    assert columns.max() - columns.min() + 1 == pytest.approx(wanted, abs=2.0)
