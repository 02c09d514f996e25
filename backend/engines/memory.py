"""How much memory is free, and how much each engine was seen to hold: what deciding who has to go is based on."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_GROUP = Path("/sys/fs/cgroup")
_WORTH_WRITING = 1.05
_PROCESS_BYTES = 60_000_000
_TORCH_BYTES = 700_000_000
"""What an engine with torch holds before its weights."""
_CARD_BYTES = 600_000_000
"""What CUDA itself takes of a card for each process."""


@dataclass(frozen=True)
class Footprint:
    """Bytes of main memory and of the graphics card's."""

    main: int = 0
    card: int = 0


def guessed(weights_bytes: int, *, with_torch: bool, on_card: bool) -> Footprint:
    """What an engine that was never seen will probably hold: its weights, as much by half to work with, and torch."""
    body = weights_bytes * 3 // 2
    base = _TORCH_BYTES if with_torch else _PROCESS_BYTES
    return Footprint(base + (weights_bytes if on_card else body), body + _CARD_BYTES if on_card else 0)


class Footprints:
    """What engines were seen to hold, kept in a folder from run to run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[str, Footprint] = {}

    def of(self, name: str) -> Footprint | None:
        """The most this engine was seen to hold, or None."""
        if name not in self._seen:
            try:
                self._seen[name] = Footprint(**json.loads(self._file(name).read_text("utf-8")))
            except (OSError, ValueError, TypeError):  # never seen, or written by another version
                return None
        return self._seen[name]

    def saw(self, name: str, now: Footprint) -> None:
        """Remember what an engine holds, if it is clearly more than ever before."""
        before = self.of(name) or Footprint()
        if now.main <= before.main * _WORTH_WRITING and now.card <= before.card * _WORTH_WRITING:
            return
        self._seen[name] = Footprint(max(before.main, now.main), max(before.card, now.card))
        unfinished = self._file(name).with_suffix(f".{os.getpid()}.unfinished")
        try:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps(asdict(self._seen[name])), "utf-8")
            unfinished.replace(self._file(name))
        except OSError:  # a full disk: it is seen again
            unfinished.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.memory.json"


def free_main() -> int:
    """Bytes of main memory that can be taken: what the system has, and what a container was given."""
    available = int(psutil.virtual_memory().available)
    try:
        limit, used = (_GROUP / "memory.max").read_text("ascii").strip(), (_GROUP / "memory.current").read_text("ascii")
        cached = dict(line.split() for line in (_GROUP / "memory.stat").read_text("ascii").splitlines())
    except (OSError, ValueError):
        return available
    if limit == "max":
        return available
    return max(0, min(available, int(limit) - int(used) + int(cached.get("inactive_file", 0))))
