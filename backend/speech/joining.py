"""Takes joined to one file, to the sample, block by block: memory holds one take at a time, however long the script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr  # type: ignore[import-untyped]

from backend.media.audio import new_wave
from backend.speech.limiting import amplified, peak_envelope
from backend.speech.loudness import Samples, integrated_loudness
from backend.speech.takes import Take
from backend.timing import place, rescale
from backend.work import Cancel

SILENCE_BLOCK = 1 << 16
"""Samples of silence handled at a time."""
MAX_GAIN = 10 ** (30 / 20)
"""The most a very quiet voice is lifted."""
_CLOSE_ENOUGH = 0.05
"""LU."""
_MOST_CORRECTIONS = 3


class Joining:
    """Takes on one sample clock.

    Args:
        takes: in order.
        pauses: seconds of silence after each.
        lead: seconds of silence before the first.
    """

    def __init__(self, takes: Sequence[Take], pauses: Sequence[float], lead: float, cancel: Cancel) -> None:
        self._takes = takes
        self._cancel = cancel
        self._envelopes: dict[Path, Samples] = {}
        self.sample_rate = max(take.sample_rate for take in takes)
        lengths = [rescale(take.length, take.sample_rate, self.sample_rate) for take in takes]
        self.placements = place(lengths, pauses, lead, self.sample_rate)

    @property
    def samples(self) -> int:
        """Samples of the joined audio."""
        return self.placements[-1].end + self.placements[-1].silence

    def write(self, target: Path, loudness: float | None) -> None:
        """Write the joined audio as a WAV of 16 bits, at ``loudness`` LUFS (None: as spoken).

        Raises:
            MediaFailed: ``disk_full`` …
        """
        gain = 1.0 if loudness is None else gain_for(loudness, self._blocks, self.sample_rate)
        with new_wave(target, self.sample_rate) as wave:
            for block in self._blocks(gain):
                wave.write(block)

    def _blocks(self, gain: float) -> Iterator[Samples]:
        """All samples in order. A take is limited by itself: its edges are silent, so nothing reaches across."""
        yield from silence(self.placements[0].start)
        for take, placement in zip(self._takes, self.placements, strict=True):
            self._cancel.check()
            samples = at_rate(take.read(), take.sample_rate, self.sample_rate)
            yield samples if gain == 1.0 else amplified(samples, self._envelope(take, samples), self.sample_rate, gain)
            yield from silence(placement.silence)

    def _envelope(self, take: Take, samples: Samples) -> Samples:
        """The take's peaks; few numbers, so those of all takes are kept."""
        if take.path not in self._envelopes:
            self._envelopes[take.path] = peak_envelope(samples, self.sample_rate)
        return self._envelopes[take.path]


def gain_for(loudness: float, blocks: Callable[[float], Iterable[Samples]], rate: int) -> float:
    """The gain that reaches ``loudness`` (LUFS), found again where the limiter takes some of it back.

    Args:
        blocks: the sound at a gain, limited.
        rate: Hz.
    """
    gain = 1.0
    for _ in range(1 + _MOST_CORRECTIONS):
        measured = integrated_loudness(blocks(gain), rate)
        if not np.isfinite(measured) or abs(loudness - measured) < _CLOSE_ENOUGH:
            break
        gain = min(MAX_GAIN, gain * 10 ** ((loudness - measured) / 20))
    return gain


def at_rate(samples: Samples, rate: int, wanted: int) -> Samples:
    """``samples`` at another rate; as many of them as the clock says."""
    if rate == wanted:
        return samples
    length = rescale(len(samples), rate, wanted)
    turned = np.asarray(soxr.resample(samples, rate, wanted), dtype=np.float32)
    return np.pad(turned, (0, max(0, length - len(turned))))[:length]


def silence(samples: int) -> Iterator[Samples]:
    """So many samples of nothing, block by block."""
    for start in range(0, samples, SILENCE_BLOCK):
        yield np.zeros(min(SILENCE_BLOCK, samples - start), dtype=np.float32)
