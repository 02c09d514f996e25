"""The highlights that move or fill, seen in the pixels of rendered frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.captions import STYLES, ass_document
from backend.captions.events import blend
from backend.captions.frame import make_frame
from backend.captions.place import place
from backend.captions.spoken import match_words
from backend.models import CaptionLayout, Cue
from tests.captions.test_pixels import HEIGHT, RATE, SCALE, WIDTH, accent_pixels, cue_of, frames, word_columns

SPANS = [(0.2, 0.62), (0.62, 1.0), (1.5, 1.9)]
LAYOUT = CaptionLayout(font_scale=SCALE)


def seen_of(name: str, folder: Path, cue: Cue | None = None) -> np.ndarray:
    source = ass_document([cue or cue_of(name)], STYLES[name], (WIDTH, HEIGHT), LAYOUT)
    return frames(source, folder)


def at(time: float) -> int:
    return int(time * RATE)


@pytest.mark.parametrize("name", ["spotlight", "two_words", "bounce"])
def test_the_spoken_word_alone_has_the_accent_colour(name: str, tmp_path: Path) -> None:
    cue = cue_of(name)
    seen = accent_pixels(seen_of(name, tmp_path, cue), STYLES[name].accent[0])
    for columns, (start, end) in zip(word_columns(cue, name), SPANS, strict=True):
        lit = seen[:, :, columns.start + 3 : columns.stop - 3].sum(axis=(1, 2)) > 3
        for index in range(len(seen)):
            now = index / RATE
            if start + 0.011 <= now <= end - 0.011:
                assert lit[index], f"dark at {now}"
            if now <= start - 0.011 or now >= end + 0.011:
                assert not lit[index], f"lit at {now}"


def test_a_word_hops_when_it_is_spoken_and_lands_where_it_was(tmp_path: Path) -> None:
    cue = cue_of("bounce")
    pictures = seen_of("bounce", tmp_path, cue).astype(np.int16)
    columns = word_columns(cue, "bounce")[2]
    drawn = np.abs(pictures - pictures[0, 0, 0]).max(axis=-1)[:, :, columns] > 60
    tops = [int(rows.any(axis=1).nonzero()[0].min()) for rows in drawn[at(0.3) : at(1.94)]]
    resting = tops[0]
    offset = at(0.3)
    hop = 0.15 * make_frame(STYLES["bounce"], (WIDTH, HEIGHT), LAYOUT).em
    assert all(top == resting for top in tops[: at(1.48) - offset])
    assert resting - min(tops[at(1.5) - offset :]) == pytest.approx(hop, abs=1.6)
    assert all(top == resting for top in tops[at(1.76) - offset :])


def test_hollow_letters_are_filled_from_when_they_are_spoken(tmp_path: Path) -> None:
    cue = cue_of("hollow")
    pictures = seen_of("hollow", tmp_path, cue)
    white = accent_pixels(pictures, "#FFFFFF")
    for columns, (start, _) in zip(word_columns(cue, "hollow"), SPANS, strict=True):
        counts = white[:, :, columns].sum(axis=(1, 2))
        full = counts[at(1.9)]
        assert counts[at(start + 0.16)] == pytest.approx(full, rel=0.05)
        if start > 0.3:
            assert counts[at(start) - 1] < 0.5 * full


def test_a_spoken_word_runs_through_all_colours_of_the_gradient_from_top_to_bottom(tmp_path: Path) -> None:
    cue = cue_of("sunset")
    pictures = seen_of("sunset", tmp_path, cue)
    columns = word_columns(cue, "sunset")[2]
    assert not accent_pixels(pictures[: at(1.48), :, columns], "#FF8A3D").any()
    rows = [
        accent_pixels(pictures[at(1.6), :, columns], tint).any(axis=1).nonzero()[0].mean()
        for tint in STYLES["sunset"].accent
    ]
    assert rows == sorted(rows) and rows[2] - rows[0] > 4


def test_letters_are_typed_one_after_the_other_before_their_word_is_over(tmp_path: Path) -> None:
    cue = cue_of("typewriter")
    pictures = seen_of("typewriter", tmp_path, cue)
    letters = accent_pixels(pictures, STYLES["typewriter"].color)
    block = place(match_words(cue), make_frame(STYLES["typewriter"], (WIDTH, HEIGHT), LAYOUT))
    word = block.lines[-1].words[-1]
    reach = [
        found.max() if len(found := letters[index][:, int(word.left) :].any(axis=0).nonzero()[0]) else -1
        for index in range(at(1.44), at(1.96))
    ]
    assert reach[0] == -1 and reach == sorted(reach) and len(set(reach)) >= 4
    assert reach[-1] == pytest.approx(word.width, abs=4) and reach[at(1.9) - at(1.44) - 1] == reach[-1]


def test_the_caret_stands_behind_what_was_typed(tmp_path: Path) -> None:
    cue = cue_of("typewriter")
    pictures = seen_of("typewriter", tmp_path, cue)
    caret, letters = (
        accent_pixels(pictures, tint) for tint in (STYLES["typewriter"].accent[0], STYLES["typewriter"].color)
    )
    for index in range(at(0.3), at(1.96)):
        bar = caret[index].any(axis=0).nonzero()[0]
        assert len(bar) and bar.max() - bar.min() < 6, index
        rows = caret[index].any(axis=1)
        typed = letters[index, rows.nonzero()[0]].any(axis=0).nonzero()[0]
        assert not len(typed) or bar.min() >= typed.max() - 1, index


def test_a_word_of_a_right_to_left_script_is_typed_from_the_right(tmp_path: Path) -> None:
    cue = Cue(index=0, start=0.0, end=2.0, text="مرحبا")
    pictures = seen_of("typewriter", tmp_path, cue)
    letters: np.ndarray = np.any(accent_pixels(pictures, STYLES["typewriter"].color), axis=1)
    begun, ended = (letters[at(time)].nonzero()[0] for time in (0.6, 1.9))
    assert begun.max() == ended.max() and begun.min() > ended.min()


def test_each_line_has_a_panel_of_its_own_without_a_gap_between(tmp_path: Path) -> None:
    cue = Cue(index=0, start=0.0, end=1.0, text="wide words up here\nfew here")
    picture = seen_of("broadcast", tmp_path, cue)[10].astype(np.int16)
    dark = picture.max(axis=-1) < 40
    rows = dark.any(axis=1).nonzero()[0]
    reach = [row.nonzero()[0] for row in dark[rows.min() : rows.max() + 1]]
    widths = [int(columns.max() - columns.min()) if len(columns) else 0 for columns in reach]
    assert sorted(set(widths), reverse=True) == [widths[0], widths[-1]] and widths[0] > 1.4 * widths[-1] > 0


def test_colours_are_blended_through_all_stops() -> None:
    stops = ("#000000", "#FF0000", "#FFFFFF")
    assert [blend(stops, place) for place in (0, 0.25, 0.5, 0.75, 1)] == [
        *("#000000", "#800000", "#FF0000", "#FF8080", "#FFFFFF")
    ]
    assert blend(("#123456",), 0.7) == "#123456"
