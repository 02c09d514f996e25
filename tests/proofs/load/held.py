"""What a served studio's process holds."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SETTLED_SECONDS = 1.5
"""Threads without work end after one."""


@dataclass(frozen=True)
class GradioHolds:
    """Sizes of what Gradio remembers of callers."""

    sessions: int
    messages: int
    """Sessions with messages, read or not."""
    ids: int
    """Sessions with calls whose end nobody has read."""
    events: int
    analytics: int
    iterators: int
    waiting: int
    at_work: int


@dataclass(frozen=True)
class Held:
    """What a process has in its hands."""

    memory: int
    """Bytes."""
    files: int
    """Open files, pipes and sockets."""
    threads: int
    tasks: int
    """Of the event loop."""
    objects: int
    """Of Python, after a collection."""
    children: int
    """Processes: engines, ffmpeg."""
    zombies: int
    gradio: GradioHolds


def look(address: str, key: str) -> Held:
    """What the studio holds now."""
    request = urllib.request.Request(f"{address}/held", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
    return Held(**{**found, "gradio": GradioHolds(**found["gradio"])})


def settled(address: str, key: str, enough: Callable[[Held], bool], seconds: float = 60.0) -> Held:
    """What it holds once ``enough`` is true of it, or after so long."""
    until = time.monotonic() + seconds
    while True:
        time.sleep(SETTLED_SECONDS)
        # Whoever asks for a thread ends those that have waited for too long.
        urllib.request.urlopen(f"{address}/healthz").close()
        held = look(address, key)
        if enough(held) or time.monotonic() > until:
            return held
