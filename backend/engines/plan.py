"""How the work of one engine is spread over the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from backend.engines.table import EngineSpec


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


def usable_cores() -> int:
    """Cores this process may use: what the scheduler allows, and what a container was given."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
    except (OSError, ValueError):
        return allowed
    return allowed if quota == "max" else max(1, min(allowed, round(int(quota) / int(period))))


def plan_by_default(spec: EngineSpec) -> Plan:
    """One request a core where they can run side by side, else one request with all cores."""
    cores = usable_cores()
    if spec.measured:
        return Plan(1, cores, 1)
    return Plan(1, 1, cores)
