"""Somebody waits for a job: how often it is looked at, and when waiting is in vain."""

from __future__ import annotations

import time
from collections.abc import Callable

from backend.errors import StudioError
from backend.models import JobStatus
from backend.work import Work

FIRST_SECONDS, LAST_SECONDS = 0.05, 0.5
"""Between looks at a job that has just begun, and at one that has been waited for for long."""
SHARE = 0.05
"""Of the time waited so far that may pass until the next look: nobody notices, and a hundred who wait cost little."""
ASKED_SECONDS = 1.0
"""How often it is asked whether the job can end."""

VAIN_SECONDS = 10.0
"""How long whoever waits bears that the job cannot end as things are."""


class Waiting:
    """The looks of one who waits; whoever makes them pauses in between, in a thread or in an event loop."""

    def __init__(
        self,
        glance: Callable[[], JobStatus],
        hindered: Callable[[JobStatus], StudioError | None],
        work: Work,
    ) -> None:
        """Args:
        glance: how the job is.
        hindered: why a job that is so cannot end as things are.
        work: is told how far the job is.
        """
        self._glance = glance
        self._hindered = hindered
        self._work = work
        self._began = time.monotonic()
        self._next_asked = 0.0
        self._vain_since: float | None = None

    def look(self) -> float | None:
        """Seconds until the next look; None when the job has ended.

        Raises:
            NotFound: ``job_not_found``.
            StudioError: what has hindered it for a while.
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
        if moment < self._next_asked:
            return
        self._next_asked = moment + ASKED_SECONDS
        hindrance = self._hindered(status)
        self._vain_since = (self._vain_since or moment) if hindrance else None
        if hindrance and self._vain_since and moment - self._vain_since > VAIN_SECONDS:
            raise hindrance
