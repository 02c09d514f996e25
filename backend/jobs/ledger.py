"""The jobs database as any process sees it: put a job in, look, cancel. Runs nothing."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Mapping
from datetime import datetime, timezone
from typing import Any

from dbos import DBOSClient, EnqueueOptions, WorkflowStatus

from backend.errors import StorageError
from backend.jobs.database import empty_log, folder_of, open_engine, prepare, read_address, translated
from backend.jobs.hooks import Hooks
from backend.jobs.records import Progress, Records
from backend.jobs.roster import Roster
from backend.jobs.serializer import JsonSerializer

APPLICATION = "voicereel"
VERSION = "1"
"""Stays the same when the studio is upgraded, or jobs of before would wait for ever."""
WORKFLOW = "run_operation"
QUEUES = {"gpu": 1, "cpu": 1, "render": 1}
"""Jobs at once, by queue, in one worker. One: a speech job speaks sentences in parallel and ffmpeg has its threads."""
POLL_SECONDS = 0.2
"""How long a job waits at most before it starts; each queue that is looked at every 0.2 s costs 1.5 % of a core."""

NEARLY_FULL_BYTES = 1_000_000
"""Free on the disk of a database that is a file; only below this it is tried whether it can be written."""

ACTIVE = ["PENDING", "ENQUEUED"]
ENDED = ["SUCCESS", "ERROR", "CANCELLED"]


class Ledger:
    """An open jobs database. Made on first use."""

    def __init__(self, database_url: str) -> None:
        """Raises InvalidRequest: ``database_url``."""
        self.address = read_address(database_url)
        self.several_machines = not self.address.startswith("sqlite")
        """Whether workers may live on machines whose locks cannot be seen from here."""
        logging.getLogger("dbos").setLevel(logging.WARNING)
        with translated():
            prepare(self.address)
            self._engine = open_engine(self.address)
            self._records = Records(self._engine)
            self.roster = Roster(self._engine)
            self.hooks = Hooks(self._engine)
            self._client = DBOSClient(
                system_database_url=self.address,
                serializer=JsonSerializer(),
                application_name=APPLICATION,
                # Whoever asks is told at once that the database is away, and can ask again.
                retry_connection_errors=False,
            )

    def close(self) -> None:
        """Close all connections."""
        self._client.destroy()
        self._engine.dispose()

    def register_queues(self) -> None:
        """Write down which queues there are, for workers."""
        for name, at_once in QUEUES.items():
            with translated():
                self._client.register_queue(name, worker_concurrency=at_once, polling_interval_sec=POLL_SECONDS)

    def enqueue(
        self,
        job_id: str,
        queue: str,
        operation: str,
        arguments: Mapping[str, Any],
        tenant: str,
        *,
        otherwise: str,
    ) -> None:
        """Write a job down, synced to the disk. Does nothing if there is one of this id.

        Args:
            tenant: whose job it is.
            otherwise: the queue it goes to when nobody serves ``queue`` any more.
        """
        options: EnqueueOptions = {
            "workflow_name": WORKFLOW,
            "queue_name": queue,
            "workflow_id": job_id,
            "app_version": VERSION,
            "authenticated_user": tenant,
            "attributes": {"operation": operation, "otherwise": otherwise},
        }
        with translated():
            self._client.enqueue(options, operation, arguments)

    def claim_key(self, key: str, job_id: str) -> str:
        """The job that an idempotency key stands for: ``job_id`` if the key is new."""
        with translated():
            return self._records.claim_key(key, job_id)

    def is_full(self) -> bool:
        """Whether nothing can be written down any more for want of room, and so no job can end."""
        folder = folder_of(self.address)
        if folder is None or shutil.disk_usage(folder).free >= NEARLY_FULL_BYTES:
            return False
        try:
            with translated():
                self._records.try_to_write()
        except StorageError:
            return True
        return False

    def count_start(self, job_id: str) -> int:
        """Write down that the job is started; returns how often that happened since it last stopped in good order."""
        with translated():
            return self._records.count_start(job_id)

    def forgive_starts(self, job_id: str, attempt: int) -> None:
        """The job was stopped in good order: its starts so far ended in no crash."""
        with translated():
            self._records.forgive_starts(job_id, attempt)

    def write_progress(self, job_id: str, progress: Progress, attempt: int) -> None:
        """Write down how far a job is, as its start number ``attempt`` says; after a later one this does nothing."""
        with translated():
            self._records.write(job_id, progress, attempt)

    def progress(self, job_ids: list[str]) -> dict[str, Progress]:
        """How far these jobs are; those that never started are left out."""
        with translated():
            return self._records.read(job_ids)

    def get(self, job_id: str, *, with_arguments: bool = False) -> WorkflowStatus | None:
        """One job."""
        with translated():
            found = self._client.list_workflows(workflow_ids=[job_id], name=WORKFLOW, load_input=with_arguments)
        return found[0] if found else None

    def newest(self, states: list[str] | None, limit: int, tenant: str) -> list[WorkflowStatus]:
        """A tenant's jobs in these states of DBOS's (None: in any), newest first."""
        with translated():
            return self._client.list_workflows(
                status=states, name=WORKFLOW, limit=limit, sort_desc=True, load_input=False, user=tenant
            )

    def all_of(self, operations: Collection[str], tenant: str) -> list[WorkflowStatus]:
        """Every job of a tenant's that is one of these operations, with its arguments and what came of it."""
        with translated():
            listed = self._client.list_workflows(name=WORKFLOW, load_input=False, load_output=False, user=tenant)
            ids = [job.workflow_id for job in listed if (job.attributes or {}).get("operation") in operations]
            return self._client.list_workflows(workflow_ids=ids, name=WORKFLOW) if ids else []

    def erase(self, job_ids: list[str]) -> None:
        """Remove all that is written down about these jobs, for good."""
        with translated():
            self._client.delete_workflows(job_ids)
            self._records.erase(job_ids)
        self.hooks.erase(job_ids)
        with translated():
            empty_log(self._engine)

    def active(self) -> list[WorkflowStatus]:
        """Jobs that wait or run."""
        with translated():
            return self._client.list_workflows(status=ACTIVE, name=WORKFLOW, load_input=False, load_output=False)

    def active_of(self, tenant: str) -> list[WorkflowStatus]:
        """A tenant's jobs that wait or run, with their arguments."""
        with translated():
            return self._client.list_workflows(status=ACTIVE, name=WORKFLOW, load_output=False, user=tenant)

    def ended_before(self, moment: float, tenant: str) -> list[WorkflowStatus]:
        """A tenant's jobs that ended before this moment (Unix seconds)."""
        before = datetime.fromtimestamp(moment, timezone.utc).isoformat()
        with translated():
            return self._client.list_workflows(
                status=ENDED, completed_before=before, name=WORKFLOW, load_input=False, load_output=False, user=tenant
            )

    def states(self, job_ids: list[str]) -> dict[str, str]:
        """DBOS's state of each of these jobs; those that there are not are left out."""
        with translated():
            found = self._client.list_workflows(
                workflow_ids=job_ids, name=WORKFLOW, load_input=False, load_output=False
            )
        return {job.workflow_id: str(job.status) for job in found}

    def ended_since(self, moment: float) -> list[WorkflowStatus]:
        """Everybody's jobs that ended at this moment (Unix seconds) or later."""
        after = datetime.fromtimestamp(moment, timezone.utc).isoformat()
        with translated():
            return self._client.list_workflows(
                status=ENDED, completed_after=after, name=WORKFLOW, load_input=False, load_output=False
            )

    def owners(self, job_ids: list[str]) -> dict[str, str | None]:
        """Who runs each of the jobs: an executor, or None where it was cancelled, has ended or waits in a queue."""
        with translated():
            found = self._client.list_workflows(workflow_ids=job_ids, load_input=False, load_output=False)
        owners = {job.workflow_id: job.executor_id if job.status == "PENDING" else None for job in found}
        return {job_id: owners.get(job_id) for job_id in job_ids}

    def requeue(self, job_id: str, queue: str) -> None:
        """Let a job that has not ended start again."""
        with translated():
            self._client.resume_workflow(job_id, queue_name=queue)

    def cancel(self, job_id: str) -> None:
        """Write down that the job is cancelled, unless it has ended."""
        with translated():
            self._client.cancel_workflow(job_id)
