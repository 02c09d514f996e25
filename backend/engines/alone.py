"""One process at a time, by a file lock that the kernel lets go of when its holder ends, however it ends."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backend.work import Work

_LOOK_SECONDS = 0.2


@contextmanager
def alone(lock: Path, waiting: str, work: Work) -> Iterator[IO[str]]:
    """Hold the lock, waiting for it no longer than until Stop. Yields the open file: a child that inherits it holds on.

    Args:
        lock: the file; it stays, empty.
        waiting: said while another holds it.

    Raises:
        Cancelled
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w", encoding="ascii") as file:
        while not _taken(file):
            work.report(0.0, waiting)
            work.cancel.wait(_LOOK_SECONDS)
            work.cancel.check()
        yield file


def _taken(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True
