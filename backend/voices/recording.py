"""A recording that somebody gave, brought to mono at 24 kHz, with what only the original tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.media.audio import Samples, read_blocks
from backend.media.info import AudioStream
from backend.work import Work

RATE = 24_000
"""Hz of all that is analysed and kept: what cloning engines take."""
HOP = 240
"""Samples of a frame: 10 ms."""
_NEAR_PEAK = 0.995
_CANCELLING = 0.25
"""Of the louder channel's energy: below it the mix of two channels has cancelled itself out."""


@dataclass(frozen=True)
class Recording:
    """Sound, and what was seen in the original samples."""

    samples: Samples
    """Mono at `RATE`, -1 to 1 and above where the original is."""
    sample_rate: int
    """Hz of the original."""
    channels: int
    """Of the original."""
    peak: float
    """The loudest sample of any channel of the original."""
    clipped: NDArray[np.float32]
    """For each frame of `HOP` samples, the share of original samples that lie flat at the top."""
    invalid: int
    """Original samples that were no numbers; they are silent here."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / RATE


def read_recording(wave: Path, audio: AudioStream, work: Work) -> Recording:
    """Look over a recording that `decode_sound` wrote.

    Args:
        audio: what `probe` said of the original.

    Raises:
        Cancelled
    """
    overview = _look_over(wave, work)
    samples, clipped = _mixed(wave, overview, work)
    return Recording(samples, audio.sample_rate, audio.channels, overview.peak, clipped, overview.invalid)


def mono_blocks(wave: Path, work: Work) -> Iterator[Samples]:
    """A recording of any length as mono at `RATE`, block by block; each block is mixed as suits it."""
    yield from _at_rate((_mono(block, _weights(block.T @ block)) for block, _ in _finite_blocks(wave, work)), wave)


@dataclass(frozen=True)
class _Overview:
    weights: Samples
    """How much of each channel goes into the mix."""
    highest: float
    lowest: float
    invalid: int

    @property
    def peak(self) -> float:
        return max(self.highest, -self.lowest)


def _finite_blocks(wave: Path, work: Work) -> Iterator[tuple[Samples, int]]:
    """Blocks of (frames, channels) with silence for what is no number, and how many that were."""
    for block in read_blocks(wave):
        work.cancel.check()
        wrong = 0
        if not np.isfinite(np.vdot(block, block)):  # the sum of all squares tells faster than each sample
            finite = np.isfinite(block)
            wrong = int(block.size - np.count_nonzero(finite))
            block = np.where(finite, block, np.float32(0))
        yield block, wrong


def _look_over(wave: Path, work: Work) -> _Overview:
    """First pass: peaks, and whether one channel must be left out."""
    channels = soundfile.info(str(wave)).channels
    products = np.zeros((channels, channels))
    highest = lowest = 0.0
    invalid = 0
    for block, wrong in _finite_blocks(wave, work):
        products += block.T @ block
        highest, lowest = max(highest, float(block.max(initial=0.0))), min(lowest, float(block.min(initial=0.0)))
        invalid += wrong
    return _Overview(_weights(products), highest, lowest, invalid)


def _weights(products: NDArray[Any]) -> Samples:
    """How the channels are mixed, by the sums of their products with each other."""
    channels = len(products)
    loudest = int(np.argmax(np.diag(products)))
    # A microphone on one side only, or two sides against each other: the louder channel is the better mix.
    if products.sum() / channels**2 < _CANCELLING * products[loudest, loudest] * 1.05:
        return np.asarray(np.arange(channels) == loudest, dtype=np.float32)
    return np.full(channels, 1 / channels, np.float32)


def _mono(block: Samples, weights: Samples) -> Samples:
    return np.ascontiguousarray(block @ weights, dtype=np.float32)


def _at_rate(blocks: Iterable[Samples], wave: Path) -> Iterator[Samples]:
    """Mono blocks of the file's own rate at `RATE`."""
    rate = soundfile.info(str(wave)).samplerate
    if rate == RATE:
        yield from blocks
        return
    resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ")
    for block in blocks:
        yield resampler.resample_chunk(block)
    yield resampler.resample_chunk(np.zeros(0, np.float32), last=True)


def _mixed(wave: Path, overview: _Overview, work: Work) -> tuple[Samples, NDArray[np.float32]]:
    """Second pass: mono at `RATE`, and the share of clipped samples in each frame."""
    info = soundfile.info(str(wave))
    flat = np.zeros(-(-info.frames * RATE // info.samplerate // HOP) + 1)
    done = 0

    def blocks() -> Iterator[Samples]:
        nonlocal done
        for block, _ in _finite_blocks(wave, work):
            places = (done + np.flatnonzero(_is_flat(block, overview))) * RATE // info.samplerate // HOP
            counts = np.bincount(places)
            flat[: len(counts)] += counts
            done += len(block)
            yield _mono(block, overview.weights)

    samples = np.concatenate([*_at_rate(blocks(), wave), np.zeros(0, np.float32)])
    shares = flat[: -(-len(samples) // HOP)] / max(1.0, info.samplerate * HOP / RATE)
    return samples, np.minimum(shares, 1.0).astype(np.float32)


def _is_flat(block: Samples, overview: _Overview) -> NDArray[np.bool_]:
    """Where any channel stays at the very top or bottom for two samples or more."""
    top = max(_NEAR_PEAK * overview.highest, 1e-3)
    bottom = min(_NEAR_PEAK * overview.lowest, -1e-3)
    flat = np.zeros(len(block), bool)
    if block.max(initial=0.0) < top and block.min(initial=0.0) > bottom:
        return flat
    for channel in block.T:
        for side in (channel >= top, channel <= bottom):
            pairs = side[1:] & side[:-1]
            flat[1:] |= pairs
            flat[:-1] |= pairs
    return flat
