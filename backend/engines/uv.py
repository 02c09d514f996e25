"""uv, which makes the environments of engines: run as a child that can be watched and stopped."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from backend.engines.surroundings import for_installing
from backend.errors import EngineNotBuilt
from backend.work import Work

_LOOK_SECONDS = 0.1
_TIDY_PATIENCE = 2
"""Whole seconds to wait for other runs of uv to let go of the cache."""
_FROM_PIP = {"find-links": "UV_FIND_LINKS", "index-url": "UV_DEFAULT_INDEX"}
"""What pip was told where packages are, uv is told as well."""


class Uv:
    """Runs uv with one set of settings."""

    def __init__(self, folder: Path, lock: IO[str]) -> None:
        """Args:
        folder: where environments are made; uv works there.
        lock: held by each run, so that one that outlives the studio still keeps others out.
        """
        self._folder = folder
        self._lock = lock
        self._settings = _settings_of_pip()
        self._untidy = False

    def keep_cache_beside(self, cache: Path) -> None:
        """Use this cache if uv's own is on another file system: only within one can environments share their files."""
        own = Path(self.run(["cache", "dir"], Work()).strip())
        if _device(own) != _device(self._folder):
            self._settings["UV_CACHE_DIR"] = str(cache)

    def tidy(self) -> None:
        """Remove what runs that were ended or failed left half-made in the cache: uv itself only does so when asked.

        Gigabytes add up otherwise. Whole packages stay. Where another uv is at work it is left to the next time.
        """
        if not self._untidy:
            return
        with suppress(EngineNotBuilt, OSError):
            cache = Path(self.run(["cache", "dir"], Work()).strip())
            buckets = [path for path in cache.iterdir() if path.is_dir() and not path.name.startswith(".")]
            unpacking = [path for bucket in buckets for path in bucket.glob(".tmp*")]
            self.run(["cache", "prune"], Work(), settings={"UV_LOCK_TIMEOUT": str(_TIDY_PATIENCE)})
            # These it overlooks. Nobody is at them any more, else it would have refused.
            for path in unpacking:
                shutil.rmtree(path, ignore_errors=True)

    def run(
        self,
        arguments: Sequence[str],
        work: Work,
        watch: Callable[[str, int], None] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> str:
        """Run uv and return what it said.

        Args:
            arguments: of uv.
            watch: hears all that was said so far and the bytes written so far.
            settings: further ones, by their names in the environment.

        Raises:
            EngineNotBuilt: it failed; ``disk_full`` where that was why.
            Cancelled: it was stopped, with all it started.
        """
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "uv", "--color", "never", *arguments],
                cwd=self._folder,
                env=for_installing({**self._settings, **(settings or {})}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._lock.fileno(),),
            )
            try:
                while _runs(process):
                    if watch:
                        watch(_said(output), _written(process.pid))
                    work.cancel.check()
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
                self._untidy |= process.returncode != 0
            if process.returncode:
                raise _failed(_said(output), self._folder)
            return _said(output)


def _runs(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return False


def _said(output: IO[bytes]) -> str:
    return os.pread(output.fileno(), 1 << 20, 0).decode("utf-8", errors="replace")


def _written(pid: int) -> int:
    """Bytes a process has written; 0 where the system does not tell."""
    try:
        return int(psutil.Process(pid).io_counters().write_chars)
    except (psutil.Error, AttributeError):
        return 0


def _settings_of_pip() -> dict[str, str]:
    """pip's own places of packages as settings of uv, which does not read pip's files."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(command, env=for_installing({}), capture_output=True, text=True, check=False).stdout
    found = re.findall(r"^(\S+?)\.([\w-]+)=('.*'|\".*\")$", told, flags=re.MULTILINE)
    settings: dict[str, str] = {}
    # What the environment says comes last and wins, as with pip itself.
    for _, name, value in sorted(found, key=lambda line: bool(line[0] == ":env:")):
        if name in _FROM_PIP:
            settings[_FROM_PIP[name]] = ",".join(str(ast.literal_eval(value)).split())
    return settings


def _device(path: Path) -> int:
    """The file system a path is or would be on."""
    while not path.exists():
        path = path.parent
    return path.stat().st_dev


def _failed(said: str, folder: Path) -> EngineNotBuilt:
    if "No space left on device" in said or "os error 28" in said:
        return disk_full(folder)
    return EngineNotBuilt(
        f"The packages could not be installed: {said.strip()[-800:]}",
        hint="Check the connection to the package registry and install again; what was fetched is kept.",
    )


def disk_full(folder: Path) -> EngineNotBuilt:
    """What to say when the disk of this folder is full."""
    free = shutil.disk_usage(folder).free
    return EngineNotBuilt(
        f"The disk is full: {free / 1e9:.1f} GB are left. Nothing of the installation was kept.",
        hint="Free some disk and install again: the System tab shows what engines take, and `uv cache clean` "
        "empties uv's cache of packages.",
        code="disk_full",
    )
