"""Runs jobs from the queues."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbos import DBOS
from dbos import error as dbos_error

from backend.errors import JobError, StudioError
from backend.ids import new_id
from backend.jobs import presence
from backend.jobs.caretaker import Caretaker
from backend.jobs.context import JobContext
from backend.jobs.ledger import APPLICATION, VERSION, WORKFLOW, Ledger, translated
from backend.jobs.serializer import JsonSerializer
from backend.jobs.tracker import Tracker
from backend.jobs.wire import as_json
from backend.work import Work

Runner = Callable[[str, dict[str, Any], JobContext], dict[str, Any]]
"""Does an operation, given by name with its JSON arguments; returns JSON."""

MAX_CRASHES = 3
"""A job whose process died this often is not started again."""
STOP_SECONDS = 10.0
"""How long `close` waits for jobs to notice that they must stop."""

_log = logging.getLogger(__name__)
_one_worker = threading.Lock()


class _Stopped(BaseException):
    """Leaves a job without an outcome: it was cancelled (which is written down), or goes on after the next start.

    No Exception, so that neither an operation nor DBOS records it as a failure.
    """


class Worker:
    """This process at work. One a process, as DBOS has one state a process."""

    def __init__(self, ledger: Ledger, database_url: str, run_folder: Path, runner: Runner) -> None:
        self._ledger = ledger
        self._database_url = database_url
        self._runner = runner
        self._executor = new_id("run")
        self._presence = presence.Presence(run_folder, self._executor)
        self._running: dict[str, Tracker] = {}
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._caretaker = Caretaker(ledger, run_folder, self._executor, self._running_now)

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
                self._launch()
        except BaseException:
            DBOS.destroy(destroy_registry=True)
            self._presence.end(forget=True)
            _one_worker.release()
            raise
        self._caretaker.start()

    def _launch(self) -> None:
        _quieten()
        self._ledger.register_queues()
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": self._database_url,
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
        DBOS.launch()

    def close(self) -> None:
        """Stop the running jobs, which go on at the next start, and leave."""
        self.set_leaving(True)
        with self._changed:
            self._closing.set()
            for tracker in self._running.values():
                tracker.cancel.set()
            stopped = self._changed.wait_for(lambda: not self._running, STOP_SECONDS)
        self._caretaker.stop()
        DBOS.destroy(destroy_registry=True)
        if stopped:
            left = any(job.executor_id == self._executor for job in self._ledger.active())
            self._presence.end(forget=not left)
        else:
            # Keep the lock until the process ends: nobody may start these jobs while their threads still run.
            _log.warning("Jobs did not stop in time: %s", ", ".join(self._running))
        _one_worker.release()

    def set_leaving(self, leaving: bool) -> None:
        """Say to other processes whether new jobs are still taken here."""
        self._presence.set_leaving(leaving)

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
        tracker = Tracker(str(DBOS.workflow_id))
        with self._changed:
            if self._closing.is_set():
                raise _Stopped
            self._running[tracker.job_id] = tracker
        try:
            self._refuse_crash_loop(tracker.job_id)
            return self._perform(tracker, operation, arguments)
        finally:
            self._caretaker.write_progress(tracker)
            with self._changed:
                del self._running[tracker.job_id]
                self._changed.notify_all()

    def _refuse_crash_loop(self, job_id: str) -> None:
        if self._ledger.count_start(job_id) > MAX_CRASHES:
            raise JobError(
                f"The studio stopped {MAX_CRASHES} times while it worked on this; it is not tried again.",
                hint="Try a shorter script or a smaller size, and see the log for what happened.",
                code="crash_loop",
            )

    def _perform(self, tracker: Tracker, operation: str, arguments: dict[str, Any]) -> Any:
        context = JobContext(tracker.job_id, Work(tracker.report, tracker.cancel), _RecordedSteps(tracker))
        try:
            made = as_json(self._runner(operation, arguments, context))
        except BaseException as error:
            # DBOS's own mean that it saw, at a step, that the job was cancelled or has another owner.
            if not (tracker.cancel.is_set() or isinstance(error, _Stopped | dbos_error.DBOSBaseException)):
                raise self._failure(tracker.job_id, error) from error
        else:
            if self._closing.is_set() or not tracker.cancel.is_set():
                return made
        if self._closing.is_set():
            self._ledger.forgive_starts(tracker.job_id)
        raise _Stopped

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
    return not isinstance(error, StudioError)
