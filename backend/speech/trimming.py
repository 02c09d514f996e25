"""Taking off the silence an engine leaves around a sentence, so that pauses are ours to set."""

from __future__ import annotations

import numpy as np

from backend.engines.values import Span, Spoken
from backend.media.audio import faded
from backend.timing import in_samples

LEAD_SECONDS = 0.03
"""Silence kept before the first sound."""
TRAIL_SECONDS = 0.06
"""Silence kept after the last sound: room for the room."""
FADE_SECONDS = 0.005
"""Fade at both edges, so that a take starts and ends at exactly nothing and no joint can click."""
_WINDOW_SECONDS = 0.01
_BELOW_PEAK = 10 ** (-50 / 20)
_FLOOR = 10 ** (-65 / 20)


def trimmed(spoken: Spoken) -> Spoken:
    """``spoken`` without the silence around it, faded at its edges; word spans move with the samples."""
    first, last = _sounding(spoken.samples, spoken.sample_rate)
    samples = faded(spoken.samples[first:last], in_samples(FADE_SECONDS, spoken.sample_rate))
    words = None if spoken.words is None else tuple(_moved(word, first, len(samples)) for word in spoken.words)
    return Spoken(samples, spoken.sample_rate, words, spoken.seed)


def _sounding(samples: np.ndarray, rate: int) -> Span:
    """First and one-past-last sample to keep; everything where all is silent."""
    window = in_samples(_WINDOW_SECONDS, rate)
    loudness = _window_loudness(samples, window)
    loud = np.flatnonzero(loudness > max(_FLOOR, float(loudness.max(initial=0.0)) * _BELOW_PEAK))
    if not len(loud):
        return 0, len(samples)
    first = int(loud[0]) * window - in_samples(LEAD_SECONDS, rate)
    last = (int(loud[-1]) + 1) * window + in_samples(TRAIL_SECONDS, rate)
    return max(0, first), min(len(samples), last)


def _window_loudness(samples: np.ndarray, window: int) -> np.ndarray:
    padded = np.zeros(-(-len(samples) // window) * window, dtype=np.float32)
    padded[: len(samples)] = samples
    return np.asarray(np.sqrt(np.mean(np.square(padded.reshape(-1, window)), axis=1)))


def _moved(word: Span, first: int, length: int) -> Span:
    return min(max(word[0] - first, 0), length), min(max(word[1] - first, 0), length)
