from __future__ import annotations

import pytest

from backend.errors import InvalidRequest, MediaRejected
from backend.video import Clip, Colour, Image, open_background, parse_colour
from tests.media.makers import Maker


@pytest.mark.parametrize(
    ("text", "colour"),
    [("#102030", "#102030"), (" #ABCDEF ", "#abcdef"), ("#123", "#112233"), ("Navy", "#000080"), ("fff", "#ffffff")],
)
def test_colours_are_read_as_people_write_them(text: str, colour: str) -> None:
    assert parse_colour(text) == Colour(colour)


def test_a_colour_has_red_green_and_blue() -> None:
    assert parse_colour("#102030").rgb == (16, 32, 48)


@pytest.mark.parametrize(
    "text", ["", "#12", "#1234567", "blurple", "#ggg", "rgb(1,2,3)", "red;movie=/etc/passwd", "\x00"]
)
def test_what_is_no_colour_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse_colour(text)
    assert refused.value.code == "unknown_colour"
    assert "#102030" in refused.value.hint


def test_media_files_become_pictures_and_clips(make: Maker) -> None:
    assert open_background(make.picture()) == Image(make.picture())
    assert open_background(make.clip()) == Clip(make.clip())


def test_sound_is_no_background(make: Maker) -> None:
    with pytest.raises(MediaRejected) as refused:
        open_background(make.tone())
    assert refused.value.code == "no_video"
