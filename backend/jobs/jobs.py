"""Jobs: what the studio and its fronts see."""

from __future__ import annotations

import builtins
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from backend.errors import Cancelled, InvalidRequest, JobError, NotFound, QuotaExceeded, StorageError, StudioError
from backend.ids import is_id, new_id
from backend.jobs.context import JobContext
from backend.jobs.statuses import STATES, age, describe, error_of, positions
from backend.jobs.tally import Tally, tally
from backend.jobs.telling import Deliver
from backend.jobs.waiting import Waiting
from backend.jobs.wire import as_json
from backend.jobs.workers import SILENCE_SECONDS, Workers
from backend.models import JobState, JobStatus
from backend.tenants import MAIN
from backend.work import Work

if TYPE_CHECKING:
    from dbos import WorkflowStatus

    from backend.jobs.ledger import Ledger
    from backend.jobs.worker import Worker

POLL_SECONDS = 0.2
AWAY_SECONDS = 60.0
"""How long whoever waits bears that the jobs database cannot be reached, such as while it is restarted."""
UNAVAILABLE = "database_unavailable"
CARD_QUEUE = "gpu"
"""For jobs that a graphics card makes faster."""


class Jobs:
    """Recorded runs of operations. All methods are safe from several threads; processes that share the database see
    the same jobs, and no tenant sees another's.

    Every method may raise `JobError` (``database_error``, ``database_damaged``, ``database_login``, or
    ``database_unavailable`` while it is away), `InvalidRequest` (``database_url``) or `StorageError` (``disk_full``);
    after `close`, `JobError` (``studio_closed``).
    """

    def __init__(
        self,
        *,
        run_folder: Path,
        database_url: str,
        runner: Callable[[str, dict[str, Any], JobContext], dict[str, Any]],
        queue_of: Callable[[str], str],
        version: str = "",
        silence_seconds: float = SILENCE_SECONDS,
        deliver: Deliver | None = None,
    ) -> None:
        """Args:
        run_folder: where workers of this machine hold their locks.
        database_url: ``sqlite:///…`` or ``postgresql://…``.
        runner: does an operation.
        queue_of: the queue of an operation.
        version: differs between studios that do not understand the same jobs.
        deliver: tells an address of a job's end; None where nobody is told.
        silence_seconds: a worker of another machine that is not heard of for so long is dead.
        """
        self._run_folder = run_folder
        self._database_url = database_url
        self._runner = runner
        self._queue_of = queue_of
        self._version = version
        self._deliver = deliver
        self._silence_seconds = silence_seconds
        self._lock = threading.Lock()
        self._counted = threading.Lock()
        """Held from counting a tenant's jobs until the new one is among them."""
        self._open: Ledger | None = None
        self._worker: Worker | None = None
        self._started = False
        self._closed = threading.Event()

    # ------------------------------------------------------------ life

    def start(self, work: bool = True, queues: Sequence[str] | None = None) -> None:
        """Take jobs from these queues (from all, if not given; from none, to leave them to others) until `close`.
        Without ``work`` nothing: looking and submitting need no start."""
        if not work:
            return
        if queues is None or queues:
            self._start_worker(queues)
        self._started = True

    def _start_worker(self, queues: Sequence[str] | None) -> None:
        from backend.jobs.ledger import QUEUES  # here: see _ledger
        from backend.jobs.worker import Worker

        worker = Worker(
            self._ledger,
            self._workers(),
            self._run_folder,
            self._runner,
            queues=tuple(QUEUES) if queues is None else queues,
            version=self._version,
            deliver=self._deliver,
        )
        worker.start()
        self._worker = worker

    @property
    def started(self) -> bool:
        """Whether this process takes jobs, or leaves them to others as it is meant to."""
        return self._started

    @property
    def works(self) -> bool:
        """Whether this process does jobs."""
        return self._worker is not None

    def close(self) -> None:
        """Stop running jobs, which go on at the next start of any worker, and close the database."""
        self._closed.set()
        self._started = False
        worker, self._worker = self._worker, None
        if worker:
            worker.close()
        with self._lock:
            ledger, self._open = self._open, None
        if ledger:
            ledger.close()

    def live_workers(self, queue: str | None = None) -> builtins.list[str]:
        """Ids of the processes that take jobs (from this queue), on all machines."""
        return [worker.executor for worker in self._workers().taking(queue)]

    def describe_workers(self) -> builtins.list[dict[str, Any]]:
        """The processes that take jobs, on all machines: their machines and queues."""
        return [{"machine": worker.machine, "queues": list(worker.queues)} for worker in self._workers().taking()]

    def _workers(self) -> Workers:
        return Workers(self._ledger, self._run_folder, self._silence_seconds)

    def drain(self, *, until_idle: bool, idle_seconds: float = 1.0) -> None:
        """Let this process work until `close` or, with ``until_idle``, until nothing was queued or running for so long.

        Whoever submits a job and sees this process among the `live_workers` can be sure that it will be done.
        """
        while not (until_idle and self._is_idle(idle_seconds) and self._leave_if_idle()):
            if self._closed.wait(POLL_SECONDS):
                return

    def _is_idle(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not self._has_work():
            if time.monotonic() >= end:
                return True
            if self._closed.wait(POLL_SECONDS):
                return False
        return False

    def _has_work(self) -> bool:
        return any(self.counts().values()) or bool(self._worker and self._worker.owes_word())

    def _leave_if_idle(self) -> bool:
        """Say first that no more is taken, then look once more for what came in between."""
        if not self._worker:
            return True
        self._worker.set_leaving(True)
        idle = not self._has_work()
        if not idle:
            self._worker.set_leaving(False)
        return idle

    # ------------------------------------------------------------ jobs

    def id_for(self, key: str | None, tenant: str = MAIN) -> str:
        """The id that a job submitted with this key has, or will have; a fresh one without a key."""
        fresh = new_id("job")
        return fresh if key is None else self._ledger.claim_key(_key_of(tenant, key), fresh)

    def submit(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        key: str | None = None,
        job_id: str | None = None,
        *,
        queue: str | None = None,
        wants_card: Callable[[], bool] = lambda: False,
        tenant: str = MAIN,
        at_most: int | None = None,
        webhook: tuple[str, str] | None = None,
    ) -> str:
        """Accept a job: when this returns, it is on the disk.

        Args:
            operation: What the runner is to do.
            arguments: JSON values.
            key: The same key is the same job, however often and from however many processes it is sent.
            job_id: Id for a new job, from ``new_id("job")``; made here if not given.
            queue: Instead of the operation's own.
            wants_card: Whether a graphics card makes it faster: then it goes to the queue ``gpu``. Only asked while
                somebody serves that.
            tenant: Whose job it is; keys of different tenants are different keys.
            at_most: So many jobs of this tenant may wait or run; None for any number.
            webhook: The address to tell when it has ended, and what may be shown of it; the first one of a job stays.

        Raises:
            QuotaExceeded: ``too_many_jobs``.
            InvalidRequest: ``arguments_not_json``; ``idempotency_conflict``, the key is another job's.
        """
        try:
            plain = as_json(dict(arguments))
        except (TypeError, ValueError) as error:
            raise InvalidRequest(
                f"The arguments are not JSON: {error}.", hint="Send plain values.", code="arguments_not_json"
            ) from error
        job_id = job_id or new_id("job")
        if key is not None:
            job_id = self._ledger.claim_key(_key_of(tenant, key), job_id)
        known = key is not None and self._ledger.get(job_id) is not None
        with self._room(tenant, None if known else at_most):
            if webhook:
                if key is not None:
                    self._check_same(job_id, operation, plain)
                self._ledger.hooks.add(job_id, tenant, *webhook)
            usual = queue or self._queue_of(operation)
            queue = CARD_QUEUE if self.live_workers(CARD_QUEUE) and wants_card() else usual
            self._ledger.enqueue(job_id, queue, operation, plain, tenant, otherwise=usual)
        if key is not None:
            self._check_same(job_id, operation, plain)
        return job_id

    @contextmanager
    def _room(self, tenant: str, at_most: int | None) -> Iterator[None]:
        """Room for one more job of a tenant's, who may have so many; nobody else takes it meanwhile."""
        if at_most is None:
            yield
            return
        with self._counted:
            self._refuse_more(tenant, at_most)
            yield

    def _refuse_more(self, tenant: str, at_most: int) -> None:
        there = sum(1 for job in self._ledger.active() if (job.authenticated_user or MAIN) == tenant)
        if there >= at_most:
            raise QuotaExceeded(
                f"{there} of your jobs wait or run already; more are not taken.",
                hint="Wait for some, or cancel some. Whoever runs the studio can raise STUDIO_MAX_JOBS_PER_KEY.",
                code="too_many_jobs",
            )

    def _check_same(self, job_id: str, operation: str, arguments: dict[str, Any]) -> None:
        found = self._ledger.get(job_id, with_arguments=True)
        if found and found.input and list(found.input["args"]) != [operation, arguments]:
            raise InvalidRequest(
                "This idempotency key was used for something else.",
                hint="Use a fresh key for each new request.",
                code="idempotency_conflict",
            )

    def status(self, job_id: str, tenant: str = MAIN) -> JobStatus:
        """How a job is.

        Raises:
            NotFound: ``job_not_found``.
        """
        return self._describe([self._find(job_id, tenant)])[0]

    def details(self, job_id: str) -> dict[str, Any]:
        """The last that a job told while it ran, also when it has ended since; empty when it never started."""
        found = self._ledger.progress([job_id]).get(job_id)
        return found.details if found else {}

    def has_ended(self, job_id: str) -> bool:
        """Whether nobody works on this job any more, whosever it is; one that is not known has ended too."""
        job = self._ledger.get(job_id)
        return job is None or STATES[job.status] in ("done", "failed", "cancelled")

    def result(self, job_id: str, tenant: str = MAIN) -> dict[str, Any]:
        """What a finished job made.

        Raises:
            NotFound: ``job_not_found``.
            InvalidRequest: ``job_not_finished``.
            Cancelled: it was cancelled.
            StudioError: why it failed.
        """
        job = self._find(job_id, tenant)
        state = STATES[job.status]
        if state == "cancelled":
            raise Cancelled("This job was cancelled.", hint="Start it again whenever you like.")
        if state == "failed":
            raise error_of(job)
        if state != "done":
            raise InvalidRequest(
                f"This job is still {state}.", hint="Ask job_status until its state is done.", code="job_not_finished"
            )
        return dict(job.output or {})

    def cancel(self, job_id: str, tenant: str = MAIN) -> JobStatus:
        """Stop a job that waits or runs, in whichever process; leaves a finished one as it is.

        Raises:
            NotFound: ``job_not_found``.
        """
        if STATES[self._find(job_id, tenant).status] in ("queued", "running"):
            self._ledger.cancel(job_id)
            self._ledger.hooks.job_ended([job_id])
            if self._worker:
                self._worker.cancel(job_id)
        return self.status(job_id, tenant)

    def erase(
        self, operations: Collection[str], concerns: Callable[[str, dict[str, Any], str], bool], tenant: str = MAIN
    ) -> int:
        """Remove the records of jobs that hold what somebody wants gone; those that still wait or run are stopped.

        Args:
            operations: only these are looked at.
            concerns: whether a job is among them, by its id, its arguments, and what came of it (an error's words too).

        Returns:
            How many were removed.
        """
        jobs = [job for job in self._ledger.all_of(operations, tenant) if concerns(job.workflow_id, *_written(job))]
        for job in jobs:
            if STATES[job.status] in ("queued", "running"):
                self.cancel(job.workflow_id, tenant)
        if jobs:
            self._ledger.erase([job.workflow_id for job in jobs])
        return len(jobs)

    def in_hand(self, tenant: str = MAIN) -> dict[str, dict[str, Any]]:
        """The arguments of a tenant's jobs that wait or run, by id."""
        return {job.workflow_id: _written(job)[0] for job in self._ledger.active_of(tenant)}

    def erase_older(self, seconds: float, tenant: str = MAIN) -> int:
        """Remove the records of a tenant's jobs that ended longer ago than this; returns how many."""
        gone = [job.workflow_id for job in self._ledger.ended_before(time.time() - seconds, tenant)]
        if gone:
            self._ledger.erase(gone)
        return len(gone)

    def wait(self, job_id: str, work: Work, tenant: str = MAIN) -> dict[str, Any]:
        """Wait for a job and return what it made. Its progress goes to ``work``, whose flag cancels it.

        Raises:
            NotFound, Cancelled, StudioError: as `result`.
            JobError: ``no_worker``: there is no process to do it.
            StorageError: ``disk_full``: its end cannot be written down.
        """
        waiting = self.waiting(job_id, work, tenant)
        while (pause := waiting.look()) is not None:
            if work.cancel.wait(pause):
                self.cancel(job_id, tenant)
        return self.result(job_id, tenant)

    def waiting(self, job_id: str, work: Work, tenant: str = MAIN) -> Waiting:
        """The looks of somebody who waits for a job; its progress goes to ``work``, whose flag is not looked at."""
        return Waiting(
            partial(self._glance_when_it_is_back, job_id, tenant),
            self._hindered,
            work,
        )

    def glance(self, job_id: str, tenant: str = MAIN) -> JobStatus:
        """How a job is, at the price of one row of two tables: not how many are before it, nor who is told of its end.

        Raises:
            NotFound: ``job_not_found``.
        """
        job = self._find(job_id, tenant)
        return describe(job, self._ledger.progress([job_id]).get(job_id), ahead=None, served=True)

    def _glance_when_it_is_back(self, job_id: str, tenant: str) -> JobStatus:
        """The glance, after a while in which the database may be away: the job does not mind."""
        until = time.monotonic() + AWAY_SECONDS
        while True:
            try:
                return self.glance(job_id, tenant)
            except JobError as error:
                if error.code != UNAVAILABLE or time.monotonic() > until or self._closed.wait(POLL_SECONDS):
                    raise

    def _hindered(self, status: JobStatus) -> StudioError | None:
        """Why a job cannot end as things are: it waits and nobody takes it, it would have to go on and nobody is there,
        or what comes of it cannot be written down."""
        with suppress(JobError):  # the database is away: whoever waits for it waits on
            if not self.live_workers(self._queue(status.job_id) if status.state == "queued" else None):
                return self._no_worker(status.job_id)
            if self._ledger.is_full():
                return StorageError(
                    "The disk is full: what comes of this job cannot be written down.",
                    hint="Free some space, e.g. delete videos in the Library; the job then goes on by itself.",
                    code="disk_full",
                )
        return None

    def _queue(self, job_id: str) -> str | None:
        job = self._ledger.get(job_id)
        return job.queue_name if job else None

    def _no_worker(self, job_id: str) -> JobError:
        if not self.live_workers():
            return JobError(
                "No studio is there to do this job; it waits in its queue.",
                hint="Start the studio, or run: python -m backend worker --until-idle.",
                code="no_worker",
            )
        queue = self._queue(job_id)
        return JobError(
            f"No worker takes jobs from the queue {queue}; the job waits there.",
            hint=f"Start one: python -m backend worker --queues {queue}.",
            code="no_worker",
        )

    def counts(self) -> dict[Literal["queued", "running"], int]:
        """How many jobs wait and run, in all processes."""
        states = [job.status for job in self._ledger.active()]
        return {"queued": states.count("ENQUEUED"), "running": states.count("PENDING")}

    def tally(self, since: float) -> Tally:
        """Everybody's jobs: those that wait or run, and those that ended since this moment (Unix seconds)."""
        ended = self._ledger.ended_since(since)
        progress = self._ledger.progress([job.workflow_id for job in ended])
        return tally(self._ledger.active(), ended, progress, self._ledger.hooks.unfinished())

    def list(
        self, state: JobState | Literal["any"] = "any", limit: int = 50, tenant: str = MAIN
    ) -> builtins.list[JobStatus]:
        """The newest jobs first."""
        wanted = None if state == "any" else [name for name, shown in STATES.items() if shown == state]
        return self._describe(sorted(self._ledger.newest(wanted, limit, tenant), key=age, reverse=True))

    # ------------------------------------------------------------ inside

    @property
    def _ledger(self) -> Ledger:
        """The jobs database, opened when first needed.

        DBOS is imported here, not above: that takes up to two seconds, and most commands never look at jobs.
        """
        from backend.jobs.ledger import Ledger

        with self._lock:
            if self._closed.is_set():
                raise JobError("The studio is closing.", hint="Ask again when it is back.", code="studio_closed")
            if self._open is None:
                self._open = Ledger(self._database_url)
            return self._open

    def _find(self, job_id: str, tenant: str) -> WorkflowStatus:
        job = self._ledger.get(job_id) if is_id(job_id, "job") else None
        if job is None or (job.authenticated_user or MAIN) != tenant:
            raise NotFound(
                "There is no such job.", hint="Use a job_id from submit_job or list_jobs.", code="job_not_found"
            )
        return job

    def _describe(self, jobs: Sequence[WorkflowStatus]) -> builtins.list[JobStatus]:
        ids = [job.workflow_id for job in jobs]
        progress, hooks = self._ledger.progress(ids), self._ledger.hooks.read(ids)
        any_queued = any(STATES[job.status] == "queued" for job in jobs)
        ahead = positions(self._ledger.active()) if any_queued else {}
        served = {queue for worker in self._workers().taking() for queue in worker.queues} if any_queued else set()
        return [
            describe(
                job,
                progress.get(job.workflow_id),
                ahead.get(job.workflow_id),
                job.queue_name in served,
                hooks.get(job.workflow_id),
            )
            for job in jobs
        ]


def _key_of(tenant: str, key: str) -> str:
    """One tenant's keys can never be another's: names hold no space."""
    return f"{tenant} {key}"


def _written(job: WorkflowStatus) -> tuple[dict[str, Any], str]:
    """The arguments of a job and, as text, what came of it."""
    given = job.input["args"][1] if job.input else {}
    return dict(given), f"{job.output or ''} {job.error or ''}"
