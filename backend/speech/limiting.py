"""Keeping peaks under a ceiling without clipping: a limiter that looks ahead.

Loudness is reached by one gain over the whole narration. Where that gain would lift a peak over the ceiling, the few
milliseconds around it are turned down, smoothly, by as much as it takes.
"""

from __future__ import annotations

import numpy as np

from backend.speech.loudness import Samples, good_size

CEILING = float(10 ** (-1.5 / 20))
"""True peak that nothing goes over: -1.5 dBTP."""
_MARGIN = 0.96
"""Of the ceiling: room for what the limiter's own movement, 16 bits and other meters' filters add between samples."""
_BLOCK_SECONDS = 0.0025
_SMOOTHED = 2
"""Blocks on either side that the gain is averaged over, in two passes."""
_REACH = _SMOOTHED + 1
"""Blocks on either side that a peak turns down: the averaging, and one for the way from block to block."""
_OVERSAMPLING = 8


def peak_envelope(samples: Samples, rate: int) -> Samples:
    """The highest true peak in each block of 2.5 ms, also between samples.

    The interpolation goes through the spectrum and is exact: short filters miss a decibel in an "s" at 24 kHz.
    """
    block = _block(rate)
    count = -(-len(samples) // block)
    points = good_size(count * block)
    between = np.fft.irfft(np.fft.rfft(samples, points), points * _OVERSAMPLING)
    levels = np.abs(between[: count * block * _OVERSAMPLING]) * _OVERSAMPLING
    return np.asarray(levels.reshape(count, -1).max(axis=1), dtype=np.float32)


def amplified(samples: Samples, envelope: Samples, rate: int, gain: float) -> Samples:
    """``samples`` times ``gain``, turned down where a true peak would go over the ceiling.

    Args:
        envelope: what `peak_envelope` says of ``samples``.
    """
    needed = np.minimum(gain, CEILING * _MARGIN / np.maximum(envelope, 1e-9))
    if float(np.max(envelope, initial=0.0)) * gain <= CEILING * _MARGIN:
        return np.asarray(samples * np.float32(gain))
    gains = _averaged(_averaged(_lowest_nearby(needed, _REACH)))
    centres = (np.arange(len(gains)) + 0.5) * _block(rate)
    return np.asarray(samples * np.interp(np.arange(len(samples)), centres, gains), dtype=np.float32)


def _block(rate: int) -> int:
    return round(rate * _BLOCK_SECONDS)


def _lowest_nearby(values: Samples, reach: int) -> Samples:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)
    return np.asarray(windows.min(axis=1))


def _averaged(values: Samples) -> Samples:
    half = _SMOOTHED // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="edge"), 2 * half + 1)
    return np.asarray(windows.mean(axis=1))
