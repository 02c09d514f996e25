"""Durable jobs: `Jobs` to submit, watch and work on them, `JobContext` for the operation that runs as one."""

from backend.jobs.context import JobContext
from backend.jobs.jobs import Jobs
from backend.jobs.presence import anybody_works

__all__ = ["JobContext", "Jobs", "anybody_works"]
