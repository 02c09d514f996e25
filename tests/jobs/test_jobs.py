"""A job from submission to result, in one process."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from backend.errors import Cancelled, InvalidRequest, JobError, NotFound, StudioError
from backend.ids import is_id
from backend.jobs import Jobs
from backend.models import JobStatus
from backend.work import Work
from tests.jobs.operations import marks, open_jobs, until


def state_is(jobs: Jobs, job_id: str, state: str) -> None:
    until(lambda: jobs.status(job_id).state == state)


def test_a_job_gives_its_result(jobs: Jobs) -> None:
    job_id = jobs.submit("echo", {"script": "Grüße \0 \ud800", "numbers": [1, 2.5, None]})
    assert is_id(job_id, "job")
    assert jobs.wait(job_id, Work()) == {"arguments": {"script": "Grüße \0 \ud800", "numbers": [1, 2.5, None]}}
    status = jobs.status(job_id)
    assert (status.state, status.progress, status.operation, status.error) == ("done", 1.0, "echo", None)
    assert status.started_at is not None
    assert status.finished_at is not None
    assert status.created_at <= status.started_at <= status.finished_at
    assert status.created_at.endswith("Z")


def test_a_running_job_tells_how_far_it_is_and_a_waiting_one_its_place(jobs: Jobs) -> None:
    first, second, third = (jobs.submit("hold", {}) for _ in range(3))
    until(lambda: jobs.status(first).progress == 0.25)
    running = jobs.status(first)
    assert (running.state, running.message, running.details) == ("running", "Holding", {"kept": "so far"})
    assert running.queue_position is None
    waiting = [jobs.status(job_id) for job_id in (second, third)]
    assert [(job.state, job.queue_position) for job in waiting] == [("queued", 1), ("queued", 2)]
    assert jobs.counts() == {"queued": 2, "running": 1}


def test_jobs_of_a_queue_run_one_after_the_other_in_the_order_they_came(jobs: Jobs, home: Path) -> None:
    submitted = [jobs.submit("echo", {"n": n}) for n in range(8)]
    for job_id in submitted:
        jobs.wait(job_id, Work())
    assert marks(home) == [f"echo:{job_id}" for job_id in submitted]


def test_a_long_job_of_one_queue_does_not_hold_up_the_other_queue(jobs: Jobs) -> None:
    held = jobs.submit("hold", {})
    state_is(jobs, held, "running")
    assert jobs.wait(jobs.submit("render_echo", {}), Work()) == {"arguments": {}}
    assert jobs.status(held).state == "running"


def test_a_failed_job_says_what_the_operation_said(jobs: Jobs) -> None:
    for operation in ("fail", "fail_in_step"):
        job_id = jobs.submit(operation, {})
        with pytest.raises(InvalidRequest) as caught:
            jobs.wait(job_id, Work())
        expected = {"code": "script_empty", "message": "There is nothing to say.", "hint": "Write a script."}
        assert caught.value.to_dict() == expected
        status = jobs.status(job_id)
        assert (status.state, status.error, status.message) == ("failed", expected, expected["message"])


@pytest.mark.parametrize("operation", ["bug", "exit", "not_json"])
def test_what_nobody_foresaw_is_named_by_a_log_id_and_told_only_to_the_log(
    jobs: Jobs, operation: str, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = jobs.submit(operation, {})
    with pytest.raises(JobError) as caught:
        jobs.wait(job_id, Work())
    assert caught.value.code == "internal_error"
    assert "secret" not in str(caught.value)
    log_id = caught.value.hint.split()[-1].rstrip(".")
    assert is_id(log_id, "log")
    (record,) = [record for record in caplog.records if log_id in record.getMessage()]
    assert record.exc_info is not None


def test_the_result_of_a_job_that_has_not_ended_is_refused(jobs: Jobs) -> None:
    job_id = jobs.submit("hold", {})
    with pytest.raises(InvalidRequest) as caught:
        jobs.result(job_id)
    assert caught.value.code == "job_not_finished"


@pytest.mark.parametrize("job_id", ["", "job_nothing", "../../etc/passwd", "x" * 10_000, "a\0b", "\ud800"])
def test_an_id_that_names_no_job_is_not_found(client: Jobs, job_id: str) -> None:
    for ask in (client.status, client.result, client.cancel, lambda job_id: client.wait(job_id, Work())):
        with pytest.raises(NotFound) as caught:
            ask(job_id)
        assert caught.value.code == "job_not_found"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, Path("x"), b"x"])
def test_arguments_that_are_not_json_are_refused_and_nothing_is_queued(client: Jobs, value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        client.submit("echo", {"value": value})
    assert caught.value.code == "arguments_not_json"
    assert client.list() == []


def test_the_list_is_newest_first_and_can_be_narrowed(jobs: Jobs) -> None:
    done = [jobs.submit("echo", {}) for _ in range(3)]
    failed = jobs.submit("fail", {})
    running = jobs.submit("hold", {})
    queued = jobs.submit("hold", {})
    cancelled = jobs.submit("hold", {})
    jobs.cancel(cancelled)
    state_is(jobs, running, "running")
    assert [job.job_id for job in jobs.list()] == [cancelled, queued, running, failed, *reversed(done)]
    assert [job.job_id for job in jobs.list("done")] == list(reversed(done))
    assert [job.job_id for job in jobs.list("failed")] == [failed]
    assert [job.job_id for job in jobs.list("running")] == [running]
    assert [job.job_id for job in jobs.list("queued")] == [queued]
    assert [job.job_id for job in jobs.list("cancelled")] == [cancelled]
    assert len(jobs.list(limit=2)) == 2
    assert all(jobs.status(job.job_id) == job for job in jobs.list("done"))


def test_reports_from_many_threads_lose_nothing_and_never_go_back(jobs: Jobs) -> None:
    job_id = jobs.submit("report_from_threads", {})
    seen: list[float] = []
    jobs.wait(job_id, Work(lambda fraction, message, **details: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_step_belongs_to_the_thread_of_its_job(jobs: Jobs) -> None:
    assert jobs.wait(jobs.submit("step_elsewhere", {}), Work()) == {"errors": ["step_in_other_thread"]}


def test_waiting_can_be_stopped_and_stops_the_job(jobs: Jobs) -> None:
    job_id = jobs.submit("hold", {})
    work = Work()
    threading.Timer(0.3, work.cancel.set).start()
    with pytest.raises(Cancelled):
        jobs.wait(job_id, work)
    assert jobs.status(job_id).state == "cancelled"


def test_a_second_worker_in_the_same_process_is_refused(jobs: Jobs, home: Path) -> None:
    other = open_jobs(home)
    with pytest.raises(JobError) as caught:
        other.start()
    assert caught.value.code == "worker_running"
    other.close()
    assert jobs.wait(jobs.submit("echo", {}), Work()) == {"arguments": {}}


def test_a_client_looks_submits_and_cancels_but_runs_nothing(client: Jobs, home: Path) -> None:
    job_id = client.submit("echo", {})
    assert client.status(job_id).state == "queued"
    assert (client.started, client.live_workers()) == (False, [])
    assert client.cancel(job_id).state == "cancelled"
    assert marks(home) == []


def test_closing_twice_and_closing_what_was_never_started_is_fine(home: Path) -> None:
    jobs = open_jobs(home)
    jobs.close()
    jobs.close()


def test_a_closed_studio_says_so(home: Path) -> None:
    jobs = open_jobs(home)
    jobs.close()
    with pytest.raises(JobError) as caught:
        jobs.submit("echo", {})
    assert caught.value.code == "studio_closed"


def test_a_worker_that_could_not_start_leaves_nothing_and_can_start_later(home: Path) -> None:
    home.mkdir()
    (home / "run").write_text("a file where a folder belongs")
    before = set(threading.enumerate())
    jobs = open_jobs(home)
    with pytest.raises(JobError) as caught:
        jobs.start()
    assert caught.value.code == "database_error"
    assert set(threading.enumerate()) == before
    (home / "run").unlink()
    jobs.start()
    assert jobs.wait(jobs.submit("echo", {}), Work()) == {"arguments": {}}
    jobs.close()


def test_nothing_of_a_worker_is_left_after_it_is_closed(home: Path) -> None:
    before = set(threading.enumerate())
    jobs = open_jobs(home)
    jobs.start()
    assert len(jobs.live_workers()) == 1
    jobs.wait(jobs.submit("echo", {}), Work())
    jobs.close()
    until(lambda: not set(threading.enumerate()) - before)
    looking = open_jobs(home)
    assert looking.live_workers() == []
    looking.close()
    assert list((home / "run").iterdir()) == []


def test_a_status_is_the_same_value_for_every_look(jobs: Jobs) -> None:
    job_id = jobs.submit("echo", {})
    jobs.wait(job_id, Work())
    assert jobs.status(job_id) == jobs.status(job_id) == JobStatus.model_validate(jobs.status(job_id).model_dump())


def test_a_damaged_database_is_named_with_what_to_do(home: Path) -> None:
    home.mkdir()
    (home / "jobs.db").write_bytes(b"not a database at all" * 500)
    jobs = open_jobs(home)
    with pytest.raises(StudioError) as caught:
        jobs.start()
    assert caught.value.code == "database_damaged"
    assert "jobs.db" in caught.value.hint
    jobs.close()


def test_jobs_that_hold_what_must_go_are_stopped_and_leave_no_record(jobs: Jobs) -> None:
    done, other = (jobs.submit("echo", {"who": who}, key=who) for who in ("Anna", "Berta"))
    running = jobs.submit("hold", {"who": "Anna"})
    for job_id in (done, other):
        jobs.wait(job_id, Work())
    state_is(jobs, running, "running")
    assert jobs.erase(("echo", "hold"), lambda job_id, arguments, outcome: arguments["who"] == "Anna") == 2
    for job_id in (done, running):
        with pytest.raises(NotFound):
            jobs.status(job_id)
    assert [job.job_id for job in jobs.list()] == [other]
    again = jobs.submit("echo", {"who": "Anna"}, key="Anna")
    assert jobs.wait(again, Work()) == {"arguments": {"who": "Anna"}}
    assert jobs.erase(("nothing",), lambda *_: True) == 0
