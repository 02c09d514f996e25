"""A recording that somebody gave, brought to mono at 24 kHz, with what only the original tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
import soxr  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.media.audio import Samples, read_blocks
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.work import Work

RATE = 24_000
"""Hz of all that is analysed and kept: what cloning engines take."""
HOP = 240
"""Samples of a frame: 10 ms."""
MOST_SECONDS = 600.0
"""Of a recording: more than ten minutes nobody needs for a voice, and all of it is looked at."""
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


def read_recording(ffmpeg: Ffmpeg, path: Path, folder: Path, work: Work) -> Recording:
    """Decode and look over the sound of any media file.

    Args:
        folder: for work in progress.

    Raises:
        MediaRejected: not readable, without sound, or over a limit.
        MediaFailed, Cancelled
    """
    info = probe(path)
    audio = info.require_audio()
    wave = decode_sound(ffmpeg, path, info, folder / "decoded.wav", work, most_seconds=MOST_SECONDS)
    try:
        overview = _look_over(wave, work)
        samples, clipped = _mixed(wave, overview, work)
    finally:
        wave.unlink(missing_ok=True)
    return Recording(samples, audio.sample_rate, audio.channels, overview.peak, clipped, overview.invalid)


@dataclass(frozen=True)
class _Overview:
    weights: NDArray[np.float32]
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
        finite = np.isfinite(block)
        wrong = int(block.size - np.count_nonzero(finite))
        yield (np.where(finite, block, np.float32(0)) if wrong else block), wrong


def _look_over(wave: Path, work: Work) -> _Overview:
    """First pass: peaks, and whether one channel must be left out."""
    channels = soundfile.info(str(wave)).channels
    energies, mixed = np.zeros(channels), 0.0
    highest = lowest = 0.0
    invalid = 0
    for block, wrong in _finite_blocks(wave, work):
        energies += np.square(block, dtype=np.float64).sum(axis=0)
        mixed += float(np.square(block.mean(axis=1), dtype=np.float64).sum())
        highest, lowest = max(highest, float(block.max(initial=0.0))), min(lowest, float(block.min(initial=0.0)))
        invalid += wrong
    loudest = int(np.argmax(energies))
    weights = np.full(channels, 1 / channels, np.float32)
    # A microphone on one side only, or two sides against each other: the louder channel is the better mix.
    if mixed < _CANCELLING * energies[loudest] * 1.05:
        weights = np.eye(channels, dtype=np.float32)[loudest]
    return _Overview(weights, highest, lowest, invalid)


def _mixed(wave: Path, overview: _Overview, work: Work) -> tuple[Samples, NDArray[np.float32]]:
    """Second pass: mono at `RATE`, and the share of clipped samples in each frame."""
    rate = soundfile.info(str(wave)).samplerate
    resampler = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ") if rate != RATE else None
    parts: list[Samples] = []
    frames = 0
    flat: list[NDArray[np.int64]] = []
    for block, _ in _finite_blocks(wave, work):
        mono = np.ascontiguousarray(block @ overview.weights, dtype=np.float32)
        parts.append(resampler.resample_chunk(mono) if resampler else mono)
        flat.append(frames + np.flatnonzero(_is_flat(block, overview)))
        frames += len(block)
    if resampler:
        parts.append(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    count = -(-len(samples) // HOP)
    places = (np.concatenate(flat) * RATE // rate // HOP).clip(max=max(0, count - 1)) if frames else np.zeros(0, int)
    shares = np.bincount(places.astype(np.int64), minlength=count) / max(1.0, rate * HOP / RATE)
    return samples, np.minimum(shares, 1.0).astype(np.float32)


def _is_flat(block: Samples, overview: _Overview) -> NDArray[np.bool_]:
    """Where any channel stays at the very top or bottom for two samples or more."""
    high = block >= max(_NEAR_PEAK * overview.highest, 1e-3)
    low = block <= min(_NEAR_PEAK * overview.lowest, -1e-3)
    flat = np.zeros(len(block), bool)
    for side in (high, low):
        pairs = side[1:] & side[:-1]
        flat[1:] |= pairs.any(axis=1)
        flat[:-1] |= pairs.any(axis=1)
    return flat
