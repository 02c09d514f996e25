"""A clock that jumps: for a process, and between machines."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from backend.jobs import Jobs
from backend.work import Work
from tests.end_to_end.conftest import free_port, serve
from tests.end_to_end.test_kill import api
from tests.jobs.operations import marks, open_jobs, until
from tests.proofs.outages.clocks import Clock
from tests.proofs.scale import Scale

DAY, HOUR = 86_400, 3_600
JUMPS = (DAY, -DAY, HOUR, -HOUR, 0, 400 * DAY, -400 * DAY, 1, -1, 0)
STEPS = 3
Record = Callable[[str, object], None]


def steps_done(home: Path) -> int:
    return sum(word.startswith("step") for word in marks(home))


def is_running(jobs: Jobs, job_id: str) -> bool:
    return jobs.status(job_id).state == "running"


def test_jobs_go_on_whenever_the_clock_jumps_and_after_a_kill_too(
    client: Jobs, home: Path, tmp_path: Path, scale: Scale, record_property: Record
) -> None:
    clock, jumps = Clock(tmp_path / "clock"), JUMPS[: scale(short=2, full=len(JUMPS))]
    submitted: list[str] = []
    for jump in jumps:
        with clock.worker(home):
            submitted += [client.submit("steps", {"count": STEPS, "seconds": 0.3}) for _ in range(2)]
            before = steps_done(home)
            until(lambda before=before: steps_done(home) > before, 120)  # type: ignore[misc]
            clock.move(jump)
            client.wait(submitted[-2], Work())
            until(partial(is_running, client, submitted[-1]))
    with clock.worker(home):
        made = [client.wait(job_id, Work())["made"] for job_id in submitted]
    record_property("jumps", len(jumps))
    record_property("jobs", len(submitted))
    record_property("jobs lost", len(submitted) - len(made))
    # A step in which the worker was killed is done again, and only that.
    assert STEPS * len(submitted) <= steps_done(home) <= STEPS * len(submitted) + len(jumps)
    assert [status.state for status in client.list()] == ["done"] * len(submitted)


@pytest.mark.cluster
@pytest.mark.long
def test_machines_whose_clocks_differ_by_days_share_the_work_and_none_is_taken_for_dead(
    home: Path, tmp_path: Path, database_url: str, scale: Scale, record_property: Record
) -> None:
    home.mkdir()
    page = open_jobs(home, database_url, "page")
    clocks = [Clock(tmp_path / str(moved)) for moved in (DAY, -DAY)]
    for clock, moved in zip(clocks, (DAY, -DAY), strict=True):
        clock.move(moved)
    with clocks[0].worker(home, database_url, "a") as one, clocks[1].worker(home, database_url, "b") as other:
        until(lambda: len(page.live_workers()) == 2, 120)
        submitted = [page.submit("steps", {"count": STEPS, "seconds": 1.0}) for _ in range(scale(short=6, full=30))]
        clocks[0].move(-DAY)
        clocks[1].move(DAY)
        did = {page.wait(job_id, Work())["pid"] for job_id in submitted}
        living = page.live_workers()
    page.close()
    record_property("jobs", len(submitted))
    record_property("steps done again", steps_done(home) - STEPS * len(submitted))
    assert did == {one.pid, other.pid}
    assert len(living) == 2
    assert steps_done(home) == STEPS * len(submitted)


@pytest.mark.long
def test_a_studio_whose_clock_jumps_keeps_its_results_and_makes_links_that_open(tmp_path: Path) -> None:
    home, port, clock = tmp_path / "home", free_port(), Clock(tmp_path / "clock")
    home.mkdir()
    slow = {"script": "The clock jumps.", "engine": "silence", "options": {"seconds_to_think": 2.0}}
    with serve(home, port, **clock.environment):
        for jump in (DAY, -DAY, 0):
            job_id = api(port, "submit_job", "generate_speech", slow, None)["job_id"]
            clock.move(jump)
            while (status := api(port, "job_status", job_id))["state"] in ("queued", "running"):
                time.sleep(0.2)
            assert status["state"] == "done", status
            link = api(port, "job_result", job_id)["audio"]
            assert opened(link["url"]) == link["bytes"]
            clock.move(jump + 2 * HOUR)
            with pytest.raises(urllib.error.HTTPError, match="403"):
                opened(link["url"])
            fresh = api(port, "download_file", link["file_id"])
            assert opened(fresh["url"]) == link["bytes"]
            shutil.rmtree(home / "takes")  # so that the next one is spoken, too
        assert len(api(port, "list_narrations", 50)["narrations"]) == 3


def opened(url: str) -> int:
    with urllib.request.urlopen(url) as answer:
        return len(answer.read())
