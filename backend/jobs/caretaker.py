"""Looks after jobs while a worker lives: writes their progress down, sees cancels from other processes, and puts jobs
that nobody works on any more back into their queues."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from dbos import DBOS, WorkflowStatus

from backend.errors import StudioError
from backend.jobs.database import translated
from backend.jobs.ledger import Ledger
from backend.jobs.roster import BEAT_SECONDS
from backend.jobs.tracker import Tracker, now
from backend.jobs.workers import Workers

LOOK_SECONDS = 0.25
"""How often progress is written and cancelled jobs are looked for."""
TAKE_OVER_SECONDS = 2.0
"""How often abandoned jobs are looked for."""
STRANDED_SECONDS = 10.0
"""A job that waits in a queue which nobody has served for so long goes to the other one it may be in."""
ORPHAN_SECONDS = 60.0
"""A job of this process that has run, but whose outcome is still not written down after so long, is run again."""

_log = logging.getLogger(__name__)


class Caretaker:
    """A thread of a worker's."""

    def __init__(
        self,
        ledger: Ledger,
        workers: Workers,
        executor: str,
        enter: Callable[[], None],
        running: Callable[[], dict[str, Tracker]],
    ) -> None:
        """Args:
        enter: says that this worker is there, again after it was taken for dead.
        running: the jobs that run in this process, by id.
        """
        self._ledger = ledger
        self._workers = workers
        self._executor = executor
        self._enter = enter
        self._running = running
        self._orphaned_since: dict[str, float] = {}
        self._stranded_since: dict[str, float] = {}
        self._next_beat = 0.0
        self._trouble = ""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="jobs-caretaker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the look that is under way."""
        self._ended.set()
        self._thread.join()

    def write_progress(self, tracker: Tracker) -> None:
        """Write down how far a job is, if it is farther; whatever the database says, the job goes on."""
        if progress := tracker.take():
            try:
                self._ledger.write_progress(tracker.job_id, progress, tracker.attempt)
            except StudioError as error:
                self._complain(str(error))

    def _work(self) -> None:
        next_take_over = 0.0
        while not self._ended.is_set():
            try:
                self._beat()
                self._look()
                if time.monotonic() >= next_take_over:
                    next_take_over = time.monotonic() + TAKE_OVER_SECONDS
                    self._take_over()
                    self._trouble = ""
            except StudioError as error:
                # The database may be busy or its disk full for a while: try again at the next look.
                self._complain(str(error))
            self._ended.wait(LOOK_SECONDS)

    def _complain(self, trouble: str) -> None:
        """Once for each trouble, not four times a second."""
        if trouble != self._trouble:
            _log.warning("The jobs database cannot be used right now: %s", trouble)
        self._trouble = trouble

    def _beat(self) -> None:
        if self._ledger.several_machines and time.monotonic() >= self._next_beat:
            if not self._ledger.roster.beat(self._executor):
                self._enter()
            self._next_beat = time.monotonic() + BEAT_SECONDS

    def _look(self) -> None:
        """Stop what is cancelled, and what others went on with because this process was away."""
        trackers = self._running()
        for tracker in trackers.values():
            self.write_progress(tracker)
        if trackers:
            asked = now()
            for job_id, owner in self._ledger.owners(list(trackers)).items():
                if owner == self._executor:
                    trackers[job_id].cancel.renew(asked)
                else:
                    trackers[job_id].cancel.set()

    def _take_over(self) -> None:
        # Jobs first, then workers: a worker says to be there before its first job.
        active = self._ledger.active()
        started = [job for job in active if job.status == "PENDING"]
        owners = {job.executor_id for job in started if job.executor_id}
        if dead := sorted(self._workers.dead(owners) - {self._executor}):
            _log.warning("Going on with the jobs of workers that died: %s", ", ".join(dead))
            # Unlike resume_workflow this changes only jobs that the dead still own, so two processes can do it at
            # once, and it keeps their queues.
            with translated():
                DBOS._recover_pending_workflows(dead)
        self._requeue_orphans([job for job in started if job.executor_id == self._executor])
        self._move_stranded([job for job in active if job.status == "ENQUEUED"])

    def _move_stranded(self, waiting: list[WorkflowStatus]) -> None:
        """Those who served a queue may be gone for good; where others can do its jobs, more slowly, they do."""
        movable = {str(job.queue_name): job for job in waiting if _otherwise(job) not in (None, job.queue_name)}
        moment = time.monotonic()
        unserved = {queue for queue in movable if not self._workers.taking(queue)}
        self._stranded_since = {queue: self._stranded_since.get(queue, moment) for queue in unserved}
        for job in waiting:
            queue, other = str(job.queue_name), _otherwise(job)
            if other and other != queue and moment - self._stranded_since.get(queue, moment) >= STRANDED_SECONDS:
                self._ledger.requeue(job.workflow_id, other)

    def _requeue_orphans(self, own: list[WorkflowStatus]) -> None:
        """DBOS writes an outcome once; on a full disk it is lost and the job would be running for ever."""
        running, moment = self._running(), time.monotonic()
        orphans = {job.workflow_id: str(job.queue_name) for job in own if job.workflow_id not in running}
        self._orphaned_since = {job_id: self._orphaned_since.get(job_id, moment) for job_id in orphans}
        for job_id, since in self._orphaned_since.items():
            if moment - since >= ORPHAN_SECONDS:
                _log.warning("The outcome of job %s could not be written down; it is run again", job_id)
                self._ledger.requeue(job_id, orphans[job_id])


def _otherwise(job: WorkflowStatus) -> str | None:
    """The queue that a job goes to when nobody serves its own."""
    return (job.attributes or {}).get("otherwise")
