"""Measuring: wall and processor seconds of a piece of work, and two ways of doing it taken in turn."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psutil

QUIET_PERCENT = 25.0
"""Of all processors; below this the machine counts as quiet."""
PATIENCE_SECONDS = 15.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Sample:
    """One run of one way."""

    wall: float
    """Seconds on the clock."""
    cpu: float
    """Seconds of processor time of this process and all it started."""
    answer: Any
    """What the work returned."""
    others: float
    """Share of the machine's processors, 0 to 1, that other programs (and other guests of the host) had meanwhile."""


def run_once(work: Callable[[], Any]) -> Sample:
    """Do ``work`` and say what it took; waits a little for a quiet moment first."""
    _wait_for_quiet()
    busy, cpu = _busy_seconds(), processor_seconds()
    start = time.perf_counter()
    answer = work()
    wall = time.perf_counter() - start
    cpu = processor_seconds() - cpu
    others = (_busy_seconds() - busy - cpu) / (wall * (os.cpu_count() or 1))
    return Sample(wall, cpu, answer, max(0.0, others))


def _wait_for_quiet() -> None:
    """Wait until other programs leave the machine alone, but not for long: the share they had is told."""
    end = time.monotonic() + PATIENCE_SECONDS
    while psutil.cpu_percent(interval=LOOK_SECONDS) > QUIET_PERCENT and time.monotonic() < end:
        pass


def _busy_seconds() -> float:
    """Processor seconds of the whole machine, what its host took away included."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.softirq + times.steal)


def in_turn(ways: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[Sample]]:
    """Run each way once a round, in the other order every second round, so that a noisy minute hits all alike."""
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    for number in range(rounds):
        names = list(ways) if number % 2 == 0 else list(reversed(list(ways)))
        for name in names:
            samples[name].append(run_once(ways[name]))
    return samples


def disturbance(samples: Mapping[str, Sequence[Sample]]) -> float:
    """Share of the machine, 0 to 1, that other programs had in the middle sample."""
    return median(sample.others for ways in samples.values() for sample in ways)


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
