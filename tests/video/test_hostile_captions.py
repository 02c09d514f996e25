"""Texts made to be slow cost the renderer hardly more than plain ones, and look like text."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from backend.captions import STYLES, ass_document
from backend.media.ffmpeg import Ffmpeg
from backend.models import CaptionLayout, Cue
from backend.video import Colour, preview_clip
from backend.work import Work

SIZE = (540, 960)
SECONDS = 1.0
MOST, TRIES = 4, 3
PLAIN = "Never paint the door\nwhile the fog thinks"
HOSTILE = {
    "marks": "Z" + "\u0301\u0489\u20dd" * 17_000,
    "no spaces": "W" * 2_000,
    "scripts": "Ångström Привет Αυτό שלום مرحبا नमस्ते สวัสดี 你好 こんにちは 안녕 🎉👩‍👩‍👧‍👦 " * 40,
    "tags": r"{\be99\blur99\bord500\t(\fscx9999\frz9999)}{\p9}m 0 0 l 9999 9999 {\k1\fs9999}X" * 25,
    "bidi": "\u202eabc\u2066\u200fשלום" * 120,
    "lines": "abcd\n" * 100,
}


def processor_seconds(text: str, style: str, ffmpeg: Ffmpeg, fonts: Path, folder: Path) -> float:
    """Of the ffmpeg that draws a second of captions that say this."""
    cues = [Cue(index=i, start=i / 4, end=(i + 1) / 4, text=text) for i in range(int(SECONDS * 4))]
    document = ass_document(cues, STYLES[style], SIZE, CaptionLayout())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    preview_clip(document, fonts, SIZE, 0.0, Colour("#204060"), ffmpeg, folder, Work(), seconds=SECONDS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@pytest.mark.parametrize("style", ["neon", pytest.param("bold_pop", marks=pytest.mark.captions)])
def test_no_text_costs_four_times_a_plain_one(ffmpeg: Ffmpeg, fonts: Path, tmp_path: Path, style: str) -> None:
    def takes(text: str) -> float:
        return processor_seconds(text, style, ffmpeg, fonts, tmp_path)

    most = MOST * min(takes(PLAIN) for _ in range(TRIES))
    # What is cheap enough at once need not be measured again: the machine can only make it look dearer.
    dear = {name: text for name, text in HOSTILE.items() if all(takes(text) > most for _ in range(TRIES))}
    assert list(dear) == []
