"""One key is one job."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.errors import InvalidRequest
from backend.ids import new_id
from backend.jobs import Jobs
from backend.work import Work
from tests.jobs.operations import marks


def test_twenty_threads_that_send_one_key_get_one_job(jobs: Jobs, home: Path) -> None:
    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(lambda _: jobs.submit("echo", {"n": 1}, key="k"), range(20)))
    assert len(set(ids)) == 1
    jobs.wait(ids[0], Work())
    assert jobs.submit("echo", {"n": 1}, key="k") == ids[0]
    assert marks(home) == [f"echo:{ids[0]}"]
    assert len(jobs.list()) == 1


@pytest.mark.parametrize(("operation", "arguments"), [("echo", {"n": 2}), ("render_echo", {"n": 1})])
def test_the_same_key_for_something_else_is_refused(jobs: Jobs, operation: str, arguments: dict[str, int]) -> None:
    first = jobs.submit("echo", {"n": 1}, key="k")
    with pytest.raises(InvalidRequest) as caught:
        jobs.submit(operation, arguments, key="k")
    assert caught.value.code == "idempotency_conflict"
    assert [job.job_id for job in jobs.list()] == [first]


def test_of_different_requests_that_race_for_one_key_one_wins(jobs: Jobs) -> None:
    def submit(n: int) -> str:
        try:
            return jobs.submit("echo", {"n": n}, key="k")
        except InvalidRequest as error:
            return error.code

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(submit, range(10)))
    assert answers.count("idempotency_conflict") == 9
    assert len(jobs.list()) == 1


def test_keys_of_any_characters_are_told_apart(client: Jobs) -> None:
    keys = ["a", "A", " a", "a\0", "\ud800", "ключ", "x" * 200, "'; drop table studio_keys; --"]
    assert len({client.submit("echo", {}, key=key) for key in keys}) == len(keys)


def test_a_job_can_be_given_its_id(client: Jobs) -> None:
    job_id = new_id("job")
    assert client.submit("echo", {}, job_id=job_id) == job_id
    assert client.submit("echo", {}, key="k", job_id=(wanted := new_id("job"))) == wanted
    assert client.submit("echo", {}, key="k", job_id=new_id("job")) == wanted
