"""Folders for work in progress: one a task, gone when it ends, or when its process has died."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backend.locks import is_locked, locked_folder

_LIVE, _NEW = "live-", "new-"
_LOCK = "lock"


class Scratch:
    """Makes folders under one root, never under the working directory or the system's temporary folder.

    Each process has a folder of its own there and holds a lock in it. A killed process leaves its folder behind without
    the lock; `sweep` finds and removes it. Whoever makes one, or sweeps, holds a lock on the root meanwhile.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._own: Path | None = None
        self._held: IO[bytes] | None = None
        self._making = threading.Lock()

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A fresh empty folder, removed afterwards whatever happens."""
        path = Path(tempfile.mkdtemp(dir=self._live(), prefix="task-"))
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def job_folder(self, job_id: str) -> Iterator[Path]:
        """The folder of a job. It stays when the process is killed, for the job that goes on; not when the job ends."""
        path = self._root / job_id
        path.mkdir(parents=True, exist_ok=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def sweep(self, has_ended: Callable[[str], bool]) -> None:
        """Remove what killed processes left, and the folders of jobs that have ended meanwhile."""
        if not self._root.is_dir():
            return
        with locked_folder(self._root):
            left = [folder for folder in self._root.glob(f"{_LIVE}*") if folder != self._own]
            left = [folder for folder in left if not is_locked(folder / _LOCK)]
            left += self._root.glob(f"{_NEW}*")  # nobody makes one now
        for folder in [*left, *(folder for folder in self._root.glob("job_*") if has_ended(folder.name))]:
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove this process's folder."""
        with self._making:
            if self._own is not None and self._held is not None:
                shutil.rmtree(self._own, ignore_errors=True)
                self._held.close()
                self._own = self._held = None

    def _live(self) -> Path:
        with self._making:
            if self._own is None:
                self._root.mkdir(parents=True, exist_ok=True)
                with locked_folder(self._root):
                    own = Path(tempfile.mkdtemp(dir=self._root, prefix=_NEW))
                    self._held = (own / _LOCK).open("wb")
                    fcntl.flock(self._held, fcntl.LOCK_EX)
                    # Only now under the name that is swept: a folder of that name is locked or left.
                    self._own = own.rename(own.with_name(own.name.replace(_NEW, _LIVE, 1)))
            return self._own
