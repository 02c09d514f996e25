"""Somebody waits for a job: how often it is looked at, and when waiting is in vain."""

from __future__ import annotations

import time
from collections.abc import Callable

from backend.errors import JobError
from backend.models import JobStatus
from backend.work import Work

FIRST_SECONDS, LAST_SECONDS = 0.05, 0.5
"""Between looks at a job that has just begun, and at one that has been waited for for long."""
SHARE = 0.05
"""Of the time waited so far that may pass until the next look: nobody notices, and a hundred who wait cost little."""
SERVED_SECONDS = 1.0
"""How often it is asked whether anybody works on jobs."""

ALONE_SECONDS = 10.0
"""How long whoever waits bears that no process works on jobs."""


class Waiting:
    """The looks of one who waits; whoever makes them pauses in between, in a thread or in an event loop."""

    def __init__(
        self,
        glance: Callable[[], JobStatus],
        nobody_serves: Callable[[JobStatus], bool],
        no_worker: Callable[[], JobError],
        work: Work,
    ) -> None:
        """Args:
        glance: how the job is.
        nobody_serves: whether a job that is so will not be done by anybody who is there.
        no_worker: says so.
        work: is told how far the job is.
        """
        self._glance = glance
        self._nobody_serves = nobody_serves
        self._no_worker = no_worker
        self._work = work
        self._began = time.monotonic()
        self._next_served = 0.0
        self._alone_since: float | None = None

    def look(self) -> float | None:
        """Seconds until the next look; None when the job has ended.

        Raises:
            NotFound: ``job_not_found``.
            JobError: ``no_worker``: there has been no process to do it for a while.
        """
        status = self._glance()
        if status.state not in ("queued", "running"):
            if status.state == "done":
                self._work.report(1.0, status.message)
            return None
        self._work.report(status.progress, status.message, **status.details)
        self._refuse_to_wait_in_vain(status)
        return min(max(FIRST_SECONDS, SHARE * (time.monotonic() - self._began)), LAST_SECONDS)

    def _refuse_to_wait_in_vain(self, status: JobStatus) -> None:
        moment = time.monotonic()
        if moment >= self._next_served:
            self._next_served = moment + SERVED_SECONDS
            self._alone_since = (self._alone_since or moment) if self._nobody_serves(status) else None
        if self._alone_since and moment - self._alone_since > ALONE_SECONDS:
            raise self._no_worker()
