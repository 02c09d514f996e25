"""What can be wrong with a recording, put on clean speech. Mono, float32, 24 kHz in and out."""

from __future__ import annotations

import numpy as np
import soxr  # type: ignore[import-untyped]

from backend.media.audio import Samples
from backend.voices.recording import RATE


def level(samples: Samples) -> float:
    """Root mean square of what is not silence."""
    loud = np.abs(samples) > 0.01 * np.max(np.abs(samples))
    return float(np.sqrt(np.mean(np.square(samples[loud], dtype=np.float64))))


def clipped(samples: Samples, over: float = 4.0) -> Samples:
    """Turned up ``over`` times past full scale and cut off there."""
    return np.asarray((samples / np.max(np.abs(samples)) * over).clip(-0.99, 0.99), dtype=np.float32)


def noisy(samples: Samples, snr: float) -> Samples:
    """With the even noise of a fan, ``snr`` dB under the speech."""
    white = np.random.default_rng(0).standard_normal(len(samples))
    pink = np.fft.irfft(np.fft.rfft(white) / np.sqrt(np.arange(1, len(samples) // 2 + 2)), len(samples))
    pink *= level(samples) / np.sqrt(np.mean(np.square(pink))) * 10 ** (-snr / 20)
    return np.asarray(samples + pink, dtype=np.float32)


def ringing(samples: Samples, seconds: float = 0.9) -> Samples:
    """In a room that rings for so long (RT60), some way from the microphone."""
    length = round(seconds * RATE)
    tail = np.random.default_rng(1).standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
    room = 0.08 * tail
    room[0] = 1.0
    size = len(samples) + length
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(room, size), size)[: len(samples)]
    return np.asarray(wet / np.max(np.abs(wet)) * 0.7, dtype=np.float32)


def repeating(samples: Samples, delay: float = 0.25, share: float = 0.5) -> Samples:
    """Coming back once, as over a loudspeaker call."""
    shift = round(delay * RATE)
    wet = samples.copy()
    wet[shift:] += share * samples[:-shift]
    return np.asarray(wet, dtype=np.float32)


def phoned(samples: Samples) -> Samples:
    """Through a telephone: 300 to 3,400 Hz at a rate of 8 kHz."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(frequencies < 300) | (frequencies > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(samples))
    return np.asarray(soxr.resample(soxr.resample(narrow, RATE, 8000), 8000, RATE), dtype=np.float32)[: len(samples)]


def tune(seconds: float = 12.0) -> Samples:
    """Chords and a melody, as a keyboard plays them."""
    times = np.arange(round(seconds * RATE)) / RATE
    sound = np.zeros(len(times))
    melody = [0, 4, 7, 12, 11, 7, 4, 2]
    for beat in range(int(seconds / 0.5)):
        root = 220 * 2 ** ([0, 5, 7, 0][beat // 8 % 4] / 12)
        for note, weight in ((0, 0.3), (4, 0.25), (7, 0.25), (melody[beat % 8] + 12, 0.4)):
            start = beat * 0.5
            since = np.maximum(0.0, times - start)
            tone = sum(np.sin(2 * np.pi * root * 2 ** (note / 12) * k * since) / k**1.5 for k in range(1, 6))
            sound += weight * tone * np.exp(-2.5 * since) * (times >= start) * (times < start + 2.0)
    return np.asarray(0.5 * sound / np.max(np.abs(sound)), dtype=np.float32)
