from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.video.picture.fitting import contain_size, cover_size, fitted, upright
from tests.video.scenes import clip, picture

SCALE = "flags=bicubic:out_color_matrix=bt709:out_range=tv,format=yuv420p"


def test_covering_scales_to_the_longer_need_and_cuts_the_rest() -> None:
    assert fitted(picture(), (1080, 1920), "cover", "p") == (
        f"sidedata=mode=delete,scale=2560:1920:{SCALE},crop=1080:1920,setsar=1"
    )


def test_containing_leaves_bars() -> None:
    assert fitted(picture(), (1080, 1920), "contain", "p") == (
        f"sidedata=mode=delete,scale=1080:810:{SCALE},pad=1080:1920:(ow-iw)/2:(oh-ih)/2:black,setsar=1"
    )


def test_blurring_lays_the_picture_over_a_small_blurred_self() -> None:
    assert fitted(picture(), (1080, 1920), "blur", "p0") == (
        "sidedata=mode=delete,split=2[p0back][p0front];"
        f"[p0back]scale=320:240:{SCALE},crop=136:240,setsar=1,gblur=sigma=7.50:steps=2,"
        "scale=1080:1920:flags=bicubic,lutyuv=y=16+(val-16)*0.6:u=128+(val-128)*0.6:v=128+(val-128)*0.6,setsar=1[p0blurred];"
        f"[p0front]scale=1080:810:{SCALE},setsar=1[p0sharp];"
        "[p0blurred][p0sharp]overlay=(W-w)/2:(H-h)/2:format=yuv420,format=yuv420p"
    )


def test_a_picture_of_the_right_shape_needs_neither_bars_nor_blur() -> None:
    shown = f"sidedata=mode=delete,scale=1080:1920:{SCALE},crop=1080:1920,setsar=1"
    assert {fitted(picture(540, 960), (1080, 1920), fit, "p") for fit in ("cover", "contain", "blur")} == {shown}


def test_video_of_unknown_colours_is_taken_for_what_its_size_suggests() -> None:
    assert "in_color_matrix=bt709:" in fitted(clip(1920, 1080), (640, 360), "cover", "p")
    assert "in_color_matrix=bt601:" in fitted(clip(640, 480), (640, 360), "cover", "p")


def test_transparent_pictures_stand_on_black() -> None:
    assert upright(picture(alpha=True))[:3] == ["format=gbrap", "premultiply=inplace=1", "format=gbrp"]


@pytest.mark.parametrize(("rotation", "turn"), [(90, "transpose=cclock"), (270, "transpose=clock"), (180, "hflip")])
def test_turned_pictures_are_set_upright(rotation: int, turn: str) -> None:
    assert upright(picture(rotation=rotation))[0] == turn


def test_clips_are_turned_by_ffmpeg_itself() -> None:
    assert upright(clip()) == ["sidedata=mode=delete"]


sides = st.integers(1, 8000)
frame_sides = st.integers(32, 1920).map(lambda half: half * 2)


@given(st.tuples(sides, sides), st.tuples(frame_sides, frame_sides))
def test_scaled_sides_are_even_and_fit(source: tuple[int, int], size: tuple[int, int]) -> None:
    covering, contained = cover_size(source, size), contain_size(source, size)
    assert all(side % 2 == 0 and side >= 2 for side in covering + contained)
    assert covering[0] >= size[0]
    assert covering[1] >= size[1]
    assert contained[0] <= size[0]
    assert contained[1] <= size[1]
