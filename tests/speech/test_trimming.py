"""Silence around a take."""

from __future__ import annotations

import numpy as np
import pytest

from backend.engines.values import Spoken
from backend.speech.loudness import Samples
from backend.speech.trimming import LEAD_SECONDS, TRAIL_SECONDS, trimmed

RATE = 24_000


def tone(seconds: float, level: float = 0.3) -> Samples:
    return np.asarray(level * np.sin(np.arange(round(seconds * RATE)) * 0.1), dtype=np.float32)


def around(before: float, after: float) -> Samples:
    silence = [np.zeros(round(seconds * RATE), np.float32) for seconds in (before, after)]
    return np.concatenate([silence[0], tone(0.5), silence[1]])


@pytest.mark.parametrize(("before", "after"), [(0.4, 0.7), (0.2, 0.1), (1.0, 0.0)])
def test_silence_is_cut_to_the_same_little_however_much_there_was(before: float, after: float) -> None:
    spoken = trimmed(Spoken(around(before, after), RATE, None))
    expected = 0.5 + LEAD_SECONDS + min(TRAIL_SECONDS, after)
    assert len(spoken.samples) / RATE == pytest.approx(expected, abs=0.011)


def test_word_spans_move_with_the_samples() -> None:
    start = round(0.4 * RATE)
    spoken = trimmed(Spoken(around(0.4, 0.5), RATE, ((start - 2400, start + 100), (start + 100, start + 20_000))))
    assert spoken.words
    moved = start + 100 - spoken.words[0][1]
    assert moved == round(0.37 * RATE)
    assert spoken.words[0][0] == 0
    assert spoken.words[1] == (start + 100 - moved, len(spoken.samples))


def test_edges_start_and_end_at_nothing() -> None:
    samples = trimmed(Spoken(tone(0.5), RATE, None)).samples
    assert samples[0] == 0.0
    assert abs(samples[-1]) < 1e-6


@pytest.mark.parametrize("length", [1, 7, 240, 24_000])
def test_a_take_of_pure_silence_keeps_its_length(length: int) -> None:
    assert len(trimmed(Spoken(np.zeros(length, np.float32), RATE, ((0, length),))).samples) == length
