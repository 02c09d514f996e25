from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pictures

from backend.errors import MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.models import ImageEffect
from backend.video import Background, Clip, Colour, Gradient, Image, Look, preview_clip, preview_still
from backend.video.picture.graph import Scene, Segment, picture_graph, picture_inputs
from backend.video.rendering.stage import place_captions, place_source
from backend.work import Work
from tests.media.makers import Maker, frames_of
from tests.video.scenes import SIZE, boxes

CAPTIONS = boxes((0.2, 0.5), (0.7, 0.8), colour="2B45F2")
TIME, FRAME = 0.4, 12
SHOWN = "scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int,format=rgb24"


def _backgrounds(make: Maker) -> dict[str, Background]:
    return {
        "gradient": Gradient(),
        "colour": Colour("#204060"),
        "picture": Image(make.picture()),
        "clip": Clip(make.clip()),
    }


@pytest.mark.parametrize(
    ("name", "effect"),
    [("gradient", "none"), ("colour", "none"), ("picture", "none"), ("picture", "ken_burns"), ("clip", "none")],
)
def test_a_still_is_the_frame_that_goes_into_the_encoder(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path, name: str, effect: ImageEffect
) -> None:
    background = _backgrounds(make)[name]
    look = Look(effect=effect, duration=1.0)
    still = preview_still(CAPTIONS, fonts, SIZE, TIME, background, ffmpeg, tmp_path, Work(), look=look)

    folder = tmp_path / "render"
    folder.mkdir()
    source = place_source(background, SIZE, folder)
    captions = place_captions(CAPTIONS, fonts, folder, ffmpeg)
    scene = Scene(SIZE, 30, (Segment(source, 30, 0, 30),), effect=effect, captions=captions)
    graph = f"{picture_graph(scene)};[picture]{SHOWN}[shown]"
    raw = ["-filter_complex", graph, "-map", "[shown]", "-f", "rawvideo", "file:frames"]
    ffmpeg.run([*picture_inputs(scene), *raw], folder=folder, work=Work(), timeout=60)
    frames = np.fromfile(folder / "frames", np.uint8).reshape(30, SIZE[1], SIZE[0], 3)
    assert np.array_equal(np.asarray(Pictures.open(still)), frames[FRAME])


def test_a_still_looks_in_a_browser_as_the_video_does(ffmpeg: Ffmpeg, fonts: Path, tmp_path: Path) -> None:
    data = preview_still(None, fonts, SIZE, 0.0, None, ffmpeg, tmp_path, Work()).read_bytes()
    # A picture that says of itself that it is BT.709 is made darker by browsers; a video that says so is not.
    assert b"sRGB" in data or b"cICP" not in data
    assert b"cICP\x01\x01" not in data


def test_a_renderer_finds_the_fonts_of_captions_and_no_others(ffmpeg: Ffmpeg, fonts: Path, tmp_path: Path) -> None:
    place_captions(CAPTIONS, fonts, tmp_path, ffmpeg)
    assert {file.suffix for file in (tmp_path / "fonts").rglob("*")} == {".ttf", ".otf"}


def test_the_time_of_a_still_decides_its_captions(ffmpeg: Ffmpeg, fonts: Path, tmp_path: Path) -> None:
    def red(time: float) -> bool:
        still = preview_still(CAPTIONS, fonts, SIZE, time, Colour("#000000"), ffmpeg, tmp_path, Work())
        return bool(np.asarray(Pictures.open(still))[240, 135, 0] > 128)

    assert [red(time) for time in (0.0, 0.19, 0.2, 0.499, 0.5, 0.75)] == [False, False, True, True, False, True]


def test_a_still_without_captions_and_background_is_the_gradient(ffmpeg: Ffmpeg, fonts: Path, tmp_path: Path) -> None:
    still = preview_still(None, fonts, SIZE, 5.0, None, ffmpeg, tmp_path, Work())
    assert probe(still).require_video().display_size == SIZE
    assert list(tmp_path.iterdir()) == [still]


def test_a_clip_is_the_part_that_was_asked_for(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    clip = preview_clip(CAPTIONS, fonts, SIZE, 0.3, Colour("#000000"), ffmpeg, tmp_path, Work(), seconds=0.5)
    info = probe(clip)
    assert info.audio is None
    red = [bool(frame[240, 135, 0] > 128) for frame in frames_of(clip)]
    assert red == [*[True] * 6, *[False] * 6, *[True] * 3]
    assert list(tmp_path.iterdir()) == [clip]


def test_a_preview_far_into_a_short_clip_shows_it_again(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path
) -> None:
    clip = preview_clip(None, fonts, SIZE, 7.7, Clip(make.clip()), ffmpeg, tmp_path, Work(), seconds=0.5)
    assert len(frames_of(clip)) == 15


def test_a_bad_background_is_refused_and_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path
) -> None:
    with pytest.raises(MediaRejected):
        preview_still(CAPTIONS, fonts, SIZE, 0, Image(make.text("no.png", "no")), ffmpeg, tmp_path, Work())
    assert list(tmp_path.iterdir()) == []
