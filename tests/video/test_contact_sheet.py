from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.errors import Cancelled, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.video import Sheet, contact_sheet
from backend.video.stills.contact_sheet import clock
from backend.work import Cancel, Work
from tests.media.makers import Maker


@pytest.fixture(scope="module")
def brightening(make: Maker) -> Path:
    """Six seconds that go from black to white, a step a second."""
    steps = "geq=lum='16+36*floor(T)':cb=128:cr=128"
    return make.media("steps.mp4", "-f", "lavfi", "-i", f"color=black:s=160x90:r=10:d=6,{steps}", "-pix_fmt", "yuv420p")


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        assert picture.format == "JPEG"
        return np.asarray(picture.convert("L")).astype(int)


def test_moments_lie_in_the_order_they_are_read(ffmpeg: Ffmpeg, brightening: Path, fonts: Path, tmp_path: Path) -> None:
    sheet = Sheet(columns=3, rows=2, width=640, times=False)
    seen = pixels(contact_sheet(ffmpeg, brightening, sheet, fonts, tmp_path / "sheet.jpg", Work()))
    height, width = seen.shape
    assert 600 <= width <= 640 and width % 2 == height % 2 == 0
    middles = [
        seen[int(height * (row + 0.5) / 2), int(width * (column + 0.5) / 3)] for row in (0, 1) for column in (0, 1, 2)
    ]
    steps = np.diff(middles)
    assert steps.min() > 30 and steps.max() < 55
    assert seen[0].max() < 40, "between and around them is dark paper"


def test_each_picture_says_when_it_is(ffmpeg: Ffmpeg, brightening: Path, fonts: Path, tmp_path: Path) -> None:
    plain, told = (
        pixels(contact_sheet(ffmpeg, brightening, Sheet(2, 1, 640, times), fonts, tmp_path / f"{times}.jpg", Work()))
        for times in (False, True)
    )
    height, width = plain.shape
    changed = np.abs(plain - told) > 40
    for column in (0, 1):
        part = changed[:, column * width // 2 : (column + 1) * width // 2]
        assert part[height * 3 // 4 :, : width // 8].sum() > 40, "in the lower left corner"
        assert part[: height // 2].sum() == 0


def test_upright_videos_make_upright_pictures(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    turned = contact_sheet(ffmpeg, make.turned(), Sheet(4, 1, 640), fonts, tmp_path / "turned.jpg", Work())
    height, width = pixels(turned).shape
    assert height / (width / 4) == pytest.approx(160 / 120, abs=0.05)


def test_a_sheet_is_never_too_high_for_what_shows_it(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    tall = make.media("tall.mp4", "-f", "lavfi", "-i", "color=red:s=64x640:r=5:d=1", "-pix_fmt", "yuv420p")
    height, _ = pixels(contact_sheet(ffmpeg, tall, Sheet(1, 2, 2000), fonts, tmp_path / "tall.jpg", Work())).shape
    assert height <= 8300


def test_sound_alone_is_refused_and_stop_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, brightening: Path, fonts: Path, tmp_path: Path
) -> None:
    with pytest.raises(MediaRejected):
        contact_sheet(ffmpeg, make.tone(), Sheet(), fonts, tmp_path / "sheet.jpg", Work())
    cancel = Cancel()
    stopping = Work(lambda fraction, message, **_: cancel.set(), cancel)
    with pytest.raises(Cancelled):
        contact_sheet(ffmpeg, brightening, Sheet(2, 2), fonts, tmp_path / "sheet.jpg", stopping)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("seconds", "tenths", "text"),
    [
        (0.0, False, "0:00"),
        (7.9, False, "0:07"),
        (62.0, False, "1:02"),
        (3723.5, False, "1:02:03"),
        (7.94, True, "0:07.9"),
    ],
)
def test_times_are_written_as_players_do(seconds: float, tenths: bool, text: str) -> None:
    assert clock(seconds, tenths=tenths) == text
