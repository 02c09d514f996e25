"""What a worker in a process of its own does."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

from backend.jobs import courier
from tests.jobs.operations import mark, open_jobs


def work(
    home: Path,
    until_idle: bool,
    database_url: str = "",
    machine: str = "",
    queues: tuple[str, ...] | None = None,
    version: str = "",
) -> None:
    """Work on the jobs under ``home`` until SIGTERM or until idle; marks ``ready`` and ``closed``."""
    courier.LEASE_SECONDS = 1.0  # for those who wait until an attempt of a dead process is made again
    jobs = open_jobs(home, database_url, machine, version)
    jobs.start(queues=queues)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    mark(home, "ready")
    if until_idle:
        jobs.drain(until_idle=True, idle_seconds=0.3)
    else:
        stop.wait()
    jobs.close()
    mark(home, "closed")
