"""A web app in a process of its own, timed from its start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.01


class Server:
    """``python <arguments>``, stopped with the block; it finds its port in STUDIO_PORT or GRADIO_SERVER_PORT.

    Args:
        arguments: script and its arguments.
        folder: working folder.
        home: STUDIO_HOME.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, home: Path) -> None:
        port = _free_port()
        self.address = f"http://127.0.0.1:{port}/"
        self._log = (home / "server.log").open("ab")
        environment = {
            **os.environ,
            "STUDIO_HOME": str(home),
            "STUDIO_PORT": str(port),
            "HF_HUB_OFFLINE": "1",
            "GRADIO_ANALYTICS_ENABLED": "False",
            "GRADIO_SERVER_PORT": str(port),
        }
        self._start = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=environment, stdout=self._log, stderr=self._log
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._log.close()

    def wait(self) -> float:
        """Seconds from the start of the process to the first 200."""
        while time.perf_counter() - self._start < PATIENCE_SECONDS:
            if self._process.poll() is not None:
                raise SystemExit(f"The app ended while it started; see {self._log.name}.")
            try:
                with urllib.request.urlopen(self.address) as answer:
                    if answer.status == 200:
                        return time.perf_counter() - self._start
            except (urllib.error.URLError, ConnectionError):
                time.sleep(LOOK_SECONDS)
        raise SystemExit(f"No page after {PATIENCE_SECONDS:.0f} s.")

    def memory(self) -> int:
        """Resident bytes of the process itself."""
        return int(psutil.Process(self._process.pid).memory_info().rss)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def launch_options() -> dict[str, Any]:
    """How Playwright starts Chromium: the machine's own where there is one, else Playwright's."""
    options: dict[str, Any] = {"headless": True, "args": ["--no-sandbox", "--disable-gpu"]}
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return {**options, "executable_path": found} if found else options
