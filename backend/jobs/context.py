"""What an operation is given when it runs as a job."""

from __future__ import annotations

from dataclasses import dataclass

from backend.tenants import MAIN
from backend.work import Steps, Work


@dataclass(frozen=True)
class JobContext:
    """The job's side of an operation."""

    job_id: str
    work: Work
    """Reports go into the job's record; its flag is raised when the job is cancelled, from whichever process."""
    steps: Steps
    """Runs named steps, only from the job's own thread and in the same order each time. A step that ended before a
    crash is answered from the record. Results are JSON values."""
    tenant: str = MAIN
    """Whose job it is."""
