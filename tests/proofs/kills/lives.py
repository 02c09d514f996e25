"""Lives of studios on one home: started, killed, and looked at from outside."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from backend.settings import PROJECT

MOST_ORPHAN_SECONDS = 10.0


@dataclass(frozen=True)
class Life:
    """A studio process."""

    pid: int
    descriptor: int
    """Becomes readable when it has ended."""

    def ended(self, seconds: float) -> bool:
        """Whether it has ended, after waiting for so long at most."""
        return bool(select.select([self.descriptor], [], [], seconds)[0])

    def send(self, number: int) -> None:
        """A signal; to nobody if it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.descriptor, number)

    def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        assert self.ended(30), "it cannot be killed"

    def forget(self) -> None:
        """See to it that it has ended."""
        self.kill()
        os.close(self.descriptor)


class Nursery:
    """Forks studios off one process that has imported them."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self._program = program

    def life(self, run: str, home: Path, *, strikes: Path | None = None, **settings: str) -> Life:
        """A studio on this home; ``settings`` are of its environment."""
        (home / "temporary").mkdir(exist_ok=True)
        environment = {"STUDIO_HOME": str(home), "TMPDIR": str(home / "temporary"), "HF_HUB_OFFLINE": "1", **settings}
        order = {
            "run": run,
            "environment": environment,
            "log": str(home / "log.txt"),
            "strikes": str(strikes) if strikes else None,
        }
        to, answers = _pipes(self._program)
        to.write(json.dumps(order) + "\n")
        to.flush()
        pid = int(answers.readline())
        return Life(pid, os.pidfd_open(pid))


def _pipes(program: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert program.stdin and program.stdout
    return program.stdin, program.stdout


@contextmanager
def nursery() -> Iterator[Nursery]:
    """One, gone at the end."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.proofs.kills.nursery"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with program:
        try:
            yield Nursery(program)
        finally:
            program.kill()


def strays(home: Path) -> list[str]:
    """Processes that a studio of this home started: they have its folder in their environment, arguments or place."""
    named, found = str(home).encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = [
                (place / "cmdline").read_bytes(),
                (place / "environ").read_bytes(),
                os.readlink(place / "cwd").encode(),
            ]
            if int(place.name) != os.getpid() and any(named in text for text in told):
                found.append(f"{place.name}: {told[0].decode(errors='replace')}")
    return found


def seconds_until_nothing_runs(home: Path) -> float:
    """How long after a death something of it was still running; fails if it stays."""
    begun = time.monotonic()
    while left := strays(home):
        assert time.monotonic() - begun < MOST_ORPHAN_SECONDS, f"still running: {left}"
        time.sleep(0.05)
    return time.monotonic() - begun
