"""Tells whoever asked for it that a job has ended, for hours if need be, without a job ever waiting for it.

What is to be told is in the database: a process that dies over it leaves it to the next, so a message may come twice,
under the same id, and never not at all.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from itertools import islice

from backend.errors import StudioError
from backend.jobs.ledger import ENDED, Ledger
from backend.jobs.telling import Deliver, Told, Webhook

LOOK_SECONDS = 0.5
SWEEP_SECONDS = 20.0
"""How often ends are looked for that nobody wrote down: of jobs whose process died in that moment."""
RETRY_SECONDS = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0)
"""After each attempt that failed; together 17 hours. A fifth is added or taken by chance."""
LEASE_SECONDS = 60.0
"""An attempt that says nothing for so long has died with its process; one takes at most half of that."""
AT_ONCE, AT_ONCE_EACH = 8, 2
"""Attempts in one process, and to one host: one that hangs keeps nobody else's from being told."""
STOP_SECONDS = 2.0
_CHUNK = 500

_log = logging.getLogger(__name__)


class Courier:
    """A thread of a worker's."""

    def __init__(self, ledger: Ledger, deliver: Deliver) -> None:
        self._ledger = ledger
        self._deliver = deliver
        self._under_way: Counter[str] = Counter()
        """Attempts of this process, by host."""
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs-courier", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End. Attempts under way get a moment; what they cannot write down any more is tried again by the next."""
        self._ended.set()
        self._thread.join()
        with self._changed:
            self._changed.wait_for(lambda: not self._under_way.total(), STOP_SECONDS)

    def owes(self) -> bool:
        """Whether somebody should hear at once of what has ended."""
        return bool(self._under_way.total() or self._ledger.hooks.untold())

    def _work(self) -> None:
        next_sweep, trouble = 0.0, ""
        while not self._ended.is_set():
            try:
                if time.monotonic() >= next_sweep:
                    next_sweep = time.monotonic() + SWEEP_SECONDS
                    self._sweep()
                self._look()
                trouble = ""
            except StudioError as error:
                if str(error) != trouble:  # once for each trouble, not twice a second
                    _log.warning("Webhooks cannot be looked after right now: %s", trouble := str(error))
            self._ended.wait(LOOK_SECONDS)

    def _sweep(self) -> None:
        waiting, old = self._ledger.hooks.waiting()
        for chunk in _chunks(waiting):
            states = self._ledger.states(chunk)
            self._ledger.hooks.job_ended([job_id for job_id, state in states.items() if state in ENDED])
            self._ledger.hooks.erase([job_id for job_id in chunk if job_id in old and job_id not in states])

    def _look(self) -> None:
        due = self._ledger.hooks.due(_CHUNK)
        states = self._ledger.states([hook.job_id for hook in due]) if due else {}
        for hook in due:
            if hook.job_id not in states:
                self._ledger.hooks.erase([hook.job_id])
            elif states[hook.job_id] in ENDED and self._take(hook.shown):
                threading.Thread(target=self._try, args=(hook,), name="webhook", daemon=True).start()

    def _try(self, hook: Webhook) -> None:
        try:
            if not self._ledger.hooks.claim(hook, LEASE_SECONDS):
                return  # another process was faster
            told = self._attempt(hook)
            if told.outcome == "again" and hook.attempts >= len(RETRY_SECONDS):
                told = Told("given_up", told.said)
            if told.outcome == "again":
                seconds = RETRY_SECONDS[hook.attempts] * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
                self._ledger.hooks.settle(hook.job_id, told.said, in_seconds=seconds)
            else:
                self._ledger.hooks.settle(hook.job_id, told.said, state=told.outcome)
            if told.outcome == "given_up":
                _log.warning("The webhook of %s to %s is given up: %s", hook.job_id, hook.shown, told.said)
        except StudioError as error:
            # Not written down: whoever finds it after the lease tries again.
            _log.info("The webhook of %s could not be looked after: %s", hook.job_id, error.code)
        finally:
            self._free(hook.shown)

    def _attempt(self, hook: Webhook) -> Told:
        try:
            return self._deliver(hook)
        except StudioError as error:
            if self._ended.is_set():  # the studio is closing: no fault of anybody's
                raise
            return Told("again", error.message)
        except Exception:  # noqa: BLE001 - runs what jobs run; whatever it is, the others must go on
            _log.exception("The webhook of %s failed", hook.job_id)
            return Told("again", "Something went wrong inside the studio.")

    def _take(self, host: str) -> bool:
        with self._changed:
            free = self._under_way.total() < AT_ONCE and self._under_way[host] < AT_ONCE_EACH
            self._under_way[host] += free
            return free

    def _free(self, host: str) -> None:
        with self._changed:
            self._under_way[host] -= 1
            self._under_way += Counter()  # forgets hosts without any
            self._changed.notify_all()


def _chunks(ids: list[str]) -> list[list[str]]:
    rest = iter(ids)
    return list(iter(lambda: list(islice(rest, _CHUNK)), []))
