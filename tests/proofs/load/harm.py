"""What goes wrong while a studio works: engines are killed, the disk is full, the store cannot be reached."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.storage.faulty import FaultyNetwork

HARM_SECONDS = 1.0
_ENGINE = "exec(eval(sys.stdin.readline()))"
"""How execnet starts an interpreter."""
_LEFT_BYTES = 20_000
"""Of a full disk."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A disk of its own at ``folder``; false where this machine lets nobody mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def kill_engines(studio: psutil.Process) -> int:
    """Kill every engine that runs; how many."""
    killed = 0
    for child in studio.children(recursive=True):
        with suppress(psutil.Error):
            if _ENGINE in " ".join(child.cmdline()):
                child.kill()
                killed += 1
    return killed


def fill(disk: Path) -> None:
    """Leave hardly any room for a moment."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            room = psutil.disk_usage(str(disk)).free - _LEFT_BYTES
            while room > 0:
                room -= file.write(bytes(min(room, 1 << 20)))
        time.sleep(HARM_SECONDS)
    finally:
        ballast.unlink(missing_ok=True)


def store_faults(network: FaultyNetwork) -> list[Callable[[], None]]:
    """Ways in which the store cannot be used."""
    return [
        network.refuse,
        lambda: network.cut_after(received=100),
        lambda: network.cut_after(sent=5000),
        lambda: network.answer("503 Slow Down", body="<Error><Code>SlowDown</Code></Error>"),
        lambda: network.answer("403 Forbidden", body="<Error><Code>AccessDenied</Code></Error>"),
    ]


def break_store(network: FaultyNetwork, fault: Callable[[], None]) -> None:
    """Break it for a moment."""
    fault()
    try:
        time.sleep(HARM_SECONDS)
    finally:
        network.mend()
