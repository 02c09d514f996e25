"""When the disk is full, the database is held by somebody else, or nobody works."""

from __future__ import annotations

import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.errors import JobError, StorageError
from backend.jobs import Jobs, caretaker, waiting
from backend.jobs.database import translated
from backend.work import Work
from tests.jobs.operations import marks, open_jobs, until


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of four megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs more rights")
    yield folder
    # Lazily, as a failed test may still hold files open there.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def small_jobs(small_disk: Path) -> Iterator[Jobs]:
    jobs = open_jobs(small_disk)
    jobs.start()
    yield jobs
    jobs.close()


def fill(folder: Path) -> Path:
    path = folder / "ballast"
    with pytest.raises(OSError, match="No space"), path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 12))
    return path


def test_on_a_full_disk_a_job_is_refused_until_there_is_space(small_disk: Path, small_jobs: Jobs) -> None:
    jobs = small_jobs
    jobs.wait(jobs.submit("echo", {}), Work())
    ballast = fill(small_disk)
    with pytest.raises(StorageError) as caught:
        for _ in range(1000):  # the database's own free pages take a few
            jobs.submit("echo", {"text": "x" * 10_000})
    assert caught.value.code == "disk_full"
    ballast.unlink()
    until(lambda: jobs.counts() == {"queued": 0, "running": 0}, 120)
    assert jobs.wait(jobs.submit("echo", {}), Work()) == {"arguments": {}}


def test_who_waits_for_a_job_whose_end_finds_no_space_is_told_and_later_it_ends(
    small_disk: Path, small_jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "VAIN_SECONDS", 1.0)
    monkeypatch.setattr(caretaker, "ORPHAN_SECONDS", 1.0)
    job_id = small_jobs.submit("hold", {})
    until(lambda: small_jobs.status(job_id).message == "Holding")
    ballast = fill(small_disk)
    with pytest.raises(StorageError):
        for _ in range(1000):
            small_jobs.submit("echo", {"text": "x" * 10_000})
    (small_disk / "release").touch()
    with pytest.raises(StorageError) as caught:
        small_jobs.wait(job_id, Work())
    assert caught.value.code == "disk_full" and "goes on" in caught.value.hint
    assert small_jobs.status(job_id).state == "running"
    ballast.unlink()
    assert small_jobs.wait(job_id, Work()) == {}


@pytest.mark.parametrize("in_step", [False, True])
def test_a_job_that_comes_upon_a_full_disk_says_so(jobs: Jobs, in_step: bool) -> None:
    with pytest.raises(StorageError) as caught:
        jobs.wait(jobs.submit("full", {"in_step": in_step}), Work())
    assert caught.value.code == "disk_full" and caught.value.hint


def test_a_job_whose_outcome_found_no_space_is_run_again(
    jobs: Jobs, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(caretaker, "ORPHAN_SECONDS", 1.0)
    job_id = jobs.submit("hold", {})
    until(lambda: jobs.status(job_id).message == "Holding")
    with closing(sqlite3.connect(home / "jobs.db")) as connection:
        # What SQLite says on a full disk, at exactly the write that counts.
        connection.execute(
            "CREATE TRIGGER full BEFORE UPDATE OF status ON workflow_status WHEN NEW.status = 'SUCCESS' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        (home / "release").touch()
        until(lambda: "run again" in caplog.text)
        connection.execute("DROP TRIGGER full")
    assert jobs.wait(job_id, Work()) == {}
    assert marks(home).count(f"hold:{job_id}") > 1


def test_a_database_that_another_program_holds_is_waited_for(client: Jobs, home: Path) -> None:
    client.counts()
    with closing(sqlite3.connect(home / "jobs.db", check_same_thread=False)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, connection.rollback).start()
        job_id = client.submit("echo", {})
        assert client.status(job_id).state == "queued"


def test_a_database_that_another_program_does_not_let_go_is_named() -> None:
    with pytest.raises(JobError, match="Another program holds") as caught, translated():
        raise sqlite3.OperationalError("database is locked")
    assert (caught.value.code, "jobs.db" in caught.value.hint) == ("database_error", True)


def test_waiting_where_nobody_works_ends_with_what_to_do(client: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "VAIN_SECONDS", 0.5)
    job_id = client.submit("echo", {})
    with pytest.raises(JobError) as caught:
        client.wait(job_id, Work())
    assert caught.value.code == "no_worker"
    assert "worker" in caught.value.hint
    assert client.status(job_id).state == "queued"
