"""How the work of one engine is spread over the machine: measured once, then remembered."""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from backend.engines.table import EngineSpec
from backend.work import Work

_MOST_PROCESSES = 4
"""Each holds a model of its own in memory."""
_BUSY_PERCENT = 30.0
_LOOK_SECONDS = 0.3
_CLEARLY_FASTER = 1.1
"""What another plan must gain over the usual one, since a short measurement is noisy."""


@dataclass(frozen=True)
class Plan:
    """Processes, requests at once in each, and threads in each request."""

    processes: int = 1
    at_once_each: int = 1
    threads: int = 1

    @property
    def at_once(self) -> int:
        """Requests that are worked on at the same time."""
        return self.processes * self.at_once_each


def plan_by_default(spec: EngineSpec) -> Plan:
    """One request a core where they can run side by side, else one request with all cores."""
    cores = usable_cores()
    return Plan(1, cores, 1) if spec.side_by_side else Plan(1, 1, cores)


def candidates(cores: int) -> tuple[Plan, ...]:
    """What is worth measuring on this many cores, the usual plan first."""
    processes = min(cores, _MOST_PROCESSES)
    plans = (
        Plan(1, cores, 1),
        Plan(processes, cores // processes, 1),
        Plan(1, 1, cores),
        Plan(1, max(1, cores // 2), 2),
    )
    return tuple(dict.fromkeys(plans)) if cores > 1 else plans[:1]


def fastest(plans: Sequence[Plan], seconds: Callable[[Plan], float]) -> Plan:
    """The plan that takes the fewest ``seconds(plan)``; the first unless another is clearly faster."""
    taken = {plan: seconds(plan) for plan in plans}
    best = min(plans, key=lambda plan: taken[plan])
    return best if taken[best] * _CLEARLY_FASTER < taken[plans[0]] else plans[0]


def usable_cores() -> int:
    """Cores this process may use: what the scheduler allows, and what a container was given."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else max(1, min(allowed, round(int(quota) / int(period))))


def is_quiet() -> bool:
    """Whether others leave this machine alone, so that a measurement tells something. Takes a third of a second."""
    return float(psutil.cpu_percent(interval=_LOOK_SECONDS)) < _BUSY_PERCENT


def machine() -> str:
    """What a measurement holds for: the CPU's name and the cores that may be used."""
    try:
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text("utf-8"))
    except OSError:
        found = None
    return f"{found[1] if found else platform.processor() or platform.machine()}, {usable_cores()} cores"


def remembered(file: Path, key: str) -> Plan | None:
    """The plan kept in this file, if it was measured under the same ``key``."""
    try:
        kept = json.loads(file.read_text("utf-8"))
        return Plan(**kept["plan"]) if kept["measured_on"] == key else None
    except (OSError, ValueError, KeyError, TypeError):  # never measured, or written by another version
        return None


def remember(file: Path, key: str, plan: Plan) -> None:
    """Keep a plan. The file appears at once, whole; on a full disk not at all, and it is measured again next time."""
    unfinished = file.with_suffix(f".{os.getpid()}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps({"measured_on": key, "plan": asdict(plan)}), "utf-8")
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)


def seconds_for(ask: Callable[[Work], object], at_once: int, requests: int, work: Work) -> float:
    """Seconds for ``requests`` calls of ``ask``, ``at_once`` of them at the same time, after one round unmeasured."""
    quiet = Work(cancel=work.cancel)
    with ThreadPoolExecutor(at_once) as threads:
        for future in [threads.submit(ask, quiet) for _ in range(at_once)]:
            future.result()
        start = time.monotonic()
        for future in [threads.submit(ask, quiet) for _ in range(requests)]:
            future.result()
        return time.monotonic() - start
