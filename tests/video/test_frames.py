from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.errors import MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.video import extract_frame, thumbnail
from tests.media.makers import Maker
from tests.media.test_faults import processor_seconds


@pytest.fixture(scope="module")
def halves(make: Maker) -> Path:
    """Half a second of red, then half a second of blue."""
    drawing = "color=red:s=96x64:r=30:d=1,drawbox=0:0:96:64:blue:fill:enable='gte(t,0.5)'"
    return make.media("halves.mp4", "-f", "lavfi", "-i", drawing, "-pix_fmt", "yuv420p", "-g", "10")


@pytest.mark.parametrize(
    ("timestamp", "red"), [(0.0, True), (0.45, True), (0.55, False), (0.999, False), (99.0, False)]
)
def test_the_picture_shown_at_a_time(ffmpeg: Ffmpeg, halves: Path, tmp_path: Path, timestamp: float, red: bool) -> None:
    with Image.open(extract_frame(ffmpeg, halves, timestamp, tmp_path / "frame.jpg")) as picture:
        assert (picture.format, picture.size) == ("JPEG", (96, 64))
        first, _, third = np.asarray(picture)[32, 48]
    assert bool(first > third) is red


def test_a_turned_video_gives_an_upright_picture(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    with Image.open(extract_frame(ffmpeg, make.turned(), 0.5, tmp_path / "frame.jpg")) as picture:
        assert picture.size == (120, 160)
        assert dict(picture.getexif()) == {}


def test_a_thumbnail_is_small_and_of_the_same_shape(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    wide = make.clip("large.mp4", size="1280x720", seconds=0.5, sound=False)
    assert probe(thumbnail(ffmpeg, wide, tmp_path / "t.jpg")).require_video().display_size == (480, 270)
    assert probe(thumbnail(ffmpeg, make.exif_picture(), tmp_path / "t.jpg")).require_video().display_size == (360, 480)


def test_sound_has_no_picture(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected) as refused:
        extract_frame(ffmpeg, make.tone(), 0, tmp_path / "frame.jpg")
    assert refused.value.code == "no_video"
    assert list(tmp_path.iterdir()) == []


def test_a_film_whose_last_frame_comes_after_an_hour_is_not_an_hour_of_copies(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    film = Path(__file__).parents[1] / "media" / "corpus" / "late_frame.mkv"
    before = processor_seconds()
    extract_frame(ffmpeg, film, 1311.0, tmp_path / "frame.jpg")
    assert processor_seconds() - before < 5
