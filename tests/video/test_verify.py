from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import MediaFailed
from backend.video.verify import verify
from tests.media.makers import Maker


@pytest.fixture
def made(make: Maker) -> Path:
    return make.clip("made.mp4", seconds=2)


def test_a_video_as_planned_is_let_through(made: Path) -> None:
    assert verify(made, 60, 30, (160, 120), sound=True).require_video().frames == 60


@pytest.mark.parametrize(("frames", "size"), [(59, (160, 120)), (61, (160, 120)), (60, (120, 160))])
def test_another_length_or_size_is_caught(made: Path, frames: int, size: tuple[int, int]) -> None:
    with pytest.raises(MediaFailed) as failed:
        verify(made, frames, 30, size, sound=True)
    assert failed.value.code == "render_incomplete"


def test_missing_sound_is_caught(make: Maker) -> None:
    with pytest.raises(MediaFailed, match="sound"):
        verify(make.clip("mute.mp4", sound=False), 30, 30, (160, 120), sound=True)


def test_a_missing_end_is_caught(make: Maker, made: Path) -> None:
    with pytest.raises(MediaFailed, match="read back"):
        verify(make.cut("made-cut.mp4", made, 0.9), 60, 30, (160, 120), sound=True)


def test_damage_in_a_key_frame_is_caught(make: Maker, made: Path) -> None:
    data = bytearray(made.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 4] = bytes(len(data) // 4)
    with pytest.raises(MediaFailed):
        verify(make.text("made-hole.mp4", bytes(data)), 60, 30, (160, 120), sound=True)
