"""Cancelling: waiting, running and finished jobs, from the same process and from another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import Cancelled
from backend.jobs import Jobs
from backend.work import Work
from tests.jobs.operations import marks, open_jobs, until


def reach(jobs: Jobs, job_id: str, state: str) -> None:
    until(lambda: jobs.status(job_id).state == state)


def test_a_job_cancelled_in_its_queue_never_runs(jobs: Jobs, home: Path) -> None:
    running = jobs.submit("hold", {})
    queued = jobs.submit("echo", {})
    until(lambda: f"hold:{running}" in marks(home))
    assert jobs.cancel(queued).state == "cancelled"
    jobs.cancel(running)
    jobs.wait(jobs.submit("echo", {}), Work())
    assert f"echo:{queued}" not in marks(home)


def test_cancelling_three_times_is_like_cancelling_once(jobs: Jobs, home: Path) -> None:
    job_id = jobs.submit("hold", {})
    until(lambda: f"hold:{job_id}" in marks(home))
    statuses = [jobs.cancel(job_id) for _ in range(3)]
    assert [status.state for status in statuses] == ["cancelled"] * 3
    until(lambda: f"stopped:{job_id}" in marks(home))
    assert jobs.status(job_id).finished_at == statuses[0].finished_at
    with pytest.raises(Cancelled):
        jobs.result(job_id)


def test_cancelling_a_finished_job_changes_nothing(jobs: Jobs) -> None:
    for operation, state in (("echo", "done"), ("fail", "failed")):
        job_id = jobs.submit(operation, {})
        reach(jobs, job_id, state)
        before = jobs.status(job_id)
        assert jobs.cancel(job_id) == before
        assert jobs.status(job_id) == before


def test_a_job_is_stopped_from_another_process(jobs: Jobs, home: Path) -> None:
    job_id = jobs.submit("hold", {})
    until(lambda: f"hold:{job_id}" in marks(home))
    other = open_jobs(home)  # has only the database in common with the worker, as another process would
    assert other.cancel(job_id).state == "cancelled"
    until(lambda: f"stopped:{job_id}" in marks(home))
    other.close()
    assert jobs.status(job_id).state == "cancelled"


def test_the_worker_goes_on_with_the_next_job_after_a_cancelled_one(jobs: Jobs, home: Path) -> None:
    job_id = jobs.submit("steps", {"count": 100, "seconds": 0.05})
    until(lambda: "step1" in marks(home))
    jobs.cancel(job_id)
    assert jobs.wait(jobs.submit("echo", {}), Work()) == {"arguments": {}}
    assert len(marks(home)) < 100
