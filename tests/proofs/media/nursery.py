"""Children that open media, forked instead of started: the studio's own programs at a fraction of the price."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from backend.errors import MediaFailed
from backend.media import ffmpeg as starting
from backend.media.ffmpeg import Finished, Guard
from backend.work import Cancel

_PROGRAM = Path(__file__).with_name("nursery_process.py")


class Nursery:
    """Takes the place of `backend.media.ffmpeg.run_child` for one thread, as long as it is ``on``."""

    def __init__(self, as_ever: int = 50) -> None:
        """Args:
        as_ever: of so many children one is started as the studio does it, too.
        """
        self._as_ever = as_ever
        self._run_child = starting.run_child
        self.on = True
        self._asking = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.children = 0
        self.compared = 0
        self.ended_by_signals = 0
        self.slowest = 0.0
        """CPU seconds of the one that took longest."""
        self.tracebacks: list[str] = []
        """What no child foresaw; the studio takes it for damage."""

    def run_child(
        self,
        program: Sequence[str],
        *,
        folder: Path,
        cancel: Cancel,
        timeout: float,
        guard: Guard,
        source: int = subprocess.DEVNULL,
        on_output: Callable[[bytes], None] | None = None,
    ) -> Finished:
        """As the original."""
        if not self.on or source != subprocess.DEVNULL:
            return self._run_child(
                program, folder=folder, cancel=cancel, timeout=timeout, guard=guard, source=source, on_output=on_output
            )
        cancel.check()
        finished = self._forked(program, folder, timeout, guard)
        if on_output:
            on_output(finished.output)
        if str(program[2]).endswith("probe_child.py") and self.children % self._as_ever == 0:
            started = self._run_child(program, folder=folder, cancel=cancel, timeout=timeout, guard=guard)
            assert (started.status, started.output) == (finished.status, finished.output), (started, finished)
            self.compared += 1
        return finished

    def _forked(self, program: Sequence[str], folder: Path, timeout: float, guard: Guard) -> Finished:
        request = {
            "launcher": str(starting._LAUNCHER),
            "program": list(program),
            "python": list(program[:2]) == [sys.executable, "-I"],
            "folder": str(folder),
            "environment": starting._environment(folder),
            "limits": asdict(guard),
            "timeout": timeout,
        }
        assert self._process.stdin and self._process.stdout
        with self._asking:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
            self.children += 1
            self.slowest = max(self.slowest, answer["cpu"])
            self.ended_by_signals += answer["status"] < 0
            if "Traceback" in answer["errors"]:
                self.tracebacks.append(answer["errors"])
        if answer["timed_out"]:
            raise MediaFailed("The media work took too long and was stopped.", hint="As ever.", code="media_timeout")
        return Finished(answer["status"], base64.b64decode(answer["output"]), answer["errors"])

    def close(self) -> None:
        """No more children."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
