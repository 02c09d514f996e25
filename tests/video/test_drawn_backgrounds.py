"""Backgrounds that the studio draws frame by frame: they move as they should, and each frame stands for itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.video import BACKGROUND_WORDS, Clip, Colour, RenderRequest, render, video_still
from backend.video.backgrounds.moving_gradient import LOOP_SECONDS, small, wandering_lights
from backend.video.backgrounds.waveform import SOUND_RATE, Bars, guessed_loudness, loudness_by_frame
from backend.work import Work
from tests.media.makers import Maker, frames_of
from tests.video.test_preview_is_the_render import Tapped

SIZE = (180, 320)
FPS = 30


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of silence, then a voice-like hum of a second and a half."""
    path = tmp_path_factory.mktemp("voice") / "voice.wav"
    times = np.arange(36_000) / 24_000
    hum = np.concatenate([np.zeros(12_000), sum(np.sin(2 * np.pi * 150 * n * times) / n for n in range(1, 20)) * 0.2])
    soundfile.write(path, hum, 24_000, "PCM_16")
    return path


@pytest.mark.parametrize("word", ["moving_gradient", "waveform"])
def test_each_frame_drawn_alone_is_the_one_of_the_whole(
    ffmpeg: Ffmpeg, make: Maker, voice: Path, tmp_path: Path, word: str
) -> None:
    tapped = Tapped(ffmpeg.binary)
    request = RenderRequest(voice, 2.0, (BACKGROUND_WORDS[word], Clip(make.clip()), BACKGROUND_WORDS[word]), SIZE)
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        render(request, tapped, tmp_path, Work())
    whole = tapped.seen
    assert len(whole) == 60
    assert len(set(whole[:20])) > 5
    for number in (0, 13, 25, 47, 59):
        with pytest.raises(MediaFailed, match="Nothing was encoded"):
            video_still(request, number / FPS, tapped, tmp_path, Work())
        assert tapped.seen == [whole[number]], f"frame {number}"


def test_bars_rise_when_somebody_speaks_and_rest_as_dots(ffmpeg: Ffmpeg, voice: Path, tmp_path: Path) -> None:
    made = render(RenderRequest(voice, 2.0, (BACKGROUND_WORDS["waveform"],), SIZE), ffmpeg, tmp_path, Work())
    lit = [int((frame[:160].min(axis=-1) > 120).any(axis=1).sum()) for frame in frames_of(made.path)]
    assert max(lit[2:12]) <= 8
    assert min(lit[22:58]) > 35


def test_bars_follow_the_voice_wherever_in_the_video_they_stand(ffmpeg: Ffmpeg, voice: Path, tmp_path: Path) -> None:
    whole, late = (BACKGROUND_WORDS["waveform"],), (Colour("#102030"), BACKGROUND_WORDS["waveform"])
    stills = [
        video_still(RenderRequest(voice, 2.0, seen, SIZE), 1.5, ffmpeg, tmp_path, Work()).read_bytes()
        for seen in (whole, late)
    ]
    assert stills[0] == stills[1]


def test_bars_stand_in_the_middle_of_every_frame_and_above_captions() -> None:
    for size in ((1080, 1920), (1920, 1080), (1080, 1080), (96, 128), (3840, 2160), (64, 64)):
        bars = Bars(size)
        (left, top), (width, height) = bars.corner, bars.box
        assert abs(left - (size[0] - width) / 2) <= 2
        assert top >= 0
        assert top + height <= size[1] * 0.62
        assert len(bars.heights()) == width * height * 2
        assert len(bars.bars()) == width * height * 3 // 2


def test_loudness_is_that_of_each_part_of_the_spectrum() -> None:
    times = np.arange(SOUND_RATE) / SOUND_RATE
    low = (0.5 * np.sin(2 * np.pi * 200 * times)).astype(np.float32)[:, None]
    found = loudness_by_frame(iter([low[:5000], low[5000:]]), 45, FPS, 16)
    assert found.shape == (45, 16)
    assert found[25, :5].max() > 0.8
    assert found[25, 10:].max() < 0.2
    assert found[44].max() < found[28].max() / 3, "what is missing is silence"


def test_bars_rise_and_fall_without_a_leap() -> None:
    loudness = guessed_loudness([(0.5, 1.0)], 60, FPS, 16)
    assert loudness[:15].max() == 0
    assert loudness[20:30].max() > 0.5
    assert loudness[40:].max() < 0.1


def test_lights_wander_smoothly_and_the_loop_has_no_seam() -> None:
    width, height = small(SIZE)
    pixels = width * height * 3 // 2
    frames = np.frombuffer(wandering_lights(SIZE, FPS), "<u2").reshape(-1, pixels)[:, : width * height] / 256.0
    assert len(frames) == LOOP_SECONDS * FPS
    steps = np.abs(np.diff(frames, axis=0, append=frames[:1])).max(axis=1)
    assert steps.max() < 2.0, "levels from one frame to the next"
    assert steps.min() > 0.05
    assert np.ptp(frames, axis=0).max() > 30, "and yet it moves"


def test_the_moving_gradient_has_no_bands(ffmpeg: Ffmpeg, voice: Path, tmp_path: Path) -> None:
    request = RenderRequest(voice, 2.0, (BACKGROUND_WORDS["moving_gradient"],), SIZE)
    still = video_still(request, 1.0, ffmpeg, tmp_path, Work())
    from PIL import Image as Pictures

    rows = np.asarray(Pictures.open(still).convert("L"))
    assert min(len(np.unique(rows[row : row + 4])) for row in range(0, 320, 4)) >= 4
