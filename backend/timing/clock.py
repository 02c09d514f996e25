"""The joined audio's sample clock. Whole numbers only, so that an hour drifts by nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Placement:
    """Where one take lies in the joined audio."""

    start: int
    """Its first sample."""
    length: int
    """Its samples."""
    silence: int
    """Samples of silence after it."""

    @property
    def end(self) -> int:
        """One past its last sample."""
        return self.start + self.length


def in_samples(seconds: float, rate: int) -> int:
    """The nearest whole number of samples."""
    return round(seconds * rate)


def in_seconds(samples: int, rate: int) -> float:
    """Seconds to the microsecond, which is finer than a sample at any rate in use."""
    return round(samples / rate, 6)


def place(lengths: Sequence[int], pauses: Sequence[float], lead: float, rate: int) -> tuple[Placement, ...]:
    """Takes of ``lengths`` samples one after the other, each followed by its pause, after ``lead`` seconds."""
    placements = []
    start = in_samples(lead, rate)
    for length, pause in zip(lengths, pauses, strict=True):
        placement = Placement(start, length, in_samples(pause, rate))
        placements.append(placement)
        start = placement.end + placement.silence
    return tuple(placements)


def rescale(position: int, old_rate: int, new_rate: int) -> int:
    """A sample position at another rate, rounded to the nearest."""
    return (2 * position * new_rate + old_rate) // (2 * old_rate)
