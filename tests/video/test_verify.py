from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.video.rendering.verify import verify, verify_sound
from backend.video.sound.metering import Metered
from backend.work import Work
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


@pytest.mark.parametrize("place", [0.3, 0.5, 0.7])
def test_damage_in_any_frame_is_caught(make: Maker, place: float) -> None:
    """Also where no key frame is: every frame is decoded."""
    whole = make.media("runs.mp4", *("-f", "lavfi", "-i", "testsrc2=s=320x240:r=30:d=2"), "-g", "60")
    data = bytearray(whole.read_bytes())
    begin = int(len(data) * place)
    data[begin : begin + 4096] = bytes(4096)
    with pytest.raises(MediaFailed) as failed:
        verify(make.text(f"runs-{place}.mp4", bytes(data)), 60, 30, (320, 240), sound=False)
    assert failed.value.code == "render_incomplete"


LATE = ("-map", "0:v", "-map", "1:a", "-c", "copy")


def test_sound_that_begins_late_is_caught(make: Maker, made: Path) -> None:
    late = make.media("late.mp4", "-i", "in:made.mp4", "-itsoffset", "0.3", "-i", "in:made.mp4", *LATE)
    with pytest.raises(MediaFailed, match=r"begin together|as long as"):
        verify(late, 60, 30, (160, 120), sound=True)


def test_what_is_heard_is_measured(ffmpeg: Ffmpeg, made: Path) -> None:
    heard = verify_sound(ffmpeg, made, 2.0, Work())
    assert heard.loudness is not None and heard.true_peak is not None
    assert verify_sound(ffmpeg, made, 2.0, Work(), loudness=heard.loudness + 2.5) == heard
    with pytest.raises(MediaFailed, match="LUFS and not at"):
        verify_sound(ffmpeg, made, 2.0, Work(), loudness=heard.loudness + 3.5)


def test_silence_and_clipping_where_sound_was_planned_are_caught(ffmpeg: Ffmpeg, make: Maker) -> None:
    silent = make.media("silent.m4a", "-f", "lavfi", "-i", "anullsrc=d=1", "-t", "1", "-c:a", "aac", "-f", "mp4")
    assert verify_sound(ffmpeg, silent, 1.0, Work()) == Metered(None, None)
    with pytest.raises(MediaFailed, match="silent"):
        verify_sound(ffmpeg, silent, 1.0, Work(), loudness=-14.0)
    loud = make.media("loud.m4a", "-f", "lavfi", "-i", "sine=997:d=1,volume=24dB", "-c:a", "aac", "-f", "mp4")
    level = verify_sound(ffmpeg, loud, 1.0, Work()).loudness
    with pytest.raises(MediaFailed, match="clips"):
        verify_sound(ffmpeg, loud, 1.0, Work(), loudness=level)


def test_damage_in_a_key_frame_is_caught(make: Maker, made: Path) -> None:
    data = bytearray(made.read_bytes())
    middle = len(data) // 2
    data[middle : middle + len(data) // 4] = bytes(len(data) // 4)
    with pytest.raises(MediaFailed):
        verify(make.text("made-hole.mp4", bytes(data)), 60, 30, (160, 120), sound=True)
