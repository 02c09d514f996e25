"""How many jobs there are and how long they took, for whoever watches over the studio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.jobs.statuses import STATES

if TYPE_CHECKING:
    from dbos import WorkflowStatus

    from backend.jobs.records import Progress


@dataclass(frozen=True)
class Ended:
    """A job that has ended."""

    job_id: str
    operation: str
    state: str
    """``done``, ``failed`` or ``cancelled``."""
    seconds: float | None
    """From its first start to its end; None if it never started."""
    at: float
    """Unix seconds."""


@dataclass(frozen=True)
class Tally:
    """The jobs of all processes."""

    active: Mapping[tuple[str, str], int]
    """How many, by operation and ``queued`` or ``running``."""
    queued: Mapping[str, int]
    """How many wait, by queue."""
    untold: int
    """Webhooks that are still to be delivered."""
    ended: Sequence[Ended]
    """Those that ended since a moment."""


def tally(
    active: Sequence[WorkflowStatus], ended: Sequence[WorkflowStatus], progress: Mapping[str, Progress], untold: int
) -> Tally:
    """Count what was read from the database."""
    states = [(_operation(job), STATES[job.status], str(job.queue_name)) for job in active]
    return Tally(
        Counter((operation, state) for operation, state, _ in states),
        Counter(queue for _, state, queue in states if state == "queued"),
        untold,
        [_ended(job, progress.get(job.workflow_id)) for job in ended],
    )


def _ended(job: WorkflowStatus, progress: Progress | None) -> Ended:
    at = (job.completed_at or 0) / 1000
    seconds = max(0.0, at - progress.started_at) if progress else None
    return Ended(job.workflow_id, _operation(job), STATES[job.status], seconds, at)


def _operation(job: WorkflowStatus) -> str:
    return str((job.attributes or {}).get("operation", ""))
