"""The jobs database as any process sees it: put a job in, look, cancel. Runs nothing."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, EnqueueOptions, WorkflowStatus
from dbos import error as dbos_error

from backend.errors import JobError, StorageError, StudioError
from backend.jobs.older_sqlite import teach_subseconds
from backend.jobs.records import Progress, Records
from backend.jobs.serializer import JsonSerializer

APPLICATION = "voicereel"
VERSION = "1"
"""Stays the same when the studio is upgraded, or jobs of before would wait for ever."""
WORKFLOW = "run_operation"
QUEUES = {"cpu": 1, "render": 1}
"""Jobs at once, by queue, in one worker. One: a speech job speaks sentences in parallel and ffmpeg has its threads."""
POLL_SECONDS = 0.2
"""How long a job waits at most before it starts; each queue that is looked at every 0.2 s costs 1.5 % of a core."""

ACTIVE = ["PENDING", "ENQUEUED"]


class Ledger:
    """An open jobs database. Made on first use."""

    def __init__(self, database_url: str) -> None:
        self.several_machines = not database_url.startswith("sqlite")
        """Whether workers may live on machines whose locks cannot be seen from here."""
        logging.getLogger("dbos").setLevel(logging.WARNING)
        with translated():
            _prepare(database_url)
            self._records = Records(database_url)
            self._client = DBOSClient(
                system_database_url=database_url, serializer=JsonSerializer(), application_name=APPLICATION
            )

    def close(self) -> None:
        """Close all connections."""
        self._client.destroy()
        self._records.close()

    def register_queues(self) -> None:
        """Write down which queues there are, for workers."""
        for name, at_once in QUEUES.items():
            with translated():
                self._client.register_queue(name, worker_concurrency=at_once, polling_interval_sec=POLL_SECONDS)

    def enqueue(self, job_id: str, queue: str, operation: str, arguments: Mapping[str, Any]) -> None:
        """Write a job down, synced to the disk. Does nothing if there is one of this id."""
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": queue,
            "workflow_id": job_id,
            "app_version": VERSION,
            "attributes": {"operation": operation},
        }
        with translated():
            self._client.enqueue(options, operation, arguments)

    def claim_key(self, key: str, job_id: str) -> str:
        """The job that an idempotency key stands for: ``job_id`` if the key is new."""
        with translated():
            return self._records.claim_key(key, job_id)

    def count_start(self, job_id: str) -> int:
        """Write down that the job is started; returns how often that happened since it last stopped in good order."""
        with translated():
            return self._records.count_start(job_id)

    def forgive_starts(self, job_id: str) -> None:
        """The job was stopped in good order: its starts so far ended in no crash."""
        with translated():
            self._records.forgive_starts(job_id)

    def write_progress(self, job_id: str, progress: Progress) -> None:
        """Write down how far a started job is."""
        with translated():
            self._records.write(job_id, progress)

    def progress(self, job_ids: list[str]) -> dict[str, Progress]:
        """How far these jobs are; those that never started are left out."""
        with translated():
            return self._records.read(job_ids)

    def get(self, job_id: str, *, with_arguments: bool = False) -> WorkflowStatus | None:
        """One job."""
        with translated():
            found = self._client.list_workflows(workflow_ids=[job_id], name=WORKFLOW, load_input=with_arguments)
        return found[0] if found else None

    def newest(self, states: list[str] | None, limit: int) -> list[WorkflowStatus]:
        """Jobs in these states of DBOS's (None: in any), newest first."""
        with translated():
            return self._client.list_workflows(
                status=states, name=WORKFLOW, limit=limit, sort_desc=True, load_input=False
            )

    def all_of(self, operations: Collection[str]) -> list[WorkflowStatus]:
        """Every job of these operations, with its arguments and what came of it."""
        with translated():
            listed = self._client.list_workflows(name=WORKFLOW, load_input=False, load_output=False)
            ids = [job.workflow_id for job in listed if (job.attributes or {}).get("operation") in operations]
            return self._client.list_workflows(workflow_ids=ids, name=WORKFLOW) if ids else []

    def erase(self, job_ids: list[str]) -> None:
        """Remove all that is written down about these jobs."""
        with translated():
            self._client.delete_workflows(job_ids)
            self._records.erase(job_ids)

    def active(self) -> list[WorkflowStatus]:
        """Jobs that wait or run."""
        with translated():
            return self._client.list_workflows(status=ACTIVE, name=WORKFLOW, load_input=False, load_output=False)

    def cancelled(self, job_ids: list[str]) -> list[str]:
        """Those of the jobs that are cancelled."""
        with translated():
            found = self._client.list_workflows(
                workflow_ids=job_ids, status="CANCELLED", load_input=False, load_output=False
            )
        return [job.workflow_id for job in found]

    def requeue(self, job_id: str, queue: str) -> None:
        """Let a job that has not ended start again."""
        with translated():
            self._client.resume_workflow(job_id, queue_name=queue)

    def cancel(self, job_id: str) -> None:
        """Write down that the job is cancelled, unless it has ended."""
        with translated():
            self._client.cancel_workflow(job_id)


def _prepare(database_url: str) -> None:
    """Make or upgrade the database."""
    url = sa.make_url(database_url)
    teach_subseconds()
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(url.database, timeout=30)) as connection:
            # Readers and the one writer do not wait for each other; remembered in the file.
            connection.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(database_url)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the database refuses into an error that says what to do."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, dbos_error.DBOSException, OSError) as error:
        raise _translate(error) from error


def _translate(error: Exception) -> StudioError:
    text = str(getattr(error, "orig", None) or error)
    if "disk is full" in text:
        return StorageError(
            "The disk is full; the job was not written down.", hint="Free some space and try again.", code="disk_full"
        )
    if "malformed" in text or "not a database" in text:
        return JobError(
            "The jobs database is damaged.",
            hint="Stop the studio, move jobs.db in STUDIO_HOME aside and start again; results are not in it.",
            code="database_damaged",
        )
    return JobError(
        f"The jobs database refused: {text.splitlines()[0][:200]}.",
        hint="Check that the folder STUDIO_HOME can be written, or that STUDIO_DATABASE_URL is right.",
        code="database_error",
    )
