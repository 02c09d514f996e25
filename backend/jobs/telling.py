"""Telling an address that a job has ended: what is known of it, and how an attempt goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["waiting", "trying", "delivered", "given_up"]
"""``waiting`` for the job's end; ``trying`` since then."""


@dataclass(frozen=True)
class Webhook:
    """An address that is told of a job's end."""

    job_id: str
    tenant: str
    url: str
    """Path and query may be secret; empty once nobody is to be told any more."""
    shown: str
    """As much of it as may be logged and shown."""
    state: State
    attempts: int
    """Begun so far."""
    said: str
    """How the last one went; empty before it."""
    in_seconds: float
    """Until the next attempt, by the database's clock."""

    def describe(self) -> dict[str, Any]:
        """What ``job_status`` tells."""
        told: dict[str, Any] = {"to": self.shown, "state": self.state, "attempts": self.attempts, "said": self.said}
        return {**told, "next_in_seconds": max(0, round(self.in_seconds))} if self.state == "trying" else told


@dataclass(frozen=True)
class Told:
    """How an attempt went."""

    outcome: Literal["delivered", "again", "given_up"]
    said: str
    """For people, without a secret of the address."""


Deliver = Callable[[Webhook], Told]
"""Makes one attempt, which takes 30 s at most; raises StudioError where the fault is ours."""
