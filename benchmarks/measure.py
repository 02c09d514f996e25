"""Measuring: wall and processor seconds of a piece of work, and two ways of doing it taken in turn."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Sample:
    """One run of one way."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of processor time of this process and all it started."""
    answer: Any
    """What the work returned."""


def run_once(work: Callable[[], Any]) -> Sample:
    """Do ``work`` and say what it took."""
    cpu = processor_seconds()
    start = time.perf_counter()
    answer = work()
    wall = time.perf_counter() - start
    return Sample(wall, processor_seconds() - cpu, answer)


def in_turn(ways: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Sample]]:
    """Run each way once a round, in the other order every second round, so that a noisy minute hits all alike."""
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways) if number % 2 == 0 else list(reversed(list(ways)))
        for name in names:
            samples[name].append(run_once(ways[name]))
    return samples


def middle_wall(samples: Sequence[Sample]) -> float:
    """Median seconds on the clock."""
    return median(sample.wall for sample in samples)


def middle_cpu(samples: Sequence[Sample]) -> float:
    """Median processor seconds."""
    return median(sample.cpu for sample in samples)


def processor_seconds() -> float:
    """Processor time of this process and of all it started, dead or alive; a tick is 10 ms."""
    this = psutil.Process()
    return sum(_seconds_of(process) for process in (this, *this.children(recursive=True)))


def _seconds_of(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0
