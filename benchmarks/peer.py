"""The peers' process, seen from here."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any

from backend.media.ffmpeg import find_ffmpeg
from backend.settings import PROJECT


class Peer:
    """Other people's programs in an environment of their own, asked a line of JSON at a time.

    Args:
        environment: folder beside the studio's own in ``.venv``.
        module: what is run there.
        arguments: given to it.
        installed_by: the command that makes the environment.
    """

    def __init__(self, environment: str, module: str, arguments: Sequence[str], installed_by: str) -> None:
        python = PROJECT / ".venv" / environment / "bin" / "python"
        if not python.exists():
            raise SystemExit(f"The peers are not installed: run `{installed_by}`.")
        # MoviePy finds ffmpeg by this name: both sides encode with the same one.
        variables = {**os.environ, "FFMPEG_BINARY": str(find_ffmpeg())}
        self._process = subprocess.Popen(
            [str(python), "-m", module, *arguments],
            cwd=PROJECT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
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
