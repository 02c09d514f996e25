"""Small disks, and how to fill them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PAGE = os.sysconf("SC_PAGE_SIZE")
"""Bytes; a file system in memory gives out no less."""
_BALLAST = "ballast"


class SmallDisk:
    """A file system of a few bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def free(self) -> int:
        """Bytes."""
        state = os.statvfs(self.folder)
        return state.f_bavail * state.f_frsize

    def fill(self, leave: int = 0) -> None:
        """Take all room but so many bytes."""
        with (self.folder / _BALLAST).open("ab") as ballast:
            size = os.fstat(ballast.fileno()).st_size + self.free - leave
            if size > 0:
                os.posix_fallocate(ballast.fileno(), 0, size)

    def fill_entries(self, leave: int = 0) -> None:
        """Take all names but so many."""
        folder = self.folder / f"{_BALLAST}s"
        folder.mkdir(exist_ok=True)
        for number in range(os.statvfs(self.folder).f_ffree - leave):
            (folder / f"{number}-{leave}").touch()

    def clear(self) -> None:
        """Give the room back."""
        (self.folder / _BALLAST).unlink(missing_ok=True)
        for path in (self.folder / f"{_BALLAST}s").glob("*"):
            path.unlink()

    def enlarge(self, size: int, entries: int = 100_000) -> None:
        """Be of another size from now on, in bytes."""
        options = f"remount,size={size},nr_inodes={entries}"
        subprocess.run(["mount", "-o", options, str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, size: int, entries: int = 100_000) -> Iterator[SmallDisk]:
    """A disk of so many bytes and entries at ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={size},nr_inodes={entries}"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs more rights")
    try:
        yield SmallDisk(folder)
    finally:
        # Lazily, as a failed test may still hold files open there.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
