"""Environments of engines whose packages cannot share the studio's: made with uv, whole or not at all.

One lies in ``<folder>/<name>/<checksum>``. The checksum is that of everything that decides what is in it, so a change
of the requirements is another environment, and it gets its final name only when it is complete: no crash, kill or full
disk leaves half of one that looks whole.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from backend.engines.alone import alone
from backend.engines.mirror import Mirror
from backend.engines.uv import Uv, disk_full
from backend.errors import EngineNotBuilt, WeightsUnavailable
from backend.work import Work

CODE = Path(__file__).parent
_NOTES = "environment.json"
_INPUTS = ("requirements.txt", "overrides.txt", "excludes.txt")
_MAKING = ".making-"


class Environments:
    """The environments below one folder, shared by all processes of this machine."""

    def __init__(self, folder: Path, code: Path = CODE, mirror: Mirror | None = None) -> None:
        """Args:
        folder: where they lie.
        code: has a folder for each name with its ``requirements.txt`` (pinned), and maybe ``overrides.txt`` and
            ``excludes.txt`` (packages that others ask for and we leave out).
        mirror: has packages, before any registry is asked.
        """
        self._folder = folder
        self._mirror = mirror
        self._code = code

    def installed(self, name: str) -> bool:
        """Whether the environment is there and fits its requirements."""
        return self.python(name).exists()

    def python(self, name: str) -> Path:
        """Its interpreter, there or not."""
        return self._place(name) / "bin" / "python"

    def size(self, name: str) -> int:
        """Bytes of all its files, shared ones included; 0 where it is not there."""
        try:
            return int(json.loads((self._place(name) / _NOTES).read_text("utf-8"))["bytes"])
        except (OSError, ValueError, KeyError):
            return 0

    def install(self, name: str, work: Work, expected_bytes: int = 0) -> None:
        """Make the environment unless it is there; an outdated one is replaced.

        Args:
            expected_bytes: about what is written where nothing is cached, for progress.

        Raises:
            EngineNotBuilt: a package could not be had (``engine_not_built``) or the disk is full (``disk_full``).
            Cancelled
        """
        if self.installed(name):
            return
        with alone(self._lock(name), f"Waiting for another process that installs {name}", work) as lock:
            if self.installed(name):
                return
            self._sweep(name)
            try:
                self._build(name, lock, work, expected_bytes)
            except EngineNotBuilt as error:
                if error.code == "disk_full":
                    self._drop_unused_cache()
                raise
            self._sweep(name)
        work.report(1.0, "Installed")

    def uninstall(self, name: str, work: Work) -> int:
        """Remove the environment in all versions; returns the bytes that were freed.

        What uv keeps in a cache of ours goes with the last environment; what it keeps in its own is the user's.

        Raises:
            Cancelled: while waiting for another process that installs it.
        """
        with alone(self._lock(name), f"Waiting for another process that installs {name}", work):
            free = shutil.disk_usage(self._folder).free
            with suppress(FileNotFoundError):
                # Out of sight first: a crash on the way leaves nothing that looks whole.
                self._place(name).rename(self._folder / name / f"{_MAKING}removed-{os.getpid()}")
            shutil.rmtree(self._folder / name, ignore_errors=True)
            self._drop_unused_cache()
            return max(0, shutil.disk_usage(self._folder).free - free)

    # ------------------------------------------------------------ inside

    def _drop_unused_cache(self) -> None:
        """Remove our own cache unless an environment shares its files, or one that is being made will."""
        if not any(next(self._folder.glob(found), None) for found in (f"*/*/{_NOTES}", f"*/{_MAKING}*")):
            shutil.rmtree(self._cache, ignore_errors=True)

    @property
    def _cache(self) -> Path:
        return self._folder / ".cache"

    def _lock(self, name: str) -> Path:
        return self._folder / f"{name}.lock"

    def _place(self, name: str) -> Path:
        return self._folder / name / self.checksum(name)

    def requirements(self, name: str) -> Path:
        """The file that pins every package of an environment."""
        return self._inputs(name)[_INPUTS[0]]

    def scratch(self) -> Path:
        """A folder on the same disk, for packages on their way."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def checksum(self, name: str) -> str:
        """Of all that decides what is inside."""
        digest = hashlib.sha256(f"{sys.version_info[:2]} {sys.platform} {platform.machine()}".encode())
        for path in self._inputs(name).values():
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()[:16]

    def _inputs(self, name: str) -> dict[str, Path]:
        paths = {file: self._code / name / file for file in _INPUTS}
        return {file: path for file, path in paths.items() if path.is_file()}

    def _build(self, name: str, lock: IO[str], work: Work, expected_bytes: int) -> None:
        """Make it beside its place and rename it into it, or leave nothing."""
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=place.parent))
        uv = Uv(place.parent, lock)
        try:
            self._make(name, making, uv, work, expected_bytes)
            work.cancel.check()
            making.rename(place)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise disk_full(self._folder) from error
        finally:
            uv.tidy()
            shutil.rmtree(making, ignore_errors=True)

    def _make(self, name: str, making: Path, uv: Uv, work: Work, expected_bytes: int) -> None:
        uv.keep_cache_beside(self._cache)
        work.report(0.0, f"Making an environment for {name}")
        uv.run(["venv", "--quiet", "--relocatable", "--python", sys.executable, str(making), "--allow-existing"], work)
        inputs = self._inputs(name)
        arguments = ["pip", "install", "--python", str(making / "bin" / "python"), "-r", str(inputs[_INPUTS[0]])]
        for file, option in ((_INPUTS[1], "--overrides"), (_INPUTS[2], "--excludes")):
            if file in inputs:
                arguments += [option, str(inputs[file])]
        self._install_packages(name, arguments, uv, work, _Progress(expected_bytes, work))
        work.report(0.97, "Measuring what it takes")
        (making / _NOTES).write_text(json.dumps({"bytes": _bytes_in(making)}), "utf-8")

    def _install_packages(self, name: str, arguments: list[str], uv: Uv, work: Work, progress: _Progress) -> None:
        """From uv's cache, else from the mirror, else from registries."""
        # What was fetched once needs no network, not even to ask whether it is the newest: everything is pinned.
        if _succeeds(lambda: uv.run([*arguments, "--offline"], work, progress.watch)):
            return
        mirror = self._mirror
        if mirror and _succeeds(lambda: self._install_mirrored(mirror, name, arguments, uv, work, progress)):
            return
        uv.run(arguments, work, progress.watch)

    def _install_mirrored(
        self, mirror: Mirror, name: str, arguments: list[str], uv: Uv, work: Work, progress: _Progress
    ) -> None:
        """Raises `EngineNotBuilt` or `WeightsUnavailable`."""
        with (
            mirror.opened() as opened,
            tempfile.TemporaryDirectory(prefix=_MAKING, dir=self._place(name).parent) as folder,
        ):
            wheels = opened.environment(name, self.checksum(name))
            if wheels is None:
                raise WeightsUnavailable(f"the mirror has no packages of {name} for this kind of machine.")
            opened.fetch_wheels(wheels, Path(folder), work, progress.fetched(sum(wheel["bytes"] for wheel in wheels)))
            uv.run([*arguments, "--offline", "--no-index", "--find-links", folder], work, progress.watch)

    def _sweep(self, name: str) -> None:
        """Remove outdated environments and what crashes left. Called under the lock: nobody else is making one."""
        with suppress(FileNotFoundError):
            for path in (self._folder / name).iterdir():
                if path != self._place(name) or not self.installed(name):
                    shutil.rmtree(path, ignore_errors=True)


class _Progress:
    """How far uv is, by what it says and what it has written. It does not run backwards."""

    def __init__(self, expected_bytes: int, work: Work) -> None:
        self._expected = expected_bytes
        self._work = work
        self._fraction = 0.02

    def watch(self, said: str, written: int) -> None:
        if "Prepared " in said or "Installing" in said:
            self._tell(0.9, "Putting packages in place")
        elif "Resolved " in said:
            share = min(1.0, written / self._expected) if self._expected else 0.0
            started, finished = re.findall(r"Downloading (\S+)", said), re.findall(r"Downloaded (\S+)", said)
            under_way = [package for package in started if package not in finished]
            self._tell(0.05 + 0.83 * share, f"Fetching {under_way[-1]}" if under_way else "Fetching packages")
        else:
            self._tell(0.02, "Looking up packages")

    def fetched(self, size: int) -> Callable[[int], None]:
        """Is told the bytes that came from the mirror, of so many."""
        return lambda done: self._tell(0.05 + 0.7 * min(1.0, done / max(1, size)), "Fetching packages from the mirror")

    def _tell(self, fraction: float, message: str) -> None:
        self._fraction = max(self._fraction, fraction)
        self._work.report(self._fraction, message)


def _succeeds(act: Callable[[], object]) -> bool:
    """Whether a place had all packages; a full disk is no reason to look at the next one."""
    try:
        act()
    except (EngineNotBuilt, WeightsUnavailable) as error:
        if error.code == "disk_full":
            raise
        return False
    return True


def _bytes_in(folder: Path) -> int:
    """Disk that the files take, each counted once."""
    seen: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            status = os.lstat(os.path.join(place, name))  # noqa: PTH118 - 30,000 files: four times as fast
            seen[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(seen.values())
