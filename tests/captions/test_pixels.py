"""What is drawn, seen in the pixels of rendered frames: colours only while their word is spoken, only bundled fonts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]  # it has no stubs
import numpy as np
import pytest

from backend.captions import FONTS, STYLES, ass_document, make_cues
from backend.captions.frame import make_frame
from backend.captions.place import place
from backend.captions.spoken import match_words
from backend.models import CaptionLayout, Cue, Word

WIDTH, HEIGHT, RATE, SECONDS = 360, 640, 25, 3
SCALE = 0.6
BACKGROUND = "0x203850"
WORDS = (
    Word(text="never", start=0.2, end=0.6),
    Word(text="paint", start=0.62, end=1.0),
    Word(text="doors", start=1.5, end=1.9),
)
"""The first highlight holds over its 20 ms gap; between 1.0 and 1.5 nothing is lit; after 1.9 the cue lingers."""


def frames(source: str, folder: Path, seconds: float = SECONDS, rate: int = RATE) -> np.ndarray:
    """Every frame of a plain video with these captions, as (frame, row, column, RGB)."""
    (folder / "captions.ass").write_text(source, encoding="utf-8")
    picture = f"color=c={BACKGROUND}:s={WIDTH}x{HEIGHT}:r={rate}:d={seconds},format=rgb24"
    arguments = ["-nostdin", "-v", "info", "-f", "lavfi", "-i", f"{picture},ass=captions.ass:fontsdir='{FONTS}'"]
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), *arguments, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    done = subprocess.run(ffmpeg, cwd=folder, capture_output=True, check=True, timeout=120)
    (folder / "log.txt").write_bytes(done.stderr)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


def accent_pixels(pictures: np.ndarray, html: str) -> np.ndarray:
    """(frame, row, column): whether a pixel has this colour."""
    wanted = np.array([int(html[place : place + 2], 16) for place in (1, 3, 5)], np.int16)
    near: np.ndarray = np.abs(pictures.astype(np.int16) - wanted).max(axis=-1) < 40
    return near


def cue_of(name: str) -> Cue:
    layout = CaptionLayout(max_words=3, max_lines=1, max_characters=40, font_scale=SCALE)
    style = STYLES[name].model_copy(update={"rules": STYLES[name].rules.model_copy(update={"pause_seconds": 1.0})})
    (cue,) = make_cues(WORDS, style, (WIDTH, HEIGHT), layout)
    return cue


def word_columns(cue: Cue, name: str) -> list[slice]:
    frame = make_frame(STYLES[name], (WIDTH, HEIGHT), CaptionLayout(font_scale=SCALE))
    block = place(match_words(cue), frame)
    return [slice(int(word.left), int(word.left + word.width)) for line in block.lines for word in line.words]


@pytest.mark.parametrize("name", ["bold_pop", "box_highlight", "underline", "marker"])
def test_the_accent_colour_is_on_a_word_exactly_while_it_is_spoken(name: str, tmp_path: Path) -> None:
    cue = cue_of(name)
    source = ass_document([cue], STYLES[name], (WIDTH, HEIGHT), CaptionLayout(font_scale=SCALE))
    seen = accent_pixels(frames(source, tmp_path), STYLES[name].accent[0])
    spans = [(0.2, 0.62), (0.62, 1.0), (1.5, 1.9)]
    for columns, (start, end) in zip(word_columns(cue, name), spans, strict=True):
        inside = slice(columns.start + 3, columns.stop - 3)
        lit = seen[:, :, inside].sum(axis=(1, 2)) > 3
        for index in range(len(seen)):
            now = index / RATE
            if start + 0.045 <= now <= end - 0.011:
                assert lit[index], f"dark at {now}"
            if now <= start - 0.011 or now >= end + 0.011:
                assert not lit[index], f"lit at {now}"


def test_the_sweep_has_run_through_half_a_word_when_half_of_it_is_spoken(tmp_path: Path) -> None:
    cue = cue_of("karaoke_sweep")
    style = STYLES["karaoke_sweep"]
    source = ass_document([cue], style, (WIDTH, HEIGHT), CaptionLayout(font_scale=SCALE))
    seen = accent_pixels(frames(source, tmp_path), style.accent[0])
    columns = word_columns(cue, "karaoke_sweep")[2]
    middle = (columns.start + columns.stop) // 2
    half = seen[int(1.7 * RATE)]
    assert half[:, columns.start : middle - 4].any()
    assert not half[:, middle + 4 : columns.stop].any()
    assert seen[int(1.92 * RATE)][:, middle + 4 : columns.stop].any()


@pytest.mark.parametrize("name", STYLES)
def test_nothing_is_drawn_outside_the_safe_area_or_the_time_of_the_cue(name: str, tmp_path: Path) -> None:
    cues = make_cues(WORDS, STYLES[name], (WIDTH, HEIGHT), CaptionLayout())
    source = ass_document(cues, STYLES[name], (WIDTH, HEIGHT), CaptionLayout())
    rate = 15
    pictures = frames(source, tmp_path, rate=rate).astype(np.int16)
    drawn = np.abs(pictures - pictures[0, 0, 0]).max(axis=-1) > 24
    assert not drawn[: int(0.2 * rate)].any()
    assert drawn[int(0.5 * rate)].any()
    assert not drawn[int((cues[-1].end + 0.04) * rate) + 1 :].any()
    frame = make_frame(STYLES[name], (WIDTH, HEIGHT), CaptionLayout())
    margin = 0.12 * frame.em  # soft edges, and the growth of a word that pops
    rows, columns = drawn.any(axis=(0, 2)).nonzero()[0], drawn.any(axis=(0, 1)).nonzero()[0]
    assert columns.min() >= frame.left - margin
    assert columns.max() <= frame.right + margin
    assert rows.min() >= frame.top - margin
    assert rows.max() <= frame.bottom + margin


@pytest.mark.parametrize("name", STYLES)
def test_only_bundled_fonts_are_used(name: str, tmp_path: Path) -> None:
    text = "Naïve {café} Привет Αυτό שלום مرحبا नमस्ते 你好 안녕 🎉"
    cue = Cue(index=0, start=0.0, end=0.2, text=text)
    frames(ass_document([cue], STYLES[name], (WIDTH, HEIGHT), CaptionLayout()), tmp_path, seconds=0.1)
    log = (tmp_path / "log.txt").read_text("utf-8")
    assert "not found" not in log
    chosen = [line for line in log.splitlines() if "fontselect" in line]
    assert chosen
    for line in chosen:
        asked, answer = line.split("(", 1)[1].split(",", 1)[0], line.rsplit("-> ", 1)[1].split(",")[0]
        assert answer.replace("-", "").replace("Regular", "") == asked.replace(" ", "").replace("Regular", ""), line
