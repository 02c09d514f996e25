"""Which processes are there to work on jobs: each holds a lock on a file of its own, which the system frees when it
ends, however it ends. A file left behind by a crash blocks nobody.

``<executor>.lock`` is locked as long as the executor lives; ``<executor>.leaving`` beside it says that it takes no more
jobs. All processes that share a jobs database on one machine must share the folder.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Presence:
    """This process as a worker under the id ``executor``."""

    def __init__(self, folder: Path, executor: str) -> None:
        self._folder = folder
        self._executor = executor
        self._descriptor = -1

    def enter(self) -> None:
        """Be there. The file is locked before it has its name, so it is never seen unlocked while this lives."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{self._executor}.new"
        self._descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())
        fresh.rename(_lock(self._folder, self._executor))

    def set_leaving(self, leaving: bool) -> None:
        """Say whether new jobs are still taken."""
        mark = _leaving_mark(self._folder, self._executor)
        if leaving:
            mark.touch()
        else:
            mark.unlink(missing_ok=True)

    def end(self, *, forget: bool) -> None:
        """Be gone. Unless ``forget``, the files stay to tell others that there are jobs to take over."""
        if forget:
            remove(self._folder, self._executor)
        if self._descriptor >= 0:
            os.close(self._descriptor)


def executors(folder: Path) -> dict[str, bool]:
    """Every executor that has a file in ``folder``, and whether it lives."""
    return {lock.stem: _is_held(lock) for lock in folder.glob("*.lock")}


def takers(folder: Path) -> list[str]:
    """Living executors that take jobs, sorted."""
    return sorted(
        executor
        for executor, lives in executors(folder).items()
        if lives and not _leaving_mark(folder, executor).exists()
    )


def remove(folder: Path, executor: str) -> None:
    """Remove an executor's files, if it has any."""
    if not folder.is_dir():
        return
    _leaving_mark(folder, executor).unlink(missing_ok=True)
    _lock(folder, executor).unlink(missing_ok=True)


def _lock(folder: Path, executor: str) -> Path:
    return folder / f"{executor}.lock"


def _leaving_mark(folder: Path, executor: str) -> Path:
    return folder / f"{executor}.leaving"


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:  # removed just now, by its owner or by whoever took over its jobs
        return False
    try:
        # Shared, so that two processes that look at the same time do not take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
