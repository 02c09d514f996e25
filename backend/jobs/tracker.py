"""A job that runs in this process: its flag and how far it is, kept in memory until the next look writes it down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from backend.errors import StudioError
from backend.jobs.records import Progress
from backend.work import Cancel

ASK_AGAIN_SECONDS = 2.0
"""Between questions to a jobs database that does not answer."""
MIN_ELAPSED_SECONDS = 1.0
MIN_ADVANCE = 0.02
"""Before both are reached, an estimate of the time left would jump about."""


class Lease(Cancel):
    """The flag of a job, which also goes up when others went on with the job because this process was away.

    Nobody does so before ``seconds`` have passed without a sign of this process. So as long as the caretaker renews it
    a look at the flag costs nothing; whoever wakes up after longer asks before it goes on.
    """

    def __init__(self, seconds: float, is_mine: Callable[[], bool]) -> None:
        """Args:
        is_mine: asks the jobs database; may raise `StudioError` while that is away, when nobody takes over anything.
        """
        super().__init__()
        self._seconds = seconds
        self._is_mine = is_mine
        self._renewed = now()

    def renew(self, asked: float) -> None:
        """It was this process's job when that was asked, at this `now`."""
        self._renewed = asked

    def is_set(self) -> bool:
        if not super().is_set() and now() - self._renewed > self._seconds:
            asked = now()
            try:
                if not self._is_mine():
                    self.set()
                self.renew(asked)
            except StudioError:
                self.renew(now() - self._seconds + ASK_AGAIN_SECONDS)
        return super().is_set()


def now() -> float:
    """Seconds on a clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Tracker:
    """Takes reports from any thread. Progress never goes back within one start; details are added to what is there."""

    def __init__(self, job_id: str, cancel: Lease) -> None:
        self.job_id = job_id
        self.cancel = cancel
        self.thread = threading.get_ident()
        """The job's own thread, the one that may run steps."""
        self.attempt = 0
        """Which start of the job this is; told by the jobs database before anything is done."""
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._first: float | None = None
        self._fraction = 0.0
        self._message = ""
        self._details: dict[str, Any] = {}
        self._fresh = False

    def report(self, fraction: float, message: str, **details: Any) -> None:
        """A `backend.work.Report`."""
        with self._lock:
            self._fraction = max(self._fraction, min(fraction, 1.0))
            if self._first is None:
                self._first = self._fraction
            self._message = message
            self._details.update(details)
            self._fresh = True

    def take(self) -> Progress | None:
        """How far it is, if anything was reported since the last call."""
        with self._lock:
            if not self._fresh:
                return None
            self._fresh = False
            return Progress(self._fraction, self._message, self._seconds_left(), dict(self._details))

    def _seconds_left(self) -> float | None:
        elapsed, advance = time.monotonic() - self._began, self._fraction - (self._first or 0.0)
        if elapsed < MIN_ELAPSED_SECONDS or advance < MIN_ADVANCE:
            return None
        return elapsed * (1.0 - self._fraction) / advance
