"""Work in progress: how a long task says how far it is, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from backend.errors import Cancelled

Result = TypeVar("Result")


class Report(Protocol):
    """Takes progress: ``fraction`` from 0 to 1, a short ``message`` for people, and JSON ``details``."""

    def __call__(self, fraction: float, message: str, **details: Any) -> None: ...


class Cancel:
    """A flag that is raised once, from any thread, and watched by whoever does the work."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Sleep at most ``seconds``; true as soon as the flag is up."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise `Cancelled` if the flag is up."""
        if self.is_set():
            raise Cancelled("Stopped.", hint="Start it again whenever you like.")


def ignore_progress(fraction: float, message: str, **details: Any) -> None:
    """A `Report` for work that nobody watches."""


@dataclass(frozen=True)
class Work:
    """What a long task is given besides its arguments."""

    report: Report = ignore_progress
    cancel: Cancel = field(default_factory=Cancel)

    def part(self, start: float, end: float) -> Work:
        """The same work seen as the stretch from ``start`` to ``end`` (fractions) of the whole."""

        def report(fraction: float, message: str, **details: Any) -> None:
            self.report(start + (end - start) * fraction, message, **details)

        return Work(report, self.cancel)


class Steps(Protocol):
    """Runs the named steps of a job; a step that already ended before a crash is answered from the record."""

    def __call__(self, name: str, action: Callable[[], Any]) -> Any: ...


def run_at_once(name: str, action: Callable[[], Any]) -> Any:
    """The `Steps` of work that is not recorded."""
    return action()
