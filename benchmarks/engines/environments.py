"""How long an environment takes to be made again, and what all of them take on disk."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from backend.engines import ENGINES
from backend.engines.environments import Environments
from backend.settings import Settings
from backend.work import Work
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from tests.engines.real import make_chatterbox, make_weights

HOW = """Made again: the environment is removed and installed anew by the studio's own code, with uv's cache warm
(what was fetched once is there); the slowest environment counts. Disk: blocks of all files of all environments, each
file counted once however many names it has, against those of the largest environment alone. Measured after each was
used, because Python leaves compiled files in them that are not shared. uv's cache lies on the same file system and
shares the files too; what it keeps besides is not counted."""
NAMES = sorted({spec.environment for spec in ENGINES.values() if spec.environment})


def measure(bench: Bench) -> Section:
    """Seconds and ratio."""
    folder = Settings().engines_folder.parent / f"bench-{os.getpid()}"  # where uv's cache shares its files with
    try:
        return _measured(bench, Environments(folder))
    finally:
        _remove(folder)


def _measured(bench: Bench, environments: Environments) -> Section:
    seconds = {name: _seconds(environments, name, bench.rounds(3)) for name in NAMES}
    slowest = max(seconds, key=lambda name: seconds[name])
    _use(bench, environments)
    folders = {name: environments.python(name).parent.parent for name in NAMES}
    alone = {name: _disk([folder]) for name, folder in folders.items()}
    together, largest = _disk(folders.values()), max(alone.values())
    users = ", ".join(f"{name} for {' and '.join(_users(name))}" for name in NAMES)
    figures = (
        Figure(
            "an environment made again",
            f"{seconds[slowest]:.1f} s ({slowest})",
            "",
            seconds[slowest],
            "s",
            most=10.0,
        ),
        Figure(
            f"disk of all {len(NAMES)} environments",
            f"{together / 1e6:.0f} MB",
            f"{largest / 1e6:.0f} MB (the largest alone)",
            together / largest,
            "×",
            most=1.6,
        ),
    )
    sums = " + ".join(f"{alone[name] / 1e6:.0f}" for name in NAMES)
    notes = (f"The environments: {users}. Without shared files they would take {sums} MB.",)
    return Section("Environments", HOW, figures, notes=notes)


def _users(environment: str) -> list[str]:
    return [spec.title for spec in ENGINES.values() if spec.environment == environment]


def _seconds(environments: Environments, name: str, rounds: int) -> float:
    """Median seconds to make it, after a first time that warms the cache."""
    taken = []
    for _ in range(rounds + 1):
        environments.uninstall(name, Work())
        start = time.perf_counter()
        environments.install(name, Work())
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


def _use(bench: Bench, environments: Environments) -> None:
    """Have the code in each run once."""
    for name in NAMES:
        if name == "chatterbox":
            make_chatterbox(bench.folder / "used", environments)
        else:
            engine = next(spec.name for spec in ENGINES.values() if spec.environment == name)
            make_weights(engine, bench.folder / "used", environments)


def _disk(folders: Iterable[Path]) -> int:
    """Bytes of blocks, each file once."""
    blocks: dict[tuple[int, int], int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            status = path.lstat()
            blocks[status.st_dev, status.st_ino] = status.st_blocks * 512
    return sum(blocks.values())


def _remove(folder: Path) -> None:
    environments = Environments(folder)
    for name in NAMES:
        environments.uninstall(name, Work())
    for lock in folder.glob("*.lock"):
        lock.unlink()
    folder.rmdir()
