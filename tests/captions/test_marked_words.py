"""Emphasised words and speakers: drawn as they are marked, kept when captions are cut anew."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.captions import STYLES, ass_document, make_cues, words_of
from backend.captions.frame import make_frame
from backend.captions.place import place
from backend.captions.spoken import match_words
from backend.captions.style import CaptionStyle
from backend.models import CaptionLayout, Cue, CueWord
from tests.captions.test_pixels import HEIGHT, SCALE, WIDTH, accent_pixels, frames

SIZE = (WIDTH, HEIGHT)
LAYOUT = CaptionLayout(max_words=3, max_lines=1, max_characters=40, font_scale=SCALE)
MARK = "#00FF80"


def marking(name: str, **changes: object) -> CaptionStyle:
    """A style that emphasises in a colour that no style has."""
    given = {**STYLES[name].model_dump(), "emphasis_color": MARK, "emphasis_scale": 1.3, **changes}
    return CaptionStyle.model_validate(given)


def said(*texts: str, marked: str = "", speakers: tuple[str, ...] = ()) -> tuple[CueWord, ...]:
    """Words half a second apart."""
    return tuple(
        CueWord(
            text=text,
            start=0.2 + 0.5 * index,
            end=0.65 + 0.5 * index,
            emphasis=True if text == marked else None,
            speaker=speakers[index] if speakers else "",
        )
        for index, text in enumerate(texts)
    )


def columns_of(cue: Cue, style: CaptionStyle) -> list[slice]:
    block = place(match_words(cue), make_frame(style, SIZE, LAYOUT))
    return [slice(int(word.left), int(word.left + word.width)) for line in block.lines for word in line.words]


@pytest.mark.parametrize("name", STYLES)
def test_a_marked_word_is_seen_in_its_own_colour_and_no_other_word_is(name: str, tmp_path: Path) -> None:
    style = marking(name)
    cue = make_cues(said("never", "paint", "doors", marked="paint"), style, SIZE, LAYOUT)
    pictures = frames(ass_document(cue, style, SIZE, LAYOUT), tmp_path, seconds=2.2)
    seen = accent_pixels(pictures, MARK)
    assert seen.any(), "the mark is nowhere"
    if len(cue) == 1:
        before, marked, after = columns_of(cue[0], style)
        middle = seen[:, :, marked.start + 2 : marked.stop - 2].sum()
        assert middle > 20 and seen.sum() - middle < 0.15 * middle
        assert not seen[:, :, before.start : before.stop - 4].any() and not seen[:, :, after.start + 4 :].any()


def test_a_marked_word_is_larger_and_has_the_room_it_takes() -> None:
    style = marking("spotlight")
    plain, marked = (
        columns_of(make_cues(said("never", "paint", "doors", marked=mark), style, SIZE, LAYOUT)[0], style)
        for mark in ("", "paint")
    )
    widths = [[word.stop - word.start for word in words] for words in (plain, marked)]
    assert widths[1][1] == pytest.approx(1.3 * widths[0][1], abs=2)
    assert widths[1][0] == pytest.approx(widths[0][0], abs=1)
    assert marked[1].start >= marked[0].stop and marked[2].start > marked[1].stop


@pytest.mark.parametrize("name", [name for name in STYLES if STYLES[name].rules.max_words > 2])
def test_the_words_beside_a_marked_one_stay_where_they_are_with_their_shadows(name: str, tmp_path: Path) -> None:
    style, words = marking(name, emphasis_scale=1.0), said("never", "paint", "doors", marked="doors")
    (plain,), (marked,) = (make_cues(each, style, SIZE, LAYOUT) for each in (said("never", "paint", "doors"), words))
    before, after = (frames(ass_document([cue], style, SIZE, LAYOUT), tmp_path, rate=5) for cue in (plain, marked))
    first = columns_of(plain, style)[0]
    assert np.array_equal(before[:, :, : first.stop], after[:, :, : first.stop])


def test_letters_of_all_sizes_stand_on_one_line(tmp_path: Path) -> None:
    style = marking("clean_two_line", emphasis_scale=1.5, shadow=None)
    cue = make_cues(said("nnn", "xxx", marked="xxx"), style, SIZE, LAYOUT)[0]
    picture = frames(ass_document([cue], style, SIZE, LAYOUT), tmp_path, seconds=0.8)[10].astype(np.int16)
    drawn = np.abs(picture - picture[0, 0]).max(axis=-1) > 90
    small, large = (drawn[:, word].any(axis=1).nonzero()[0] for word in columns_of(cue, style))
    assert small.max() == pytest.approx(large.max(), abs=1) and large.min() < small.min()


def test_a_style_names_words_that_it_always_emphasises_unless_somebody_says_otherwise() -> None:
    frame = make_frame(marking("spotlight", emphasis_words=["FOG"]), SIZE, LAYOUT)
    assert [frame.is_emphasised(CueWord(text=text, start=0, end=1)) for text in ("fog,", "“Fog!”", "foggy")] == [
        *(True, True, False)
    ]
    assert not frame.is_emphasised(CueWord(text="fog", start=0, end=1, emphasis=False))


def test_marks_and_speakers_are_still_there_when_captions_are_cut_anew() -> None:
    words = said("never", "paint", "doors", "now", marked="doors", speakers=("a", "a", "b", "b"))
    cues = make_cues(words, STYLES["clean_two_line"], SIZE, CaptionLayout())
    again = words_of(make_cues(words_of(cues), STYLES["one_big_word"], SIZE, CaptionLayout()))
    assert [(word.text, word.emphasis, word.speaker) for word in again] == [
        *(("never", None, "a"), ("paint", None, "a"), ("doors", True, "b"), ("now", None, "b"))
    ]


@pytest.mark.parametrize("name", STYLES)
def test_no_cue_holds_the_words_of_two_speakers(name: str) -> None:
    words = said(*["one", "two", "three", "four", "five", "six"], speakers=("a", "a", "b", "b", "b", "a"))
    cues = make_cues(words, STYLES[name], (1080, 1920), CaptionLayout())
    assert all({word.speaker for word in cue.words} == {cue.speaker} for cue in cues)


def test_each_speaker_keeps_one_colour(tmp_path: Path) -> None:
    style = CaptionStyle.model_validate(
        {**STYLES["podcast"].model_dump(), "accent": ["#FF2020", "#2060FF"], "faint": 1.0, "plate": None}
    )
    words = said("yes", "no", "yes", speakers=("Ann", "Ben", "Ann"))
    cues = make_cues(words, style, SIZE, LAYOUT)
    pictures = frames(ass_document(cues, style, SIZE, LAYOUT), tmp_path, seconds=2)
    told = [
        [bool(accent_pixels(pictures[int(25 * time)], colour).any()) for colour in style.accent]
        for time in (0.4, 0.9, 1.4)
    ]
    assert told == [[True, False], [False, True], [True, False]]


def test_cues_without_word_times_have_their_speakers_colour(tmp_path: Path) -> None:
    style = STYLES["broadcast"]
    cues = [Cue(index=i, start=i, end=i + 0.9, text="Hello there", speaker=who) for i, who in enumerate(["A", "B"])]
    pictures = frames(ass_document(cues, style, SIZE, LAYOUT), tmp_path, seconds=2)
    counts = [int(accent_pixels(pictures[at], "#FFF04A").sum()) for at in (12, 37)]
    assert counts[0] == 0 and counts[1] > 20


def test_nothing_changes_for_captions_without_marks() -> None:
    words = said("never", "paint", "doors")
    for style in STYLES.values():
        cues = make_cues(words, style, SIZE, LAYOUT)
        bare = style.model_copy(update={"emphasis_color": None, "emphasis_scale": 1.5})
        assert ass_document(cues, style, SIZE, LAYOUT) == ass_document(cues, bare, SIZE, LAYOUT)


def test_an_emphasised_word_stays_inside_the_safe_area(tmp_path: Path) -> None:
    style = marking("clean_two_line", emphasis_scale=1.5)
    words = said("never", "paint", "unmistakable", "doors", marked="unmistakable")
    cues = make_cues(words, style, SIZE, CaptionLayout(font_scale=2.0))
    pictures = frames(ass_document(cues, style, SIZE, CaptionLayout(font_scale=2.0)), tmp_path, rate=5)
    drawn = np.abs(pictures.astype(np.int16) - pictures[0, 0, 0]).max(axis=-1) > 24
    frame = make_frame(style, SIZE, CaptionLayout(font_scale=2.0))
    across = drawn.any(axis=(0, 1)).nonzero()[0]
    assert across.min() >= frame.left - 0.12 * frame.em and across.max() <= frame.right + 0.12 * frame.em
