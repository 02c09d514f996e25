from __future__ import annotations

import multiprocessing
import multiprocessing.context
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.jobs import Jobs
from tests.jobs.operations import marks, open_jobs, until
from tests.jobs.worker_process import work

WorkerProcess = multiprocessing.context.ForkServerProcess
# Processes are forked off one that has imported everything and runs no threads: real ones, without seconds of imports.
# Said here, because that one is made when any test first needs it.
multiprocessing.set_forkserver_preload(["backend.jobs.worker", "tests.jobs.worker_process"])

Spawn = Callable[..., WorkerProcess]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def jobs(home: Path) -> Iterator[Jobs]:
    """Jobs of a process that works on them."""
    home.mkdir()
    opened = open_jobs(home)
    opened.start()
    yield opened
    opened.close()


@pytest.fixture
def client(home: Path) -> Iterator[Jobs]:
    """Jobs of a process that only submits and looks."""
    home.mkdir(exist_ok=True)
    opened = open_jobs(home)
    opened.start(work=False)
    yield opened
    opened.close()


@pytest.fixture
def spawn(home: Path) -> Iterator[Spawn]:
    """Starts workers in processes of their own and waits until they work."""
    context = multiprocessing.get_context("forkserver")
    started: list[WorkerProcess] = []

    def start(until_idle: bool = False, **further: Any) -> WorkerProcess:
        ready = marks(home).count("ready")
        process = context.Process(target=work, args=(home, until_idle), kwargs=further)
        process.start()
        started.append(process)
        until(lambda: marks(home).count("ready") > ready or not process.is_alive())
        return process

    yield start
    for process in started:
        process.kill()
        process.join()
        process.close()
