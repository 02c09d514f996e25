"""The processes of one engine: requests are shared among them, a dead one is replaced, an idle one is ended."""

from __future__ import annotations

import itertools
import os
import platform
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from backend.engines.host import Host, Patience
from backend.engines.plan import Plan
from backend.errors import EngineDied
from backend.work import Work

_LOOK_SECONDS = 0.05
_log_numbers = itertools.count()


class Pool:
    """Answers requests with up to ``plan.processes`` processes of one engine."""

    def __init__(
        self,
        name: str,
        *,
        code: Path,
        models: Path | None,
        logs: Path,
        plan: Plan,
        python: Path | None = None,
        options: dict[str, Any] | None = None,
        make_room: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        """Args:
        name: of the engine.
        code: folder with ``engine.py``.
        models: folder with its weights.
        logs: folder for what its processes print.
        plan: how many processes, and how much each does at once.
        python: interpreter of its own environment; the studio's if None.
        options: given to its ``load`` besides the number of threads.
        make_room: called before a process is started.
        """
        self.plan = plan
        self._name = name
        self._code = code
        self._models = models
        self._logs = logs
        self._python = python
        self._options = options or {}
        self._make_room = make_room
        self._patience = patience
        self._hosts: list[Host | None] = [None] * plan.processes
        self._starting = [threading.Lock() for _ in range(plan.processes)]
        self._taken = [0] * plan.processes
        self._free = threading.Condition()
        self._again = threading.Lock()
        self._closed = threading.Event()

    @property
    def loaded(self) -> bool:
        """Whether a process is running."""
        return any(host is not None and host.alive for host in self._hosts)

    @property
    def busy(self) -> bool:
        """Whether a request is in it, or about to be."""
        return any(self._taken)

    @property
    def used(self) -> float:
        """When it last had work, in `time.monotonic` seconds; 0 if never."""
        return max((host.used for host in self._hosts if host), default=0.0)

    @property
    def memory(self) -> int:
        """Bytes of main memory its processes hold."""
        return sum(host.memory for host in self._hosts if host)

    @property
    def facts(self) -> dict[str, Any]:
        """What the engine told when it was loaded, e.g. its ``device``; empty when no process runs."""
        return next((host.facts for host in self._hosts if host and host.alive), {})

    def ask(self, do: str, request: dict[str, Any], work: Work) -> Any:
        """Ask an engine; if its process dies over it, ask a fresh one once more.

        Raises:
            EngineLoadFailed, EngineRequestFailed, EngineDied, Cancelled
        """
        try:
            return self._ask_once(do, request, work)
        except EngineDied:
            work.cancel.check()
        # One after another, so that the request that kills the engine takes no other second try down with it.
        with _held(self._again, work):
            return self._ask_once(do, request, work)

    def _ask_once(self, do: str, request: dict[str, Any], work: Work) -> Any:
        with self._slot(work) as index:
            return self._running(index, work).ask(do, request, work)

    @contextmanager
    def _slot(self, work: Work) -> Iterator[int]:
        """A place in the least busy process."""
        with self._free:
            while min(self._taken) >= self.plan.at_once_each:
                self._free.wait(_LOOK_SECONDS)
                work.cancel.check()
            index = self._taken.index(min(self._taken))
            self._taken[index] += 1
        try:
            yield index
        finally:
            with self._free:
                self._taken[index] -= 1
                self._free.notify()

    def _running(self, index: int, work: Work) -> Host:
        """The process at this place, started if it is not running."""
        with _held(self._starting[index], work):
            if self._closed.is_set():
                raise EngineDied(f"The engine {self._name} is being ended.", hint="Try again.")
            host = self._hosts[index]
            if host is None or not host.alive:
                if host:
                    host.stop()  # what it left on disk
                self._make_room()
                host = self._hosts[index] = self._new_host()
                work.report(0.0, f"Starting {self._name}")
                host.start(work.part(0.0, 0.0))
            return host

    def _new_host(self) -> Host:
        return Host(
            self._name,
            code=self._code,
            models=self._models,
            log=self._logs / f"engine-{self._name}-{platform.node()}-{os.getpid()}-{next(_log_numbers)}.log",
            python=self._python,
            threads=self.plan.at_once_each,
            options={**self._options, "threads": self.plan.threads},
            patience=self._patience,
        )

    def end_idle(self, before: float | None = None) -> None:
        """End processes that have nothing to do and were last used before this moment (`time.monotonic` seconds).

        What dead ones left on disk goes as well.
        """
        before = time.monotonic() if before is None else before
        for index, host in enumerate(self._hosts):
            with self._free:
                at_rest = host is not None and not self._taken[index]
                idle = at_rest and host and (not host.alive or host.used <= before)
            if idle and host:
                host.stop()

    def close(self) -> None:
        """End all processes, for good."""
        self._closed.set()
        for host in self._hosts:
            if host:
                host.stop()


def sweep(logs: Path) -> None:
    """Remove what engines of killed studios left: their logs, and files of their libraries."""
    for path in logs.glob(f"engine-*-{platform.node()}-*.*"):
        number = path.stem.split("-")[-2]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


@contextmanager
def _held(lock: threading.Lock, work: Work) -> Iterator[None]:
    """Hold a lock, waiting for it no longer than until Stop."""
    while not lock.acquire(timeout=_LOOK_SECONDS):
        work.cancel.check()
    try:
        yield
    finally:
        lock.release()
