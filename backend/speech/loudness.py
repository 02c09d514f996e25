"""How loud audio is (ITU-R BS.1770-4, EBU R 128), block by block, and keeping peaks under a ceiling.

Loudness is reached by one linear gain over the whole narration. Where that gain would lift a peak over the ceiling, a
limiter with look-ahead turns the few milliseconds around it down, smoothly; nothing is ever clipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
CEILING = float(10 ** (-1.5 / 20))
"""True peak that nothing goes over: -1.5 dBTP."""
_MARGIN = 0.99
"""Of the ceiling, for what the limiter's own movement and 16 bits add between samples."""
_LOOK_SECONDS = 0.004
_STEP_SECONDS = 0.1
_STEPS_IN_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_TAPS = 12
_OVERSAMPLING = 4


def integrated_loudness(blocks: Iterable[Samples], rate: int) -> float:
    """Integrated loudness in LUFS of mono audio that comes in blocks; minus infinity for silence."""
    step = round(rate * _STEP_SECONDS)
    energies: list[float] = []
    rest = np.zeros(0)
    for block in _weighted(blocks, rate):
        block = np.concatenate([rest, block])
        whole = len(block) // step * step
        energies += np.mean(np.square(block[:whole].reshape(-1, step)), axis=1).tolist()
        rest = block[whole:]
    energies += [0.0] * (_STEPS_IN_BLOCK - len(energies))
    return _gated(np.convolve(energies, np.full(_STEPS_IN_BLOCK, 1 / _STEPS_IN_BLOCK), mode="valid"))


def _gated(blocks: NDArray[np.float64]) -> float:
    """The mean of the blocks that count: above -70 LUFS, and no more than 10 LU below those."""
    heard = blocks[_in_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(heard):
        return float("-inf")
    heard = heard[_in_lufs(heard) > _in_lufs(np.mean(heard)) + _RELATIVE_GATE]
    return float(_in_lufs(np.mean(heard)))


def _in_lufs(energy: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(energy, 1e-12)))


def _weighted(blocks: Iterable[Samples], rate: int) -> Iterable[NDArray[np.float64]]:
    """``blocks`` through the K weighting filter, each convolved whole, its tail added to what follows."""
    response = _k_weighting(rate)
    tail = np.zeros(len(response) - 1)
    for block in blocks:
        if not len(block):
            continue
        size = len(block) + len(response) - 1
        points = 1 << (size - 1).bit_length()
        filtered = np.fft.irfft(np.fft.rfft(block, points) * np.fft.rfft(response, points), points)[:size]
        filtered[: len(tail)] += tail
        yield filtered[: len(block)]
        tail = filtered[len(block) :]


@lru_cache
def _k_weighting(rate: int) -> NDArray[np.float64]:
    """Impulse response of the K weighting: a shelf for the head, and a high pass that has died away in 0.15 s."""
    impulse = [1.0] + [0.0] * round(rate * 0.15)
    tangent = float(np.tan(np.pi * 1681.974450955533 / rate))
    high, low = 10 ** (3.999843853973347 / 20), 10 ** (3.999843853973347 / 20 * 0.4996667741545416)
    damped = tangent / 0.7071752369554196
    scale = 1 + damped + tangent**2
    numerator = [high + low * damped + tangent**2, 2 * (tangent**2 - high), high - low * damped + tangent**2]
    shelf = [value / scale for value in numerator], [2 * (tangent**2 - 1) / scale, (1 - damped + tangent**2) / scale]
    tangent = float(np.tan(np.pi * 38.13547087602444 / rate))
    damped = tangent / 0.5003270373238773
    scale = 1 + damped + tangent**2
    high_pass = [1.0, -2.0, 1.0], [2 * (tangent**2 - 1) / scale, (1 - damped + tangent**2) / scale]
    return np.asarray(_biquad(_biquad(impulse, *shelf), *high_pass))


def _biquad(signal: list[float], numerator: list[float], denominator: list[float]) -> list[float]:
    one = two = 0.0
    out = []
    for value in signal:
        result = numerator[0] * value + one
        one = numerator[1] * value - denominator[0] * result + two
        two = numerator[2] * value - denominator[1] * result
        out.append(result)
    return out


def limited(samples: Samples, rate: int, ceiling: float = CEILING) -> Samples:
    """``samples`` with no true peak over ``ceiling``: the same array when there is none."""
    if float(np.max(np.abs(samples), initial=0.0)) < ceiling / 2:
        return samples
    peaks = true_peaks(samples)
    if float(peaks.max()) <= ceiling:
        return samples
    reach = max(2, round(rate * _LOOK_SECONDS))
    needed = np.minimum(1.0, ceiling * _MARGIN / np.maximum(peaks, 1e-9))
    return (samples * _smooth(_lowest_nearby(needed, reach), reach)).astype(np.float32)


def true_peaks(samples: Samples) -> NDArray[np.float64]:
    """For each sample the highest level between it and its neighbours, by four times oversampling."""
    peaks = np.abs(samples).astype(np.float64)
    for taps in _interpolators():
        between = np.abs(np.convolve(samples, taps)[_TAPS // 2 : _TAPS // 2 + len(samples)])
        peaks = np.maximum(peaks, between)
        peaks[1:] = np.maximum(peaks[1:], between[:-1])
    return peaks


@lru_cache
def _interpolators() -> list[NDArray[np.float64]]:
    """Windowed sinc filters for one, two and three quarters of the way from a sample to the next."""
    filters = []
    for quarter in range(1, _OVERSAMPLING):
        at = np.arange(_TAPS) - _TAPS // 2 + quarter / _OVERSAMPLING
        taps = np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2
        filters.append(taps / taps.sum())
    return filters


def _lowest_nearby(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """The least of each value and its ``reach`` neighbours on both sides, by doubling the window."""
    lowest = np.concatenate([np.ones(reach), values, np.ones(reach)])
    width = 1
    while width < 2 * reach + 1:
        step = min(width, 2 * reach + 1 - width)
        lowest[:-step] = np.minimum(lowest[:-step], lowest[step:])
        width += step
    return lowest[: len(values)]


def _smooth(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    """Twice a moving average, together no wider than ``reach`` on either side."""
    half = reach // 2
    for _ in range(2):
        padded = np.pad(values, half + 1, mode="edge")
        sums = np.cumsum(padded)
        values = (sums[2 * half + 1 :] - sums[: -2 * half - 1])[: len(values)] / (2 * half + 1)
    return values
