"""What a container runs. Standard library only, until the studio's own environment is there.

python3 -m hosting.start pod               the page and its API, for people and programs
python3 -m hosting.start serverless        a RunPod worker
python3 -m hosting.start worker            a worker without a page, on the queues of STUDIO_DATABASE_URL
python3 -m hosting.start doctor, call, …   any other command of `python -m backend`
python3 -m hosting.start bake NAME …       environments into the image itself; only while an image is built
python3 -m hosting.start health            whether the studio answers; the image's health check
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from backend.home import VOLUMES, default_home
from hosting.environment import PROJECT, ensure, python_of, say

BAKED = PROJECT / ".baked"
"""What a `full` image brings along: environments, and in ``engines`` those of engines."""

_PROGRAMS = {"pod": ["app.py"], "serverless": ["-m", "backend.fronts.runpod_handler"]}


def main(arguments: Sequence[str]) -> int:
    """Become the program that the first argument names; returns, with an exit status, where there is none to become."""
    role, *rest = arguments or ["pod"]
    if role == "health":
        return _health()
    if role == "bake":
        for name in rest:
            ensure(name, BAKED)
        return 0
    home = Path(os.environ.get("STUDIO_HOME") or default_home(os.environ))
    _look_at_volumes(home)
    try:
        python = _find(environment_of(role, os.environ), home)
    except subprocess.CalledProcessError:
        say("The environment could not be made: see above. What was fetched is kept; start again to go on from there.")
        return 1
    link_engines(BAKED / "engines", home / "engines")
    return _become([str(python), *_PROGRAMS.get(role, ["-m", "backend", role]), *rest])


def environment_of(role: str, environment: Mapping[str, str]) -> str:
    """Which environment a role runs in.

    Args:
        role: the container's first argument.
        environment: the variables that are set.
    """
    if role == "serverless":
        return "serverless"
    asked = environment.get("STUDIO_MCP", "").lower() in ("1", "true", "t", "yes", "y", "on")
    return "mcp" if asked or role == "mcp" else "studio"


def _become(command: list[str]) -> NoReturn:
    os.chdir(PROJECT)
    os.execv(command[0], command)  # noqa: S606 - signals must reach the studio itself, so nothing stays in between


def _find(name: str, home: Path) -> Path:
    baked = python_of(name, BAKED)
    return baked if baked.exists() else ensure(name, home / "environment")


def link_engines(baked: Path, folder: Path) -> None:
    """Show the engines of the image on the volume, beside those that were installed there.

    Args:
        baked: has ``<engine>/<checksum>`` for each; may be missing.
        folder: the volume's. Links of an earlier image to what is no longer there are removed.
    """
    for link in folder.glob("*/*"):
        if link.is_symlink() and not link.exists():
            link.unlink()
    for environment in baked.glob("*/*"):
        place = folder / environment.relative_to(baked)
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            place.symlink_to(environment)


def _look_at_volumes(home: Path) -> None:
    """Say where things are kept, and when a volume is there that cannot be written: work would be lost unseen."""
    say(f"Weights, voices and results are kept in {home}")
    for volume in VOLUMES:
        if os.path.ismount(volume) and not os.access(volume, os.W_OK):
            say(f"{volume} is mounted, but user {os.getuid()} may not write there: chown it, or run as its owner.")


def _health() -> int:
    """Whether the page answers. A worker has no door: it is as well as its process."""
    if not serves_page(Path("/proc/1/cmdline").read_bytes()):
        return 0
    address = f"http://127.0.0.1:{os.environ.get('STUDIO_PORT') or 7860}/healthz"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status != 200)
    except OSError:
        return 1


def serves_page(command: bytes) -> bool:
    """Whether a container's first process is a pod, before or after its environment is there, with an init or not."""
    return not {b"pod", b"app.py"}.isdisjoint(command.split(b"\0"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
