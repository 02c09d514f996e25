"""What can be measured of a studio at once: starts nothing, and asks no store far away."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

from backend.engines import Engines
from backend.errors import StudioError
from backend.jobs import Jobs
from backend.jobs.tally import Tally
from backend.settings import Settings
from backend.storage import Store
from backend.storage.outbox import OutboxStore


@dataclass(frozen=True)
class Measures:
    """A moment of the studio."""

    ready: bool
    """Whether jobs are taken."""
    jobs: Tally | None
    """None where the database is not open yet, or refuses."""
    engines: Mapping[str, int]
    """Bytes of memory that each running engine holds."""
    waiting_files: int
    """Files on their way to a store far away."""
    store_in_trouble: bool
    disk_free_bytes: int


def measure(settings: Settings, store: Store, engines: Engines, jobs: Jobs, since: float) -> Measures:
    """The studio now, and the jobs that ended since this moment (Unix seconds)."""
    outbox = store if isinstance(store, OutboxStore) else None
    return Measures(
        ready=jobs.started,
        jobs=_tally(jobs, since),
        engines=engines.running(),
        waiting_files=len(outbox.waiting()) if outbox else 0,
        store_in_trouble=bool(outbox and outbox.trouble),
        disk_free_bytes=shutil.disk_usage(settings.home).free,
    )


def _tally(jobs: Jobs, since: float) -> Tally | None:
    try:
        return jobs.tally(since) if jobs.started else None
    except StudioError:
        return None
