"""Runs jobs from the queues."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import OperationalError

from backend.errors import JobError, NotUnderstood, StudioError
from backend.ids import new_id
from backend.jobs import presence
from backend.jobs.caretaker import Caretaker
from backend.jobs.context import JobContext
from backend.jobs.courier import Courier
from backend.jobs.database import UNAVAILABLE, translated
from backend.jobs.ledger import APPLICATION, VERSION, WORKFLOW, Ledger
from backend.jobs.serializer import JsonSerializer
from backend.jobs.telling import Deliver
from backend.jobs.tracker import Lease, Tracker
from backend.jobs.wire import as_json
from backend.jobs.workers import Workers
from backend.storage.disk import full_disk_told
from backend.tenants import MAIN
from backend.work import Work

Runner = Callable[[str, dict[str, Any], JobContext], dict[str, Any]]
"""Does an operation, given by name with its JSON arguments; returns JSON."""

MAX_CRASHES = 3
"""A job whose process died this often is not started again."""
STOP_SECONDS = 10.0
"""How long `close` waits for jobs to notice that they must stop."""
AWAY_SECONDS = 0.5
"""Between tries while the jobs database is away."""
HAND_BACK_SECONDS = 2.0
"""How long a worker keeps a job that it does not understand before others may take it: it would come back at once."""
GIVE_UP_SECONDS = 600.0
"""After so long such a job fails; as long as another version that takes jobs lives, it may be busy."""
CONNECTIONS = 10
"""At most, of DBOS's; most are never opened."""

_log = logging.getLogger(__name__)
_one_worker = threading.Lock()


class _Stopped(BaseException):
    """Leaves a job without an outcome: it was cancelled (which is written down), or goes on after the next start.

    No Exception, so that neither an operation nor DBOS records it as a failure.
    """


class Worker:
    """This process at work. One a process, as DBOS has one state a process."""

    def __init__(
        self,
        ledger: Ledger,
        workers: Workers,
        run_folder: Path,
        runner: Runner,
        *,
        queues: Sequence[str],
        version: str,
        deliver: Deliver | None = None,
    ) -> None:
        """Args:
        deliver: tells an address of a job's end; None where nobody is told.
        queues: takes jobs from these only.
        version: differs between studios that do not understand the same jobs.
        """
        self._ledger = ledger
        self._workers = workers
        self._runner = runner
        self._queues = tuple(queues)
        self._version = version
        self._executor = new_id("run")
        self._presence = presence.Presence(run_folder, self._executor)
        self._running: dict[str, Tracker] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._not_understood: dict[str, float] = {}
        self._caretaker = Caretaker(ledger, workers, self._executor, self._enter, self._running_now)
        self._courier = Courier(ledger, deliver) if deliver else None

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Take jobs from now on.

        Raises:
            JobError: another worker runs in this process, or the database refuses.
        """
        if not _one_worker.acquire(blocking=False):
            raise JobError("This process works on jobs already.", hint="Use that studio.", code="worker_running")
        try:
            with translated():
                self._presence.enter()
                self._enter()
                self._launch()
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            self._leave(nothing_left=True)
            _one_worker.release()
            raise
        self._caretaker.start()
        if self._courier:
            self._courier.start()

    def _enter(self) -> None:
        self._ledger.roster.enter(self._executor, self._queues, self._version)

    def _launch(self) -> None:
        _quieten()
        self._ledger.register_queues()
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._ledger.address,
                "sys_db_pool_size": CONNECTIONS,
                "application_version": VERSION,
                # Fresh for each process: at its start DBOS takes over all jobs of its own id, without asking whether
                # another process with that id still works on them.
                "executor_id": self._executor,
                "serializer": JsonSerializer(),
                "run_migrations": False,
                "log_level": "WARNING",
                # Nothing here listens to notifications; it is what destroy() waits for.
                "notification_listener_polling_interval_sec": 0.2,
            }
        )
        # Crashes are counted here, so that a restart in good order is none.
        DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(lambda *given: self._run_operation(*given))
        DBOS.listen_queues(self._queues)
        DBOS.launch()

    def close(self) -> None:
        """Stop the running jobs, which go on at the next start of any worker, and leave."""
        with suppress(StudioError):  # the database is away: others find out by the silence
            self.set_leaving(True)
        with self._changed:
            self._closing.set()
            for tracker in self._running.values():
                tracker.cancel.set()
            stopped = self._changed.wait_for(lambda: not self._running, STOP_SECONDS)
        self._caretaker.stop()
        if self._courier:
            self._courier.stop()
        DBOS.destroy(destroy_registry=True)
        if stopped:
            self._leave(nothing_left=False)
        else:
            # Keep the lock until the process ends: nobody may start these jobs while their threads still run.
            _log.warning("Jobs did not stop in time: %s", ", ".join(self._running))
        _one_worker.release()

    def _leave(self, *, nothing_left: bool) -> None:
        """Say that one is gone, and that others may go on with what is left."""
        try:
            if nothing_left or not any(job.executor_id == self._executor for job in self._ledger.active()):
                nothing_left = True
                self._ledger.roster.remove(self._executor)
            else:
                self._ledger.roster.set_state(self._executor, "left")
        except StudioError as error:
            nothing_left = False
            _log.warning("Others will learn a little later that this worker has ended. %s", error)
        self._presence.end(forget=nothing_left)

    def set_leaving(self, leaving: bool) -> None:
        """Say to other processes whether new jobs are still taken here."""
        self._ledger.roster.set_state(self._executor, "leaving" if leaving else "taking")

    def owes_word(self) -> bool:
        """Whether somebody is still to be told at once of a job that has ended."""
        return bool(self._courier and self._courier.owes())

    def cancel(self, job_id: str) -> None:
        """Stop a job that runs here; of no other."""
        with self._changed:
            if tracker := self._running.get(job_id):
                tracker.cancel.set()

    def _running_now(self) -> dict[str, Tracker]:
        with self._changed:
            return dict(self._running)

    # ------------------------------------------------------------ running one job

    def _run_operation(self, operation: str, arguments: dict[str, Any]) -> Any:
        job_id = str(DBOS.workflow_id)
        lease = Lease(self._workers.lease_seconds, lambda: self._ledger.owners([job_id])[job_id] == self._executor)
        tracker = Tracker(job_id, lease)
        self._take_place(tracker)
        try:
            self._refuse_crash_loop(tracker)
            return self._perform(tracker, operation, arguments)
        finally:
            self._caretaker.write_progress(tracker)
            if not self._closing.is_set():
                with suppress(StudioError):  # the courier finds it later
                    self._ledger.hooks.job_ended([tracker.job_id])
            with self._changed:
                del self._running[tracker.job_id]
                self._changed.notify_all()

    def _take_place(self, tracker: Tracker) -> None:
        """Be the one run of this job here. There is another when this process was taken for dead and then got the job
        back: that one stops first."""
        with self._changed:
            if earlier := self._running.get(tracker.job_id):
                earlier.cancel.set()
                self._changed.wait_for(lambda: tracker.job_id not in self._running, STOP_SECONDS)
            if self._closing.is_set() or tracker.job_id in self._running:
                raise _Stopped
            self._running[tracker.job_id] = tracker

    def _refuse_crash_loop(self, tracker: Tracker) -> None:
        tracker.attempt = self._when_it_is_back(lambda: self._ledger.count_start(tracker.job_id))
        if tracker.attempt > MAX_CRASHES:
            raise JobError(
                f"The studio stopped {MAX_CRASHES} times while it worked on this; it is not tried again.",
                hint="Try a shorter script or a smaller size, and see the log for what happened.",
                code="crash_loop",
            )

    def _when_it_is_back(self, ask: Callable[[], int]) -> int:
        """An answer of the database, however long it is away: no fault of the job's."""
        while True:
            try:
                return ask()
            except StudioError as error:
                if error.code != UNAVAILABLE:
                    raise
                if self._closing.wait(AWAY_SECONDS):
                    raise _Stopped from error

    def _perform(self, tracker: Tracker, operation: str, arguments: dict[str, Any]) -> Any:
        work = Work(tracker.report, tracker.cancel)
        context = JobContext(tracker.job_id, work, _RecordedSteps(tracker), DBOS.authenticated_user or MAIN)
        try:
            with full_disk_told():
                made = as_json(self._runner(operation, arguments, context))
        except NotUnderstood:
            try:
                self._leave_to_another_version(tracker)
            except StudioError as error:  # the database is away: the caretaker puts the job back later
                raise _Stopped from error
            raise
        except BaseException as error:
            # DBOS's own mean that it saw, at a step, that the job was cancelled or has another owner.
            if not (tracker.cancel.is_set() or isinstance(error, _Stopped | dbos_error.DBOSBaseException)):
                raise self._failure(tracker.job_id, error) from error
        else:
            if self._closing.is_set() or not tracker.cancel.is_set():
                return made
        if self._closing.is_set():
            self._caretaker.write_progress(tracker)
            with suppress(StudioError):  # then it counts as a crash, of which several are allowed
                self._ledger.forgive_starts(tracker.job_id, tracker.attempt)
        raise _Stopped

    def _leave_to_another_version(self, tracker: Tracker) -> None:
        """While the studio is upgraded workers of several versions live: one of them may know what to do.

        Raises:
            _Stopped: the job is in its queue again. Else nobody is there who could do it, or not for long enough.
        """
        job = self._ledger.get(tracker.job_id)
        queue = str(job.queue_name) if job else ""
        since = self._not_understood.setdefault(tracker.job_id, time.monotonic())
        others = [worker for worker in self._workers.taking(queue) if worker.version != self._version]
        if others and time.monotonic() - since < GIVE_UP_SECONDS:
            tracker.cancel.wait(HAND_BACK_SECONDS)
            self._ledger.forgive_starts(tracker.job_id, tracker.attempt)
            if not tracker.cancel.is_set():
                self._ledger.requeue(tracker.job_id, queue)
            raise _Stopped
        del self._not_understood[tracker.job_id]

    @staticmethod
    def _failure(job_id: str, error: BaseException) -> StudioError:
        """What is recorded and shown; what nobody foresaw goes to the log only."""
        if isinstance(error, StudioError):
            return error
        if isinstance(error, dbos_error.DBOSUnexpectedStepError | dbos_error.DBOSStepNondeterminismError):
            return JobError(
                "This job was begun by another version of the studio and cannot go on.",
                hint="Start it again.",
                code="job_outdated",
            )
        log_id = new_id("log")
        _log.error("%s: job %s failed", log_id, job_id, exc_info=error)
        return JobError(
            "Something went wrong inside the studio.",
            hint=f"Try again. If it stays so, report it with what the log says under {log_id}.",
            code="internal_error",
        )


class _RecordedSteps:
    """The `Steps` of a job."""

    def __init__(self, tracker: Tracker) -> None:
        self._tracker = tracker

    def __call__(self, name: str, action: Callable[[], Any]) -> Any:
        if threading.get_ident() != self._tracker.thread:
            raise JobError("Steps belong to the job's own thread.", code="step_in_other_thread")
        self._tracker.cancel.check()
        return DBOS.run_step({"name": name}, self._recordable, action)

    def _recordable(self, action: Callable[[], Any]) -> Any:
        try:
            with full_disk_told():
                return as_json(action())
        except Exception:
            if self._tracker.cancel.is_set():
                # Recorded, this would be the step's outcome for ever.
                raise _Stopped from None
            raise


def _quieten() -> None:
    """Keep failures of jobs out of DBOS's own log lines: they are recorded, and logged here when unforeseen."""
    logger = logging.getLogger("dbos")
    if _is_news not in logger.filters:
        logger.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    # That the database is away is said once, by the caretaker; DBOS says it several times a second.
    said = record.getMessage()
    away = isinstance(error, OperationalError) or "(psycopg." in said or said.startswith("Notification listener error")
    return not (isinstance(error, StudioError) or (away and record.levelno < logging.ERROR))
