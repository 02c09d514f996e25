"""Processes whose wall clock moves while they run."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.settings import PROJECT

SOURCE = Path(__file__).with_name("clock.c")
WORKER = "import sys; from pathlib import Path; from tests.jobs.worker_process import work; work(Path(sys.argv[1]), False, *sys.argv[2:])"  # noqa: E501


class Clock:
    """A clock that a test moves."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None or sys.platform != "linux":
            pytest.skip("moving a process's clock takes a C compiler (cc) on Linux")
        folder.mkdir(exist_ok=True)
        self._file, library = folder / "moved", folder / "clock.so"
        self.move(0)
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE)], check=True)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_MOVED_BY": str(self._file)}

    def move(self, seconds: int) -> None:
        """To so far from the right time, for all processes that have it."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("q", seconds))

    @contextmanager
    def worker(self, home: Path, *given: str) -> Iterator[subprocess.Popen[bytes]]:
        """A worker of trivial jobs that has this clock, killed at the end: its database's address and its machine, if
        given."""
        environment = {**os.environ, **self.environment}
        process = subprocess.Popen([sys.executable, "-c", WORKER, str(home), *given], cwd=PROJECT, env=environment)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
