"""Workers on several machines: a real PostgreSQL, and processes that see nothing of each other but the database."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.errors import JobError, NotUnderstood
from backend.jobs import Jobs, caretaker, waiting
from backend.work import Work
from tests.jobs.conftest import Spawn, WorkerProcess
from tests.jobs.operations import mark, marks, open_jobs, until
from tests.postgres_server import PASSWORD, PostgresServer

SpawnOn = Callable[..., WorkerProcess]
pytestmark = pytest.mark.cluster


@pytest.fixture
def page(home: Path, database_url: str) -> Iterator[Jobs]:
    """Jobs of a machine without a worker."""
    home.mkdir()
    jobs = open_jobs(home, database_url, "page")
    yield jobs
    jobs.close()


@pytest.fixture
def spawn_on(spawn: Spawn, database_url: str) -> SpawnOn:
    """Starts a worker on the machine of this name."""
    return lambda machine, **further: spawn(database_url=database_url, machine=machine, **further)


def steps(home: Path) -> list[str]:
    return [word for word in marks(home) if word.startswith("step")]


def test_a_killed_workers_job_goes_on_at_its_next_step_on_another_machine(
    page: Jobs, home: Path, spawn_on: SpawnOn
) -> None:
    job_id = page.submit("steps", {"count": 6, "kill_after": 2})
    killed = spawn_on("a")
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    second = spawn_on("b")
    result = page.wait(job_id, Work())
    assert (result["made"], result["pid"]) == ([0, 1, 4, 9, 16, 25], second.pid)
    assert steps(home) == [f"step{number}" for number in range(6)]


@pytest.mark.long
def test_a_worker_that_wakes_up_after_its_job_was_taken_over_changes_nothing_and_works_on(
    page: Jobs, home: Path, spawn_on: SpawnOn
) -> None:
    first = spawn_on("a")
    job_id = page.submit("hold", {})
    until(lambda: marks(home).count(f"hold:{job_id}") == 1)
    os.kill(first.pid or 0, signal.SIGSTOP)
    second = spawn_on("b")
    until(lambda: marks(home).count(f"hold:{job_id}") == 2)
    assert len(page.live_workers()) == 1
    os.kill(first.pid or 0, signal.SIGCONT)
    until(lambda: f"stopped:{job_id}" in marks(home))
    assert page.status(job_id).state == "running"
    until(lambda: len(page.live_workers()) == 2)
    (home / "release").touch()
    assert page.wait(job_id, Work()) == {}
    second.kill()
    assert page.wait(page.submit("steps", {"count": 1}), Work())["pid"] == first.pid


@pytest.mark.long
def test_an_outcome_that_comes_too_late_is_not_written_down(page: Jobs, home: Path, spawn_on: SpawnOn) -> None:
    """It sleeps inside of its last step, and ends it before it can have noticed anything."""
    first = spawn_on("a")
    job_id = page.submit("steps", {"count": 2, "seconds": 1.0})
    until(lambda: "step1" in marks(home))
    os.kill(first.pid or 0, signal.SIGSTOP)
    second = spawn_on("b")
    assert page.wait(job_id, Work()) == {"made": [0, 1], "pid": second.pid}
    os.kill(first.pid or 0, signal.SIGCONT)
    until(lambda: len(page.live_workers()) == 2)
    assert page.result(job_id)["pid"] == second.pid
    assert steps(home) == ["step0", "step1", "step1"]


@pytest.mark.long
def test_a_restarted_database_loses_nothing_and_is_named_meanwhile(
    page: Jobs, home: Path, spawn_on: SpawnOn, postgres: PostgresServer
) -> None:
    for machine in ("a", "b"):
        spawn_on(machine)
    submitted = [page.submit("steps", {"count": 3, "seconds": 0.3}) for _ in range(6)]
    until(lambda: len(steps(home)) > 3)
    waiting = threading.Thread(target=lambda: mark(home, f"waited:{len(page.wait(submitted[-1], Work())['made'])}"))
    waiting.start()
    postgres.stop()
    for ask in (lambda: page.submit("echo", {}), lambda: page.status(submitted[0]), page.live_workers):
        with pytest.raises(JobError) as caught:
            ask()
        assert caught.value.code == "database_unavailable"
        assert PASSWORD not in str(caught.value)
    postgres.start()
    for job_id in submitted:
        assert page.wait(job_id, Work())["made"] == [0, 1, 4]
    waiting.join()
    assert "waited:3" in marks(home)
    assert len(steps(home)) == 18


def test_a_job_that_is_given_to_two_pages_at_once_runs_once(
    page: Jobs, home: Path, database_url: str, spawn_on: SpawnOn
) -> None:
    spawn_on("a"), spawn_on("b")
    other = open_jobs(home, database_url, "other")
    given: list[str] = []
    threads = [
        threading.Thread(target=lambda jobs=jobs: given.append(jobs.submit("echo", {"n": 1}, key="delivery-7")))
        for jobs in (page, other) * 5
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 10
    assert len(set(given)) == 1
    page.wait(given[0], Work())
    other.close()
    assert marks(home).count(f"echo:{given[0]}") == 1


def test_a_worker_takes_jobs_from_its_queues_only(page: Jobs, home: Path, spawn_on: SpawnOn) -> None:
    spawn_on("a", queues=("render",))
    waiting, done = page.submit("echo", {}), page.submit("render_echo", {})
    page.wait(done, Work())
    assert page.status(waiting).state == "queued"
    assert "the queue cpu" in page.status(waiting).message
    assert (len(page.live_workers("render")), page.live_workers("cpu")) == (1, [])
    spawn_on("b", queues=("cpu",))
    page.wait(waiting, Work())


@pytest.mark.long
def test_waiting_for_a_queue_that_nobody_serves_ends_with_what_to_do(
    page: Jobs, spawn_on: SpawnOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "VAIN_SECONDS", 0.5)
    spawn_on("a", queues=("render",))
    with pytest.raises(JobError) as caught:
        page.wait(page.submit("echo", {}), Work())
    assert caught.value.code == "no_worker"
    assert "--queues cpu" in caught.value.hint


@pytest.mark.long
def test_what_wants_a_card_goes_to_who_has_one_and_is_not_stranded_when_that_one_is_gone(
    page: Jobs, home: Path, spawn_on: SpawnOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = spawn_on("a", queues=("cpu", "render"))
    assert page.wait(page.submit("steps", {"count": 1}, wants_card=lambda: True), Work())["pid"] == plain.pid
    card = spawn_on("b", queues=("gpu",))
    assert page.wait(page.submit("steps", {"count": 1}, wants_card=lambda: True), Work())["pid"] == card.pid
    assert page.wait(page.submit("steps", {"count": 1}), Work())["pid"] == plain.pid
    os.kill(card.pid or 0, signal.SIGSTOP)
    left = page.submit("steps", {"count": 1}, wants_card=lambda: True)
    card.kill()
    monkeypatch.setattr(waiting, "VAIN_SECONDS", 3 * caretaker.STRANDED_SECONDS)
    assert page.wait(left, Work())["pid"] == plain.pid


@pytest.mark.long
def test_a_worker_that_is_told_to_end_leaves_its_job_to_others_without_a_crash(
    page: Jobs, home: Path, spawn_on: SpawnOn
) -> None:
    first, second = spawn_on("a"), spawn_on("b")
    job_id = page.submit("hold", {})
    until(lambda: marks(home).count(f"hold:{job_id}") == 1)
    first.terminate()
    second.terminate()
    first.join(60)
    second.join(60)
    assert page.live_workers() == []
    spawn_on("c")
    until(lambda: marks(home).count(f"hold:{job_id}") == 2)
    (home / "release").touch()
    assert page.wait(job_id, Work()) == {}


@pytest.mark.long
def test_a_job_that_an_older_worker_does_not_understand_waits_for_a_newer_one(
    page: Jobs, home: Path, spawn_on: SpawnOn
) -> None:
    spawn_on("new", version="new")
    busy = page.submit("hold", {})
    until(lambda: marks(home).count(f"hold:{busy}") == 1)
    spawn_on("old", version="old")
    newer, older = page.submit("new_echo", {"n": 1}), page.submit("echo", {})
    until(lambda: page.status(newer).state == "running")
    until(lambda: page.status(newer).state == "queued")
    (home / "release").touch()
    assert page.wait(newer, Work()) == {"arguments": {"n": 1}}
    assert page.wait(older, Work()) == {"arguments": {}}


def test_a_job_that_no_living_worker_understands_fails_with_what_to_do(page: Jobs, spawn_on: SpawnOn) -> None:
    spawn_on("old", version="old")
    with pytest.raises(NotUnderstood) as caught:
        page.wait(page.submit("new_echo", {}), Work())
    assert caught.value.code == "worker_outdated"


def test_who_waits_for_a_jobs_end_is_told_by_whichever_machine_lives(page: Jobs, home: Path, spawn_on: SpawnOn) -> None:
    first = spawn_on("a")
    job_id = page.submit("echo", {}, webhook=("kill", "https://hooks.test"))
    until(lambda: not first.is_alive())
    assert page.status(job_id).details["webhook"]["state"] == "trying"
    spawn_on("b")
    until(lambda: page.status(job_id).details["webhook"]["state"] == "delivered")
    assert marks(home).count(f"told:{job_id}") == 2 and page.status(job_id).state == "done"
