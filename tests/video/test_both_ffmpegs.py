"""The same captions look the same from another ffmpeg (and another libass): within what anti-aliasing may differ."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures

from backend.captions import STYLES, ass_document, make_cues
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.models import CaptionLayout, FrameSize, Word
from backend.video import Gradient, preview_still
from backend.work import Work
from tests.captions.spoken_text import LIGHTHOUSE, speak
from tests.media.conftest import OTHER

SIZES: list[FrameSize] = [(540, 960), (540, 540), (960, 540)]
SCRIPTS = [
    "Ångström",
    "Привет",
    "Αυτό",
    "שלום",
    "مرحبا",
    "नमस्ते",
    "สวัสดี",
    "你好",
    "こんにちは",
    "안녕",
    "🎉",
    "👍🏽",
    "1️⃣",
    "ב-2024,",
    "25%باب",
    "{tag}",
    "\\N",
]
TIME = 1.23
HARDLY = 16
"""Levels of 255 that nobody sees in one pixel at the edge of a letter."""

pytestmark = pytest.mark.skipif(not OTHER, reason="STUDIO_TEST_FFMPEG names no other ffmpeg, e.g. Debian's")


def difference(document: str, size: FrameSize, fonts: Path, folder: Path) -> np.ndarray:
    """How far the two pictures of these captions lie apart, pixel by pixel: (row, column)."""
    assert OTHER
    found, other = Ffmpeg(find_ffmpeg(None)), Ffmpeg(find_ffmpeg(Path(OTHER)))
    assert found.version != other.version, "both are the same ffmpeg"
    pictures = []
    for ffmpeg in (found, other):
        still = preview_still(document, fonts, size, TIME, Gradient(), ffmpeg, folder, Work())
        pictures.append(np.asarray(Pictures.open(still)).astype(np.int16))
    apart: np.ndarray = np.abs(pictures[0] - pictures[1]).max(axis=-1)
    return apart


@pytest.mark.parametrize(("style", "size"), list(zip(STYLES, cycle(SIZES), strict=False)), ids=str)
def test_every_style_looks_the_same(fonts: Path, tmp_path: Path, style: str, size: FrameSize) -> None:
    cues = make_cues(speak(LIGHTHOUSE), STYLES[style], size, CaptionLayout())
    apart = difference(ass_document(cues, STYLES[style], size, CaptionLayout()), size, fonts, tmp_path)
    assert apart.mean() <= 0.25
    assert apart.max() <= HARDLY


@pytest.mark.parametrize("text", SCRIPTS)
def test_every_script_looks_the_same(fonts: Path, tmp_path: Path, text: str) -> None:
    style, size = STYLES["box_highlight"], SIZES[0]
    cues = make_cues([Word(text=text, start=1.0, end=2.0)], style, size, CaptionLayout())
    apart = difference(ass_document(cues, style, size, CaptionLayout()), size, fonts, tmp_path)
    assert apart.mean() <= 0.25
    assert apart.max() <= HARDLY
