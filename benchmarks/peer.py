"""The peers' process, seen from here."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from backend.captions import FONTS
from backend.media.ffmpeg import find_ffmpeg
from backend.settings import PROJECT

PYTHON = PROJECT / ".venv" / "bench" / "bin" / "python"


class Peer:
    """kokoro-onnx, faster-whisper and MoviePy in an environment of their own, with the studio's models and ffmpeg."""

    def __init__(self, models: Path) -> None:
        if not PYTHON.exists():
            raise SystemExit("The peers are not installed: run `make bench`.")
        command = [str(PYTHON), "-m", "benchmarks.peers", str(models), str(FONTS / "Montserrat-Black.ttf")]
        # MoviePy finds ffmpeg by this name: both sides encode with the same one.
        environment = {**os.environ, "FFMPEG_BINARY": str(find_ffmpeg())}
        self._process = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Peer:
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)

    def ask(self, action: str, **arguments: Any) -> Any:
        """Let the peer do something and wait for its answer."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("The peer ended; what it said last stands above.")
        return json.loads(line)
