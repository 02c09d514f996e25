"""Durable jobs: `Jobs` to submit, watch and work on them, `JobContext` for the operation that runs as one."""

from backend.jobs.context import JobContext
from backend.jobs.jobs import Jobs

__all__ = ["JobContext", "Jobs"]
