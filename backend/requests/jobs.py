"""What callers send about jobs, engines and the studio itself."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from backend.models import JobState, Value
from backend.requests.fields import Limit


class SubmitJob(Value):
    """Start an operation and come back for its result."""

    operation: str
    """Name of a long operation."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Its arguments."""
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The same key is the same job, however often it is sent."""
    webhook: Annotated[str, Field(min_length=1, max_length=2048)] | None = None
    """An https:// address that is told when the job has ended; what comes is signed, see docs/webhooks.md."""


class JobRequest(Value):
    """One job."""

    job_id: str
    """What ``submit_job`` answered."""


class AskJob(JobRequest):
    """How far a job is."""


class FetchJob(JobRequest):
    """What a finished job made, with fresh links."""


class CancelJob(JobRequest):
    """Stop a job that waits or runs; one that has ended stays as it is."""


class ListJobs(Value):
    """The newest jobs."""

    state: JobState | Literal["any"] = "any"
    """Only jobs in this state."""
    limit: Limit = 50
    """At most so many."""


class InstallEngine(Value):
    """Install an engine's packages in an environment of their own and fetch its weights; what is there is kept."""

    engine: str
    """A name from ``system_status``."""


class SystemStatus(Value):
    """How the studio and its machine are."""
