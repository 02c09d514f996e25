from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from backend.errors import Cancelled, InvalidRequest, StudioError
from backend.media.ffmpeg import Ffmpeg
from backend.models import Transition
from backend.video.joining.joining import Joined, JoinRequest, join
from backend.work import Cancel, Work
from tests.media.makers import Maker, frames_of, samples_of

Joins = Callable[..., Joined]
RED, BLUE, GREEN, BLACK = (255, 0, 0), (0, 0, 255), (0, 128, 0), (0, 0, 0)


@pytest.fixture
def joins(ffmpeg: Ffmpeg, tmp_path: Path) -> Joins:
    """Joins videos, quickly."""

    def run(*videos: Path, **options: object) -> Joined:
        return join(JoinRequest(videos, preset="ultrafast", **options), ffmpeg, tmp_path, Work())  # type: ignore[arg-type]

    return run


@pytest.fixture
def red(make: Maker) -> Path:
    return colour(make, "red", 440)


@pytest.fixture
def blue(make: Maker) -> Path:
    return colour(make, "blue", 880)


def colour(make: Maker, name: str, tone: int, *, size: str = "96x160", rate: int = 30, seconds: float = 1.0) -> Path:
    """A clip of one colour and one tone, each sample and frame of which is known."""
    picture = ["-f", "lavfi", "-i", f"color={name}:s={size}:r={rate}:d={seconds},format=yuv420p"]
    sound = ["-f", "lavfi", "-i", f"sine={tone}:r=48000:d={seconds},volume=4,aformat=channel_layouts=stereo"]
    encode = ["-preset", "ultrafast", "-c:a", "aac"]
    return make.media(f"{name}-{tone}-{size}-{rate}-{seconds}.mp4", *picture, *sound, *encode)


def middle(frame: np.ndarray) -> tuple[int, ...]:
    return tuple(int(value) for value in frame[frame.shape[0] // 2, frame.shape[1] // 2])


def near(pixel: tuple[int, ...], other: tuple[int, ...], off: int = 14) -> bool:
    return max(abs(one - two) for one, two in zip(pixel, other, strict=True)) <= off


def level(samples: np.ndarray, tone: float, start: float, end: float) -> float:
    """Amplitude of a sine of this frequency between two seconds."""
    part = samples[int(start * 48_000) : int(end * 48_000), 0]
    return float(2 * abs((part * np.exp(-2j * np.pi * tone * np.arange(len(part)) / 48_000)).mean()))


def test_clips_of_any_kind_follow_each_other_to_the_frame(joins: Joins, make: Maker, red: Path) -> None:
    wide = colour(make, "blue", 880, size="320x180", rate=25, seconds=0.8)
    mute = make.media("green.webm", "-f", "lavfi", "-i", "color=green:s=97x161:r=50:d=0.5", "-c:v", "libvpx-vp9")
    done = joins(red, wide, mute)
    frames = [middle(frame) for frame in frames_of(done.path)]
    assert not done.copied
    assert (done.info.require_video().display_size, len(frames)) == ((96, 160), 30 + 24 + 15)
    assert [near(frame, RED) for frame in frames] == [True] * 30 + [False] * 39
    assert [near(frame, BLUE) for frame in frames[30:54]] == [True] * 24
    assert [near(frame, GREEN) for frame in frames[54:]] == [True] * 15
    samples, rate = samples_of(done.path)
    assert rate == 48_000
    assert level(samples, 440, 0.2, 0.9) > 0.3 > 0.01 > level(samples, 440, 1.1, 1.7)
    assert level(samples, 880, 1.1, 1.7) > 0.3 > 0.01 > level(samples, 880, 1.9, 2.2)


@pytest.mark.parametrize(
    ("transition", "between"),
    [("fade", BLACK), ("dissolve", (127, 0, 127)), ("slide", None), ("wipe", None), ("zoom", None), ("circle", None)],
)
def test_a_transition_lies_exactly_where_both_clips_meet(
    joins: Joins, red: Path, blue: Path, transition: Transition, between: tuple[int, ...] | None
) -> None:
    frames = frames_of(joins(red, blue, transition=transition, transition_seconds=0.4).path)
    assert len(frames) == 60 - 12
    whole = [np.abs(frame.astype(int) - frame[0, 0]).max() < 20 for frame in frames]
    assert all(near(middle(frame), RED) for frame in frames[:18])
    assert all(near(middle(frame), BLUE) for frame in frames[30:])
    assert all(whole[:18] + whole[30:])
    assert not np.array_equal(frames[26], frames[17])
    assert not np.array_equal(frames[26], frames[30])
    if between:
        assert near(middle(frames[24]), between, 20)


def test_a_transition_eases_in_and_out(joins: Joins, red: Path, blue: Path) -> None:
    frames = frames_of(joins(red, blue, transition="dissolve", transition_seconds=0.8).path)
    seen = [int(middle(frame)[2]) / 255 for frame in frames[6:30]]
    wanted = [0.5 - 0.5 * np.cos(np.pi * step / 24) for step in range(24)]
    assert np.abs(np.array(seen) - wanted).max() < 0.04


def test_sounds_cross_without_getting_louder_or_quieter(joins: Joins, red: Path, blue: Path) -> None:
    samples, _ = samples_of(joins(red, blue, transition="dissolve", transition_seconds=0.4).path)
    for number in range(8):
        start = 0.6 + number * 0.05
        one, other = level(samples, 440, start, start + 0.05), level(samples, 880, start, start + 0.05)
        assert np.hypot(one, other) == pytest.approx(0.354, abs=0.03)


def test_a_fade_goes_through_silence(joins: Joins, red: Path, blue: Path) -> None:
    samples, _ = samples_of(joins(red, blue, transition="fade", transition_seconds=0.4).path)
    assert np.abs(samples[int(0.795 * 48_000) : int(0.805 * 48_000)]).max() < 0.06


def test_more_clips_than_are_opened_at_once_are_joined_without_a_seam(joins: Joins, make: Maker) -> None:
    names = ["red", "blue", "green", "white", "black", "yellow", "cyan", "magenta", "gray"]
    clips = [colour(make, name, 300 + 50 * place, seconds=0.4) for place, name in enumerate(names)]
    frames = frames_of(joins(*clips, transition="dissolve", transition_seconds=0.2).path)
    assert len(frames) == 9 * 12 - 8 * 6
    for place, clip in enumerate(clips):
        assert near(middle(frames_of(clip)[0]), middle(frames[6 + place * 6]), 16)
    steps = np.abs(np.diff(np.array([middle(frame) for frame in frames]), axis=0))
    assert steps.max() < 90


def test_like_clips_are_copied_bit_for_bit_and_stay_in_step(joins: Joins, make: Maker) -> None:
    clips = [make.clip(f"part{place}.mp4", seconds=0.7 + place / 10) for place in range(4)]
    done = joins(*clips)
    assert done.copied
    assert packets(done.path, "video") == [data for clip in clips for data in packets(clip, "video")]
    originals = {data for clip in clips for data in packets(clip, "audio")}
    assert set(packets(done.path, "audio")) <= originals
    frames = [frame for clip in clips for frame in frames_of(clip)]
    assert all(np.array_equal(one, other) for one, other in zip(frames_of(done.path), frames, strict=True))
    info = done.info
    assert info.audio is not None
    assert info.audio.duration == pytest.approx(info.require_video().duration, abs=0.03)


def packets(path: Path, kind: str) -> list[bytes]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0] if kind == "video" else container.streams.audio[0]
        return [bytes(packet) for packet in container.demux(stream) if packet.size]


def test_copied_sound_stays_with_its_picture_however_many_clips_there_are(joins: Joins, make: Maker) -> None:
    """Each clip flashes white for its last 0.1 s and beeps then; packets of sound are 21.3 ms long."""
    flash = "color=black:s=64x64:r=30:d=1.03,drawbox=0:0:64:64:white:fill:enable='gte(t,0.9)',format=yuv420p"
    beep = "aevalsrc='0.5*sin(2*PI*1000*t)*gte(t,0.9)':s=48000:d=1.03"
    clip = make.media("flash.mp4", "-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-c:a", "aac")
    done = joins(*[clip] * 12)
    assert done.copied
    samples, _ = samples_of(done.path)
    bright = [number / 30 for number, frame in enumerate(frames_of(done.path)) if middle(frame)[0] > 128]
    flashes = [time for place, time in enumerate(bright) if place == 0 or time - bright[place - 1] > 0.1]
    loud = np.convolve(np.abs(samples[:, 0]), np.ones(480) / 480, "same") > 0.1
    beeps = np.flatnonzero(np.diff(loud.astype(int)) == 1) / 48_000
    assert len(flashes) == len(beeps) == 12
    assert np.abs(np.array(flashes) - beeps).max() < 0.02


@pytest.mark.parametrize("change", ["size", "music", "mute", "codec"])
def test_only_what_has_to_change_is_encoded(joins: Joins, make: Maker, change: str) -> None:
    clips = [make.clip("one.mp4"), make.clip("two.mp4", seconds=0.5)]
    if change == "mute":
        clips[1] = make.clip("quiet.mp4", sound=False)
    if change == "codec":
        clips[1] = make.media("five.mp4", "-i", "in:one.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-c:a", "copy")
    changes: dict[str, dict[str, Any]] = {"size": {"size": (120, 160)}, "music": {"music": make.tone()}}
    done = joins(*clips, **changes.get(change, {}))
    assert done.copied == (change in ("music", "mute"))
    pictures = packets(done.path, "video") == [data for clip in clips for data in packets(clip, "video")]
    assert pictures == done.copied
    assert done.info.audio is not None
    assert done.info.audio.duration == pytest.approx(done.info.require_video().duration, abs=0.03)


def test_turned_clips_are_copied_and_stay_turned(joins: Joins, make: Maker) -> None:
    done = joins(make.turned(), make.turned())
    assert done.copied
    assert done.info.require_video().display_size == (120, 160)
    assert done.info.audio is None


def test_music_plays_under_all_of_it_at_its_volume(joins: Joins, make: Maker, red: Path, blue: Path) -> None:
    music = make.tone("bell.wav", seconds=0.7, level=0.5)
    samples, _ = samples_of(joins(blue, blue, music=music, music_volume=0.4, transition="cut").path)
    assert level(samples, 880, 0.7, 1.3) == pytest.approx(0.354, abs=0.03)
    assert level(samples, 440, 0.7, 1.2) == pytest.approx(0.2 * 0.707, abs=0.07)
    assert np.abs(samples).max() < 0.95


def test_a_transition_needs_room_in_each_clip(joins: Joins, make: Maker, red: Path, tmp_path: Path) -> None:
    short = colour(make, "green", 600, seconds=0.5)
    with pytest.raises(InvalidRequest) as refused:
        joins(red, short, red, transition="wipe", transition_seconds=0.4)
    assert (refused.value.code, "Video 2" in refused.value.message) == ("transition_too_long", True)
    assert "0.23" in refused.value.hint
    assert list(tmp_path.iterdir()) == []
    joins(red, short, red, transition="wipe", transition_seconds=0.2)


@pytest.mark.parametrize("which", ["picture", "sound", "text", "cut"])
def test_what_is_no_video_is_refused_by_its_number(joins: Joins, make: Maker, red: Path, which: str) -> None:
    bad: Path = {
        "picture": lambda: make.picture(),
        "sound": lambda: make.tone(),
        "text": lambda: make.text("words.mp4", "words"),
        "cut": lambda: make.cut("half.mp4", red, 0.5),
    }[which]()
    with pytest.raises(StudioError) as refused:
        joins(red, bad)
    assert refused.value.message.startswith("Video 2")


def test_stop_ends_the_joining_and_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, started_here: Callable[[], list[psutil.Process]]
) -> None:
    cancel = Cancel()
    request = JoinRequest((make.clip(),) * 40, size=(1080, 1920), preset="slow")
    threading.Timer(3.0, cancel.set).start()
    with pytest.raises(Cancelled):
        join(request, ffmpeg, tmp_path, Work(cancel=cancel))
    assert list(tmp_path.iterdir()) == []
    assert started_here() == []
