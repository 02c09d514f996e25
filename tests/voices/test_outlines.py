from __future__ import annotations

import numpy as np
import soxr  # type: ignore[import-untyped]

from backend.voices.outlines import SAME, likeness, outline
from backend.voices.recording import RATE


def noise(number: int, seconds: float = 10.0) -> np.ndarray:
    """Bursts, as uneven as syllables."""
    chance = np.random.default_rng(number)
    length = round(seconds * RATE)
    gate = np.repeat(chance.random(-(-length // 2400)) ** 2, 2400)[:length]
    return (0.3 * gate * chance.standard_normal(length)).astype(np.float32)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    return likeness(outline(one), outline(other))


def test_a_recording_is_found_again_louder_cut_or_through_another_rate() -> None:
    sound = noise(1)
    telephone = soxr.resample(soxr.resample(sound, RATE, 8000), 8000, RATE).astype(np.float32)
    for other in (sound * 0.3, sound[2 * RATE :], sound[RATE : 6 * RATE], telephone):
        assert alike(sound, other) > SAME
        assert alike(other, sound) > SAME


def test_other_recordings_are_other_recordings() -> None:
    found = [alike(noise(first), noise(second)) for first in range(8) for second in range(first)]
    assert max(found) < 0.8


def test_nothing_is_like_silence_or_what_cannot_be_read() -> None:
    sound = outline(noise(1))
    for other in (outline(np.zeros(5 * RATE, np.float32)), "", "not base 64 !", "AAAA"):
        assert likeness(sound, other) < 0.8
        assert likeness(other, sound) < 0.8
