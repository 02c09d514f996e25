"""A real engine's installation, more than a gigabyte of packages, that is stopped or runs out of disk on its way."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.engines.environments import CODE, Environments
from backend.errors import EngineNotBuilt
from backend.settings import Settings
from backend.studio import Studio
from backend.work import Work
from tests.engines.real import MAKERS

pytestmark = [pytest.mark.engines, pytest.mark.long, pytest.mark.timeout(900)]
ENGINE = "f5"


@pytest.fixture
def cold_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uv keeps packages: nothing is in it yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    return tmp_path / "cache" / "uv"


def half_made(home: Path, cache: Path) -> list[str]:
    """What is left of an installation besides whole packages in the cache. May be asked while it is being removed."""
    locks_aside = (path for path in _below(home / "engines", home / "work") if not path.name.endswith("lock"))
    left = [path for path in locks_aside if path != home / "engines" / ENGINE and ".cache" not in path.parts]
    left += [path for path in _below(cache) if path.name.startswith(".tmp")]
    return [str(path) for path in left]


def _below(*folders: Path) -> Iterator[Path]:
    """All that lies at most two deep in these folders."""
    for folder in folders:
        for place, names, files in os.walk(folder):
            yield from (Path(place, name) for name in (*names, *files))
            if Path(place) != folder:
                names.clear()


@pytest.mark.parametrize("message", ["Looking up", "Fetching", "Putting"])
def test_an_installation_that_is_stopped_leaves_nothing_half_made_and_the_next_one_works(
    tmp_path: Path, cold_cache: Path, started_here: Callable[[], list[object]], message: str
) -> None:
    home = tmp_path / "home"
    with Studio(Settings(home=home, hub_offline=True)) as studio:
        studio.start()
        before = len(started_here())
        submission = {"operation": "install_engine", "arguments": {"engine": ENGINE}}
        job = studio.call("submit_job", submission)
        while not (status := studio.call("job_status", job))["message"].startswith(message):
            assert status["state"] in ("queued", "running"), status
            time.sleep(0.02)
        if message == "Fetching":
            time.sleep(1.5)  # into it
        studio.call("cancel_job", job)
        while (state := studio.call("job_status", job)["state"]) in ("queued", "running"):
            time.sleep(0.02)
        assert state == "cancelled"
        # The record says so first; the worker follows.
        wait_until(lambda: len(started_here()) == before)
        wait_until(lambda: half_made(home, cold_cache) == [], lambda: half_made(home, cold_cache))
        assert not studio.engines.installed(ENGINE)
        assert studio.call("install_engine", {"engine": ENGINE})["installed"]
        assert half_made(tmp_path / "nowhere", cold_cache) == []
        check_works(studio, tmp_path / "made")


def check_works(studio: Studio, made: Path) -> None:
    """The packages in the environment are whole: its model can be made, and written to a file."""
    python = Environments(studio.settings.engines_folder).python(ENGINE)
    made.mkdir()
    subprocess.run([str(python), "-I", str(MAKERS / "f5.py"), str(made), str(CODE / ENGINE)], check=True)
    assert (made / "model.safetensors").stat().st_size > 1_000_000


def wait_until(reached: Callable[[], bool], instead: Callable[[], object] = lambda: "") -> None:
    for _ in range(1500):
        if reached():
            return
        time.sleep(0.02)
    pytest.fail(f"it did not come to that: {instead()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that torch alone fills."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def used(disk: Path) -> int:
    """Bytes taken on a disk."""
    status = os.statvfs(disk)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def test_a_disk_that_is_full_in_the_middle_is_said_and_given_back_whole(small_disk: Path, tmp_path: Path) -> None:
    with Studio(Settings(home=small_disk, hub_offline=True)) as studio:
        before = used(small_disk)
        with pytest.raises(EngineNotBuilt) as caught:
            studio.engines.install(ENGINE, Work())
        assert caught.value.code == "disk_full" and "disk is full" in caught.value.message and caught.value.hint
        assert not studio.engines.installed(ENGINE) and half_made(small_disk, small_disk / "engines" / ".cache") == []
        assert used(small_disk) - before < 100_000, "what had been fetched takes the disk for nothing"
        subprocess.run(["mount", "-o", "remount,size=4g", str(small_disk)], check=True)
        assert studio.engines.install(ENGINE, Work())["installed"]
        check_works(studio, tmp_path / "made")
