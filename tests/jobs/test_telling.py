"""Who asked for it is told that a job has ended, whatever dies meanwhile."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from backend.errors import InvalidRequest
from backend.jobs import Jobs, courier
from backend.jobs.telling import Told
from backend.work import Work
from tests.jobs.conftest import Spawn
from tests.jobs.operations import marks, open_jobs, until

HOOK = ("delivered", "https://hooks.test")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"LOOK_SECONDS": 0.05, "SWEEP_SECONDS": 0.2, "LEASE_SECONDS": 1.0}.items():
        monkeypatch.setattr(courier, name, seconds)
    monkeypatch.setattr(courier, "RETRY_SECONDS", (0.1, 0.1))


def state(jobs: Jobs, job_id: str) -> str:
    return str(jobs.status(job_id).details["webhook"]["state"])


def told(home: Path, job_id: str) -> int:
    return marks(home).count(f"told:{job_id}")


@pytest.mark.parametrize("operation", ["echo", "fail", "exit"])
def test_the_end_of_a_job_is_told_once_however_it_ended(jobs: Jobs, home: Path, operation: str) -> None:
    job_id = jobs.submit(operation, {}, webhook=HOOK)
    until(lambda: state(jobs, job_id) == "delivered")
    shown = jobs.status(job_id).details["webhook"]
    assert shown == {"to": "https://hooks.test", "state": "delivered", "attempts": 1, "said": "so it is"}
    assert told(home, job_id) == 1 and jobs.status(job_id).state in ("done", "failed")


def test_nobody_is_told_before_the_end_and_a_job_without_an_address_tells_nobody(jobs: Jobs, home: Path) -> None:
    silent = jobs.submit("echo", {})
    job_id = jobs.submit("hold", {}, webhook=HOOK)
    until(lambda: jobs.status(job_id).message == "Holding")
    assert state(jobs, job_id) == "waiting" and jobs.status(job_id).details["kept"] == "so far"
    (home / "release").touch()
    until(lambda: state(jobs, job_id) == "delivered")
    assert told(home, silent) == 0 and "webhook" not in jobs.status(silent).details


def test_a_cancelled_job_is_told_of_whether_it_ran_or_waited(jobs: Jobs, home: Path) -> None:
    running, waiting = (jobs.submit("hold", {}, webhook=HOOK) for _ in range(2))
    until(lambda: jobs.status(running).message == "Holding")
    jobs.cancel(waiting)
    until(lambda: state(jobs, waiting) == "delivered")
    jobs.cancel(running)
    until(lambda: state(jobs, running) == "delivered")


def test_what_fails_is_tried_again_and_given_up_in_the_end(
    jobs: Jobs, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = jobs.submit("echo", {}, webhook=("again", "https://hooks.test"))
    with caplog.at_level(logging.WARNING):
        until(lambda: state(jobs, job_id) == "given_up")
    assert told(home, job_id) == 3 and jobs.status(job_id).state == "done"
    assert f"The webhook of {job_id} to https://hooks.test is given up: so it is" in caplog.text


def test_a_fault_of_ours_keeps_nobody_else_from_being_told(jobs: Jobs, home: Path) -> None:
    broken = jobs.submit("echo", {}, webhook=("bug", "https://hooks.test"))
    job_id = jobs.submit("echo", {}, webhook=HOOK)
    until(lambda: state(jobs, job_id) == "delivered" and state(jobs, broken) == "given_up")
    assert "secret" not in str(jobs.status(broken).details)


def test_a_process_that_dies_while_it_tells_leaves_it_to_the_next(client: Jobs, home: Path, spawn: Spawn) -> None:
    job_id = client.submit("echo", {}, webhook=("kill", "https://hooks.test"))
    first = spawn()
    until(lambda: not first.is_alive())
    assert told(home, job_id) == 1 and state(client, job_id) == "trying"
    client.start()  # this process: the lease is short here
    until(lambda: state(client, job_id) == "delivered")
    assert told(home, job_id) == 2


def test_a_worker_that_goes_when_nothing_is_left_tells_first(client: Jobs, home: Path, spawn: Spawn) -> None:
    job_id = client.submit("echo", {}, webhook=HOOK)
    spawn(until_idle=True).join(60)
    assert marks(home)[-1] == "closed" and state(client, job_id) == "delivered"


def test_what_failed_before_the_studio_ended_is_tried_after_its_next_start(home: Path) -> None:
    home.mkdir()
    jobs = open_jobs(home)
    jobs._deliver = lambda webhook: Told("again", "nobody is there")
    jobs.start()
    job_id = jobs.submit("echo", {}, webhook=HOOK)
    until(lambda: jobs.status(job_id).details["webhook"]["attempts"] > 0)
    jobs.close()
    jobs = open_jobs(home)
    jobs.start()
    until(lambda: state(jobs, job_id) == "delivered")
    jobs.close()


def test_an_end_that_nobody_wrote_down_is_found(jobs: Jobs, home: Path) -> None:
    """As when a process dies between the end of a job and the word of it: here the address comes after the end."""
    job_id = jobs.submit("echo", {}, "a key")
    jobs.wait(job_id, Work())
    assert jobs.submit("echo", {}, "a key", webhook=HOOK) == job_id
    until(lambda: state(jobs, job_id) == "delivered")
    jobs.submit("echo", {}, "a key", webhook=("again", "https://other.test"))
    assert jobs.status(job_id).details["webhook"]["to"] == "https://hooks.test", "the first one stays"


def test_a_key_of_another_job_brings_no_address_to_it(jobs: Jobs) -> None:
    job_id = jobs.submit("echo", {}, "a key")
    with pytest.raises(InvalidRequest):
        jobs.submit("echo", {"other": 1}, "a key", webhook=HOOK)
    assert "webhook" not in jobs.status(job_id).details


def test_the_address_goes_when_its_work_is_done_and_all_of_it_with_the_job(jobs: Jobs, home: Path) -> None:
    job_id = jobs.submit("echo", {}, webhook=("delivered?secret=1", "https://hooks.test"))
    until(lambda: state(jobs, job_id) == "delivered")
    assert jobs._ledger.hooks.read([job_id])[job_id].url == ""
    jobs.erase(["echo"], lambda *_: True)
    assert jobs._ledger.hooks.read([job_id]) == {} and jobs._ledger.hooks.unfinished() == 0
