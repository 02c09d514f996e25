"""Workers that are killed, closed, or there twice: real processes and a real SIGKILL."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from backend.errors import JobError
from backend.jobs import Jobs
from backend.jobs.caretaker import TAKE_OVER_SECONDS
from backend.work import Work
from tests.jobs.conftest import Spawn, WorkerProcess
from tests.jobs.operations import marks, open_jobs, until


def end(worker: WorkerProcess) -> int | None:
    """Wait for the worker to end; returns its exit status."""
    worker.join(60)
    return worker.exitcode


def was_marked(home: Path, word: str) -> bool:
    return word in marks(home)


def test_after_a_kill_a_fresh_process_goes_on_at_the_step_that_was_cut_off(
    client: Jobs, home: Path, spawn: Spawn
) -> None:
    job_id = client.submit("steps", {"count": 6, "kill_after": 2})
    killed = spawn()
    assert end(killed) == -signal.SIGKILL
    assert client.status(job_id).state == "running"
    assert client.live_workers() == []
    spawn()
    result = client.wait(job_id, Work())
    assert result["made"] == [0, 1, 4, 9, 16, 25]
    assert result["pid"] != killed.pid
    steps = [word for word in marks(home) if word.startswith("step")]
    assert steps == [f"step{number}" for number in range(6)]


def test_two_workers_share_the_jobs_and_do_each_once(client: Jobs, home: Path, spawn: Spawn) -> None:
    workers = [spawn(), spawn()]
    assert len(client.live_workers()) == 2
    submitted = [client.submit("steps", {"count": 3, "seconds": 0.05}) for _ in range(12)]
    pids = {client.wait(job_id, Work())["pid"] for job_id in submitted}
    assert pids == {worker.pid for worker in workers}
    assert len([word for word in marks(home) if word.startswith("step")]) == 36


def test_a_living_worker_takes_over_from_one_that_dies_and_not_from_one_that_lives(
    client: Jobs, home: Path, spawn: Spawn
) -> None:
    first = spawn()
    job_id = client.submit("hold", {})
    until(lambda: marks(home).count(f"hold:{job_id}") == 1)
    spawn()
    # Stopped, it answers nobody, as a machine that sleeps: still it lives, and its job stays its own.
    os.kill(first.pid or 0, signal.SIGSTOP)
    time.sleep(2 * TAKE_OVER_SECONDS)
    assert marks(home).count(f"hold:{job_id}") == 1
    first.kill()
    until(lambda: marks(home).count(f"hold:{job_id}") == 2)
    (home / "release").touch()
    assert client.wait(job_id, Work()) == {}


def test_a_job_that_kills_its_process_three_times_is_given_up(client: Jobs, home: Path, spawn: Spawn) -> None:
    job_id = client.submit("kill", {})
    for _ in range(3):
        assert end(spawn()) == -signal.SIGKILL
    spawn()
    with pytest.raises(JobError) as caught:
        client.wait(job_id, Work())
    assert caught.value.code == "crash_loop"
    assert marks(home).count("killed") == 3


def test_a_worker_that_ends_when_idle_does_all_jobs_first_and_leaves_nothing(
    client: Jobs, home: Path, spawn: Spawn
) -> None:
    submitted = [client.submit("echo", {}) for _ in range(3)]
    assert end(spawn(until_idle=True)) == 0
    assert [client.status(job_id).state for job_id in submitted] == ["done"] * 3
    assert marks(home).count("ready") == marks(home).count("closed") == 1
    assert list((home / "run").iterdir()) == []


def test_restarts_in_good_order_are_no_crashes_and_lose_no_step(home: Path) -> None:
    home.mkdir()
    jobs = open_jobs(home)
    job_id = jobs.submit("steps", {"count": 12, "seconds": 0.1})
    for round_number in range(5):
        worker = open_jobs(home)
        worker.start()
        until(partial(was_marked, home, f"step{round_number * 2 + 1}"))
        worker.close()
        assert jobs.status(job_id).state == "running"
    worker = open_jobs(home)
    worker.start()
    assert len(jobs.wait(job_id, Work())["made"]) == 12
    worker.close()
    jobs.close()
    steps = [word for word in marks(home) if word.startswith("step")]
    assert len(steps) <= 12 + 5  # a step that was cut off is done again, a finished one never
    assert sorted(set(steps)) == sorted(f"step{number}" for number in range(12))


def test_a_job_cancelled_while_no_worker_lives_stays_cancelled(client: Jobs, home: Path, spawn: Spawn) -> None:
    job_id = client.submit("steps", {"count": 3, "kill_after": 0})
    end(spawn())
    assert client.cancel(job_id).state == "cancelled"
    assert end(spawn(until_idle=True)) == 0
    assert client.status(job_id).state == "cancelled"
    assert "step1" not in marks(home)
