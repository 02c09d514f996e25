"""Jobs."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from backend.models.value import Value
from backend.models.vocabulary import JobState


class JobStatus(Value):
    """A recorded run of an operation."""

    job_id: str
    operation: str
    state: JobState
    progress: float = Field(ge=0, le=1)
    message: str = ""
    """What is going on, for people."""
    seconds_left: float | None = None
    """Estimate while running; null when unknown."""
    queue_position: int | None = None
    """Jobs before this one; null when not queued."""
    details: dict[str, Any] = Field(default_factory=dict)
    """What the operation shows while it runs, e.g. ``sentences`` that can be heard already."""
    created_at: str
    """ISO 8601, UTC."""
    started_at: str | None = None
    finished_at: str | None = None
    error: dict[str, str] | None = None
    """``code``, ``message``, ``hint`` when failed."""
