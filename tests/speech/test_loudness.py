"""Loudness and peaks, against other people's meters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm  # type: ignore[import-untyped]
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.media.audio import measure_loudness
from backend.media.ffmpeg import Ffmpeg
from backend.speech.limiting import CEILING, amplified, peak_envelope
from backend.speech.loudness import Samples, integrated_loudness


def babble(rate: int, seconds: float, level: float = 0.2) -> Samples:
    """Noise that comes and goes like speech."""
    chance = np.random.default_rng(1)
    count = round(rate * seconds)
    loudness = np.interp(np.arange(count), np.linspace(0, count, 60), chance.uniform(0, 1, 60) ** 3)
    return np.asarray(level * loudness * np.clip(chance.standard_normal(count), -4, 4), dtype=np.float32)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100, 48_000])
def test_loudness_agrees_with_ffmpeg(rate: int, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    samples = babble(rate, 6)
    soundfile.write(tmp_path / "a.wav", samples, rate, subtype="PCM_16")
    assert integrated_loudness([samples], rate) == pytest.approx(
        measure_loudness(ffmpeg, tmp_path / "a.wav")[0], abs=0.1
    )


def test_loudness_agrees_with_pyloudnorm() -> None:
    samples = babble(48_000, 6)
    assert integrated_loudness([samples], 48_000) == pytest.approx(
        pyloudnorm.Meter(48_000).integrated_loudness(samples), abs=0.15
    )


def test_blocks_of_any_size_measure_the_same() -> None:
    samples = babble(24_000, 3)
    blocks = np.split(samples, [1, 17, 5000, 5001, 40_000])
    assert integrated_loudness(blocks, 24_000) == pytest.approx(integrated_loudness([samples], 24_000), abs=0.001)


@pytest.mark.parametrize("samples", [np.zeros(24_000, np.float32), np.zeros(3, np.float32), np.zeros(0, np.float32)])
def test_silence_has_no_loudness(samples: Samples) -> None:
    assert integrated_loudness([samples], 24_000) == float("-inf")


@pytest.mark.parametrize("gain", [1.5, 4.0, 20.0])
def test_no_peak_goes_over_the_ceiling_even_between_samples(gain: float, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    samples = babble(24_000, 4)
    louder = amplified(samples, peak_envelope(samples, 24_000), 24_000, gain)
    assert float(peak_envelope(louder, 24_000).max()) <= CEILING
    soundfile.write(tmp_path / "a.wav", louder, 24_000, subtype="PCM_16")
    assert measure_loudness(ffmpeg, tmp_path / "a.wav")[1] <= -1.4  # its meter says tenths


def test_the_limiter_leaves_everything_else_alone() -> None:
    samples = babble(24_000, 2, level=0.02)
    samples[24_000:24_010] = 0.5
    louder = amplified(samples, peak_envelope(samples, 24_000), 24_000, 4.0)
    assert np.allclose(louder[:23_500], 4 * samples[:23_500])
    assert np.allclose(louder[24_600:], 4 * samples[24_600:])


def test_the_peak_between_two_samples_is_found() -> None:
    """A sine at a quarter of the rate, sampled at 45°, peaks 3 dB above every sample."""
    samples = np.sin(np.arange(4800) * np.pi / 2 + np.pi / 4).astype(np.float32)
    assert float(peak_envelope(samples, 24_000)[5:-5].max()) == pytest.approx(1.0, abs=0.01)
