"""Build the images and measure them: with docker where it answers, else with buildah and no daemon (``make image``).

    python -m hosting.images build [TARGET …]    the Dockerfile's targets; BASE and ENGINES come from the environment
    python -m hosting.images sizes               what each takes, over its base and in all

Images are called ``voicereel:slim`` and ``voicereel:full``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hosting.environment import PROJECT

TARGETS = ("slim", "full")
BASE = "python:3.11-slim-bookworm"


@dataclass(frozen=True)
class Docker:
    """The docker command, with a daemon that answers."""

    name: str = "docker"

    def build(self, target: str, given: Mapping[str, str]) -> None:
        """Build a target, with build arguments."""
        _run(["docker", "build", *_arguments(given), "--target", target, "--tag", f"voicereel:{target}", str(PROJECT)])

    @contextmanager
    def command(
        self, image: str, program: Sequence[str], volume: Path | None = None, user: str = "1000", **settings: str
    ) -> Iterator[list[str]]:
        """The command that runs a program in a fresh container of an image, with a folder mounted at ``/data``."""
        mounted = ["--volume", f"{volume}:/data"] if volume else []
        options = [*mounted, *(f"--env={name}={value}" for name, value in settings.items())]
        plain = ["docker", "run", "--rm", "--network", "host", "--user", user, "--entrypoint", program[0]]
        yield [*plain, *options, image, *program[1:]]


@dataclass(frozen=True)
class Buildah:
    """buildah in a chroot: for machines without a container engine, as root."""

    name: str = "buildah"

    def build(self, target: str, given: Mapping[str, str]) -> None:
        """Build a target, with build arguments."""
        plain = ["buildah", "bud", "--isolation", "chroot", "--format", "docker"]
        _run([*plain, *_arguments(given), "--target", target, "--tag", f"voicereel:{target}", str(PROJECT)])

    @contextmanager
    def command(
        self, image: str, program: Sequence[str], volume: Path | None = None, user: str = "1000", **settings: str
    ) -> Iterator[list[str]]:
        """The command that runs a program in a fresh container of an image, with a folder mounted at ``/data``."""
        container = _run(["buildah", "from", "--pull-never", image], quiet=True).strip()
        mounted = ["--volume", f"{volume}:/data"] if volume else []
        options = [*mounted, *(f"--env={name}={value}" for name, value in settings.items())]
        try:
            yield ["buildah", "run", "--isolation", "chroot", "--user", user, *options, container, "--", *program]
        finally:
            _run(["buildah", "rm", container], quiet=True)


Engine = Docker | Buildah


def find_engine() -> Engine:
    """docker where a daemon answers, else buildah.

    Raises:
        SystemExit: neither is there.
    """
    if shutil.which("docker") and not subprocess.run(["docker", "ps"], capture_output=True, check=False).returncode:  # noqa: S607
        return Docker()
    if shutil.which("buildah"):
        os.environ.setdefault("STORAGE_DRIVER", "vfs")
        return Buildah()
    raise SystemExit("Images are built with docker, or with buildah where there is none (Debian: apt install buildah).")


def size(engine: Engine, image: str) -> int:
    """Bytes of an image's files, each counted once."""
    with engine.command(image, ["du", "--one-file-system", "--summarize", "--block-size=1", "/"], user="0") as command:
        return int(_run(command, quiet=True).split()[0])


def base() -> str:
    """The image that ours start from."""
    return os.environ.get("BASE") or BASE


def main(arguments: Sequence[str]) -> None:
    """Run one command."""
    engine = find_engine()
    if arguments[:1] == ["build"]:
        for target in arguments[1:] or TARGETS:
            engine.build(target, {"BASE": base(), "ENGINES": os.environ.get("ENGINES", "")})
    below = size(engine, base())
    print(f"{base():<28} {below / 1e6:6.0f} MB")
    for target in TARGETS:
        own = size(engine, f"voicereel:{target}")
        print(f"{f'voicereel:{target}':<28} {own / 1e6:6.0f} MB, {(own - below) / 1e6:.0f} MB over its base")


def _arguments(given: Mapping[str, str]) -> list[str]:
    return [f"--build-arg={name}={value}" for name, value in given.items() if value]


def _run(command: Sequence[str], quiet: bool = False) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE if quiet else None, text=True, check=True)
    return done.stdout or ""


if __name__ == "__main__":
    main(sys.argv[1:])
