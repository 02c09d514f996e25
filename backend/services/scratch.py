"""Folders for work in progress: one a task, gone when it ends."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Scratch:
    """Makes folders under one root. Never under the working directory or the system's temporary folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A fresh empty folder, removed afterwards whatever happens."""
        self._root.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self._root, prefix="task-"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def job_folder(self, job_id: str) -> Iterator[Path]:
        """The folder of a job; it is the same after a crash, so that its inputs are still there."""
        path = self.job_path(job_id)
        path.mkdir(parents=True, exist_ok=True)
        yield path
        shutil.rmtree(path, ignore_errors=True)

    def job_path(self, job_id: str) -> Path:
        """Where the job's folder is, or would be."""
        return self._root / job_id
