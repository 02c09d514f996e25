"""From what is recorded to what people and programs see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from backend.errors import JobError, StudioError
from backend.models import JobState, JobStatus

if TYPE_CHECKING:
    from dbos import WorkflowStatus

    from backend.jobs.records import Progress
    from backend.jobs.telling import Webhook

STATES: dict[str, JobState] = {
    "ENQUEUED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
}
"""DBOS's states that a job of ours can be in."""


def describe(
    job: WorkflowStatus, progress: Progress | None, ahead: int | None, served: bool, webhook: Webhook | None = None
) -> JobStatus:
    """A job as callers see it.

    Args:
        ahead: jobs before it, when it is queued.
        served: whether a worker takes jobs from its queue.
        webhook: who is told of its end.
    """
    state = STATES[job.status]
    error = error_of(job) if state == "failed" else None
    details = progress.details if progress and state != "done" else {}
    return JobStatus(
        job_id=job.workflow_id,
        operation=str((job.attributes or {}).get("operation", "")),
        state=state,
        progress=1.0 if state == "done" else progress.fraction if progress else 0.0,
        message=_message(state, progress, error) if served or state != "queued" else _unserved(job),
        seconds_left=_seconds_left(progress) if state == "running" and progress else None,
        queue_position=ahead,
        details={**details, "webhook": webhook.describe()} if webhook else details,
        created_at=_iso(job.created_at) or "",
        started_at=_iso(progress.started_at * 1000 if progress else None),
        finished_at=_iso(job.completed_at),
        error=error.to_dict() if error else None,
    )


def error_of(job: WorkflowStatus) -> StudioError:
    """Why a job failed."""
    if isinstance(job.error, StudioError):
        return job.error
    return JobError("The job failed before it began.", hint="Start it again.")


def age(job: WorkflowStatus) -> tuple[int, str]:
    """Sorts jobs by age; ids tell apart those of the same millisecond."""
    return job.created_at or 0, job.workflow_id


def positions(active: Sequence[WorkflowStatus]) -> dict[str, int]:
    """How many jobs are before each queued one, running ones included."""
    ahead: dict[str, int] = {}
    met: dict[str | None, int] = {}
    for job in sorted(active, key=lambda job: (STATES[job.status] == "queued", age(job))):
        if STATES[job.status] == "queued":
            ahead[job.workflow_id] = met.get(job.queue_name, 0)
        met[job.queue_name] = met.get(job.queue_name, 0) + 1
    return ahead


def _message(state: JobState, progress: Progress | None, error: StudioError | None) -> str:
    if error:
        return error.message
    if state == "queued":
        return "Waiting to go on after a restart" if progress else "Waiting for its turn"
    if state == "running":
        return progress.message if progress and progress.message else "Starting"
    return state.capitalize()


def _unserved(job: WorkflowStatus) -> str:
    return f"Waiting for a worker: nobody takes jobs from the queue {job.queue_name} now"


def _seconds_left(progress: Progress) -> float | None:
    if progress.seconds_left is None:
        return None
    return round(max(0.0, progress.seconds_left - progress.age), 1)


def _iso(milliseconds: float | None) -> str | None:
    """Unix milliseconds as ISO 8601 in UTC, in whole seconds: SQLite's clock has no finer ones."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds // 1000, timezone.utc)
    return moment.isoformat().replace("+00:00", "Z")
