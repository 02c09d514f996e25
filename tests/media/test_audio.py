from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from backend.errors import Cancelled
from backend.media.audio import (
    SILENCE_LUFS,
    encode_audio,
    measure_loudness,
    peaks,
    read_blocks,
    read_wave,
    write_wave,
)
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.models import AudioFormat
from backend.work import Cancel, Work
from tests.media.makers import samples_of

RATE = 24_000


def _sine(seconds: float = 1.0, level: float = 0.5, frequency: float = 997) -> np.ndarray:
    times = np.arange(int(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * frequency * times)).astype(np.float32)


def test_samples_come_back_as_written(tmp_path: Path) -> None:
    samples = _sine()
    assert write_wave(tmp_path / "a.wav", samples, RATE) == len(samples)
    back, rate = read_wave(tmp_path / "a.wav")
    assert rate == RATE
    assert np.abs(back - samples).max() <= 1 / 32_768


def test_blocks_are_joined_to_the_sample(tmp_path: Path) -> None:
    samples = _sine()
    write_wave(tmp_path / "a.wav", (samples[start : start + 777] for start in range(0, len(samples), 777)), RATE)
    blocks = list(read_blocks(tmp_path / "a.wav", 1000))
    assert [len(block) for block in blocks] == [1000] * 24
    assert np.abs(np.concatenate(blocks)[:, 0] - samples).max() <= 1 / 32_768


def test_too_loud_samples_are_clipped_and_do_not_wrap(tmp_path: Path) -> None:
    write_wave(tmp_path / "a.wav", np.array([2.0, -2.0], np.float32), RATE)
    assert read_wave(tmp_path / "a.wav")[0].tolist() == pytest.approx([1.0, -1.0], abs=1e-4)


def test_nothing_is_still_a_wave_file(tmp_path: Path) -> None:
    assert write_wave(tmp_path / "a.wav", iter([]), RATE) == 0
    assert len(read_wave(tmp_path / "a.wav")[0]) == 0


@pytest.mark.parametrize("audio_format", get_args(AudioFormat))
def test_every_format_keeps_length_and_level(ffmpeg: Ffmpeg, tmp_path: Path, audio_format: AudioFormat) -> None:
    write_wave(tmp_path / "it's a.wav", _sine(1.5), RATE)
    target = encode_audio(ffmpeg, tmp_path / "it's a.wav", tmp_path / f"b.{audio_format}", audio_format, Work())
    samples, rate = samples_of(target)
    middle = samples[len(samples) // 3 : len(samples) // 2].astype(np.float64)
    if np.issubdtype(samples.dtype, np.integer):
        middle /= 32_768
    assert probe(target).require_audio().duration == pytest.approx(1.5, abs=0.1)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.05)
    assert rate in (RATE, 48_000)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, "it's a.wav"])


def test_a_stopped_encoding_leaves_nothing(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    write_wave(tmp_path / "a.wav", _sine(), RATE)
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        encode_audio(ffmpeg, tmp_path / "a.wav", tmp_path / "b.mp3", "mp3", Work(cancel=cancel))
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


def test_loudness_is_that_of_the_standard(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """EBU Tech 3341: a sine of 1 kHz at -23 dBFS in two channels is -23 LUFS, so in one it is -26."""
    level = 10 ** (-23 / 20)
    write_wave(tmp_path / "a.wav", _sine(5, level), RATE)
    loudness, peak = measure_loudness(ffmpeg, tmp_path / "a.wav")
    assert loudness == pytest.approx(-26, abs=0.2)
    assert peak == pytest.approx(-23, abs=0.2)


def test_silence_has_a_loudness_too(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    write_wave(tmp_path / "a.wav", np.zeros(RATE * 2, np.float32), RATE)
    loudness, peak = measure_loudness(ffmpeg, tmp_path / "a.wav")
    assert loudness == SILENCE_LUFS
    assert peak < -80


def test_peaks_outline_the_sound(tmp_path: Path) -> None:
    quiet, loud = _sine(1, 0.1), _sine(1, 0.8)
    write_wave(tmp_path / "a.wav", np.concatenate([quiet, loud, np.zeros(RATE * 2, np.float32)]), RATE)
    assert peaks(tmp_path / "a.wav", 4) == pytest.approx([0.1, 0.8, 0, 0], abs=0.01)
    assert len(peaks(tmp_path / "a.wav", 1000)) == 1000
