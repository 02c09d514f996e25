from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from backend.errors import Cancelled, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.models import AnimationFormat
from backend.video import Excerpt, animation
from backend.work import Cancel, Work
from tests.media.makers import Maker

KINDS: list[AnimationFormat] = ["gif", "webp"]


@pytest.fixture(scope="module")
def crossing(make: Maker) -> Path:
    """A white box that goes from left to right over blue, 40 pixels a second."""
    graph = "color=0x2040C0:s=160x90:r=30:d=4[a];color=white:s=20x20:r=30:d=4[b];[a][b]overlay=x=40*t:y=35"
    return make.media("crossing.mp4", "-f", "lavfi", "-i", graph, "-pix_fmt", "yuv420p", "-crf", "10")


def frames_of(path: Path) -> tuple[list[np.ndarray], float]:
    """All frames in RGB, and the seconds they last."""
    with Image.open(path) as moving:
        assert moving.info.get("loop") == 0, "it plays for ever"
        frames, milliseconds = [], 0.0
        for frame in ImageSequence.Iterator(moving):
            frames.append(np.asarray(frame.convert("RGB")).astype(int))
            milliseconds += frame.info["duration"]
    return frames, milliseconds / 1000


def left_edge(frame: np.ndarray) -> int:
    return int((frame[45].min(axis=1) > 180).argmax())


@pytest.mark.parametrize("kind", KINDS)
def test_it_shows_the_asked_seconds_at_the_asked_pace(
    ffmpeg: Ffmpeg, crossing: Path, tmp_path: Path, kind: AnimationFormat
) -> None:
    made = animation(ffmpeg, crossing, Excerpt(1.0, 2.0, 160, 10), kind, tmp_path / f"moving.{kind}", Work())
    frames, seconds = frames_of(made)
    assert len(frames) == 20 and seconds == pytest.approx(2.0, abs=0.05)
    assert frames[0].shape == (90, 160, 3)
    assert [left_edge(frame) for frame in frames] == pytest.approx([40 + 4 * n for n in range(20)], abs=3)
    assert np.abs(frames[5][10, 150] - [0x20, 0x40, 0xC0]).max() < 14, "colours are as they were"


@pytest.mark.parametrize("kind", KINDS)
def test_past_the_end_it_begins_earlier_and_is_never_enlarged(
    ffmpeg: Ffmpeg, crossing: Path, tmp_path: Path, kind: AnimationFormat
) -> None:
    made = animation(ffmpeg, crossing, Excerpt(99.0, 1.0, 1080, 10), kind, tmp_path / f"moving.{kind}", Work())
    frames, seconds = frames_of(made)
    assert seconds == pytest.approx(1.0, abs=0.05) and frames[0].shape == (90, 160, 3)
    assert left_edge(frames[0]) == pytest.approx(120, abs=3)
    longer = animation(ffmpeg, crossing, Excerpt(0.0, 15.0, 64, 5), kind, tmp_path / f"all.{kind}", Work())
    assert frames_of(longer)[1] == pytest.approx(4.0, abs=0.05)


def test_it_is_upright(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    made = animation(ffmpeg, make.turned(), Excerpt(0.0, 0.5, 120, 10), "gif", tmp_path / "t.gif", Work())
    assert frames_of(made)[0][0].shape == (160, 120, 3)


def test_sound_alone_is_refused_and_stop_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, crossing: Path, tmp_path: Path
) -> None:
    with pytest.raises(MediaRejected):
        animation(ffmpeg, make.tone(), Excerpt(), "gif", tmp_path / "no.gif", Work())
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        animation(ffmpeg, crossing, Excerpt(), "gif", tmp_path / "no.gif", Work(cancel=cancel))
    assert list(tmp_path.iterdir()) == []
