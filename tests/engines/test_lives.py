"""However often engines are loaded, unloaded and killed, the studio is as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backend.settings import PROJECT
from tests.engines.real import make_weights

MOST_MEMORY = 5_000_000
"""Bytes by which the studio may have grown, however many engines it has seen: the allocator's own ups and downs."""
MOST_OBJECTS = 200
"""Of Python. Fewer than one an engine, so nothing is kept of any."""


def live(folder: Path, count: int, *weights: Path) -> tuple[dict[str, int], dict[str, int]]:
    """What a studio held before and after so many lives of engines."""
    command = [sys.executable, "-m", "tests.engines.lives", str(folder), str(count), *map(str, weights)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    return told["before"], told["after"]


def check_as_before(before: dict[str, int], after: dict[str, int]) -> None:
    for what in ("files", "threads", "descendants", "temporary"):
        assert after[what] == before[what], f"{what}: {before} {after}"
    assert before["descendants"] == before["temporary"] == 0
    assert after["objects"] - before["objects"] < MOST_OBJECTS
    assert after["memory"] - before["memory"] < MOST_MEMORY


def test_engines_that_come_go_and_crash_leave_nothing_behind(tmp_path: Path) -> None:
    check_as_before(*live(tmp_path, 10))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_lives_and_deaths_leave_memory_files_and_processes_where_they_began(tmp_path: Path) -> None:
    before, after = live(tmp_path, 200)
    print(before, after)  # noqa: T201 - the figures are worth seeing
    check_as_before(before, after)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_so_do_those_of_a_real_model(tmp_path: Path) -> None:
    make_weights("f5", tmp_path / "given")
    before, after = live(tmp_path, 28, tmp_path / "given")
    print(before, after)  # noqa: T201
    check_as_before(before, after)
