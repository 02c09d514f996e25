"""Which workers live on this machine: each holds a lock on a file of its own, ``<executor>.lock``, which the system
frees when it ends, however it ends. A file left behind by a crash blocks nobody.

All processes that share a jobs database in a file must share the folder.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from backend.locks import is_locked, locked_folder


class Presence:
    """This process as a worker under the id ``executor``."""

    def __init__(self, folder: Path, executor: str) -> None:
        self._folder = folder
        self._executor = executor
        self._descriptor = -1

    def enter(self) -> None:
        """Be there. The file is locked before it has its name, so it is never seen unlocked while this lives."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with locked_folder(self._folder):
            for left in self._folder.glob("*.new"):  # by whoever was killed in this very moment
                left.unlink(missing_ok=True)
            fresh = self._folder / f"{self._executor}.new"
            self._descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(self._descriptor, f"{os.getpid()}\n".encode())
            fresh.rename(_lock(self._folder, self._executor))

    def end(self, *, forget: bool) -> None:
        """Be gone. Unless ``forget``, the file stays to tell others that there are jobs to take over."""
        if forget:
            remove(self._folder, self._executor)
        if self._descriptor >= 0:
            os.close(self._descriptor)


def executors(folder: Path) -> dict[str, bool]:
    """Every executor that has a file in ``folder``, and whether it lives."""
    return {lock.stem: is_locked(lock) for lock in folder.glob("*.lock")}


def anybody_works(folder: Path) -> bool:
    """Whether a process of this machine works on jobs; asks no database."""
    return any(executors(folder).values())


def remove(folder: Path, executor: str) -> None:
    """Remove an executor's file, if it has one."""
    if folder.is_dir():
        _lock(folder, executor).unlink(missing_ok=True)


def _lock(folder: Path, executor: str) -> Path:
    return folder / f"{executor}.lock"
