"""How loud audio is: ITU-R BS.1770-4 and EBU R 128, block by block, in memory that does not grow with the audio."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
_STEP_SECONDS = 0.1
_STEPS_IN_BLOCK = 4
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def integrated_loudness(blocks: Iterable[Samples], rate: int) -> float:
    """Integrated loudness in LUFS of mono audio that comes in blocks; minus infinity for silence."""
    step = round(rate * _STEP_SECONDS)
    energies: list[float] = []
    rest: Samples = np.zeros(0, dtype=np.float32)
    for block in _weighted(blocks, rate):
        block = np.concatenate([rest, block])
        whole = len(block) // step * step
        steps = np.square(block[:whole].reshape(-1, step))
        energies += np.asarray(np.mean(steps, axis=1, dtype=np.float64)).tolist()
        rest = block[whole:]
    energies += [0.0] * (_STEPS_IN_BLOCK - len(energies))
    return _gated(np.convolve(energies, np.full(_STEPS_IN_BLOCK, 1 / _STEPS_IN_BLOCK), mode="valid"))


def good_size(size: int) -> int:
    """The next size, at most a quarter larger, that a Fourier transform is quick with."""
    unit = 1 << max(0, size.bit_length() - 3)
    return -(-size // unit) * unit


def _gated(blocks: NDArray[np.float64]) -> float:
    """The mean of the blocks that count: above -70 LUFS, and no more than 10 LU below those."""
    heard = blocks[_in_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(heard):
        return float("-inf")
    heard = heard[_in_lufs(heard) > _in_lufs(np.mean(heard)) + _RELATIVE_GATE]
    return float(_in_lufs(np.mean(heard)))


def _in_lufs(energy: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(energy, 1e-12)))


def _weighted(blocks: Iterable[Samples], rate: int) -> Iterable[Samples]:
    """``blocks`` through the K weighting filter, each convolved whole, its tail added to what follows."""
    response = _k_weighting(rate)
    tail: Samples = np.zeros(len(response) - 1, dtype=np.float32)
    for block in blocks:
        if not len(block):
            continue
        size = len(block) + len(response) - 1
        points = good_size(size)
        spectrum = np.fft.rfft(block, points) * np.fft.rfft(response, points)
        filtered = np.asarray(np.fft.irfft(spectrum, points)[:size], dtype=np.float32)
        filtered[: len(tail)] += tail
        yield filtered[: len(block)]
        tail = filtered[len(block) :]


@lru_cache
def _k_weighting(rate: int) -> Samples:
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
    return np.asarray(_biquad(_biquad(impulse, *shelf), *high_pass), dtype=np.float32)


def _biquad(signal: list[float], numerator: list[float], denominator: list[float]) -> list[float]:
    one = two = 0.0
    out = []
    for value in signal:
        result = numerator[0] * value + one
        one = numerator[1] * value - denominator[0] * result + two
        two = numerator[2] * value - denominator[1] * result
        out.append(result)
    return out
