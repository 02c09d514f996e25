"""An engine that does what a sentence tells it to: ``killed``, ``stopped``, ``out of memory``, ``slow``, ``exits``; it
says all others at once. What is done once only is remembered by a file beside its log."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path
from typing import Any

MOST_BYTES = 4 << 30


class Engine:
    """Speaks silence."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        return {}

    def speak(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        text = request["text"].lower()
        if "once" not in text or _first_time():
            _suffer(text, progress)
        samples, count = 24_000, len(request["words"])
        words = [(samples * index // count, samples * (index + 1) // count) for index in range(count)]
        return {"samples": bytes(4 * samples), "sample_rate": 24_000, "words": words}


def _first_time() -> bool:
    memory = Path(os.environ["TMPDIR"]).parent / "happened"
    before = memory.exists()
    memory.touch()
    return not before


def _suffer(text: str, progress: Any) -> None:
    if "killed" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "stopped" in text:
        os.kill(os.getpid(), signal.SIGSTOP)
    if "memory" in text:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, resource.RLIM_INFINITY))
        bytes(2 * MOST_BYTES)
    if "slowly" in text:
        for step in range(20):
            time.sleep(0.1)
            progress(step / 20)
    if "exits" in text:
        os._exit(0)
