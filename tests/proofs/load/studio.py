"""The served studio that checks look at."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.proofs.load.calling import Caller
from tests.proofs.load.held import Held, look, settled

KEY, ANNAS, BENS = "the-key-of-the-host-1", "the-key-of-anna-1", "the-key-of-ben-22"
MOST_JOBS = 20
"""Of Anna's, and of Ben's, that may wait or run at once."""
QUIET_SECONDS = 600.0


@dataclass(frozen=True)
class Watched:
    """A studio in a process of its own."""

    address: str
    home: Path
    temporary: Path
    """Its own folder for temporary files."""
    process: psutil.Process

    @property
    def main(self) -> Caller:
        """With the key of whoever runs it."""
        return Caller(self.address, KEY)

    @property
    def callers(self) -> list[Caller]:
        """With each key."""
        return [Caller(self.address, key) for key in (KEY, ANNAS, BENS)]

    def held(self) -> Held:
        """What its process holds now."""
        return look(self.address, KEY)

    def at_rest(self, enough: Callable[[Held], bool] = lambda held: True) -> Held:
        """What it holds when nothing is to do any more, and ``enough`` is true of it; else after a minute."""
        until = time.monotonic() + QUIET_SECONDS
        while any(self.main.call("list_jobs", state=state)["jobs"] for state in ("queued", "running")):
            assert time.monotonic() < until, "jobs go on and on"
            time.sleep(0.3)
        return settled(self.address, KEY, lambda held: held.gradio.at_work == 0 and enough(held))

    def unforeseen(self) -> str:
        """What its log says of faults that nobody foresaw."""
        told = "".join(path.read_text(errors="replace") for path in self.home.glob("server-*.log"))
        return told[max(0, told.find("Traceback") - 300) :][:6000]

    def memory(self) -> int:
        """Resident bytes, asked from outside."""
        return int(self.process.memory_info().rss)

    def leftovers(self) -> list[str]:
        """Files of work in progress and temporary ones, besides the locks of live processes."""
        places = (self.home / "work", self.home / "incoming", self.temporary)
        found = [path for place in places for path in place.rglob("*") if path.is_file() and path.name != "lock"]
        return sorted(str(path) for path in found)
