"""How soon a killed studio is there again: whole processes of ``python app.py``, imports and all."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from tests.end_to_end.conftest import free_port, serve
from tests.end_to_end.machines import until
from tests.end_to_end.test_kill import api
from tests.proofs.kills.homes import Home
from tests.proofs.kills.operations import speech

READY_SECONDS = 10.0
GOES_ON_SECONDS = 30.0
TIMES = 10


def slow(number: int) -> dict[str, Any]:
    """A job that is still under way when the studio dies."""
    return {**speech(number), "options": {"seconds_to_think": 0.5}}


@pytest.mark.alone
@pytest.mark.long
def test_a_killed_studio_takes_jobs_again_within_ten_seconds_and_goes_on_with_those_it_had(
    home: Home, record_property: Callable[[str, object], None]
) -> None:
    port, chance, ready, going = free_port(), Random(1), list[float](), list[float]()
    jobs: list[str] = []
    for number in range(TIMES + 1):
        begun = time.monotonic()
        with serve(home.folder, port) as studio:
            ready.append(time.monotonic() - begun)
            if number:
                while api(port, "job_status", jobs[-1])["state"] != "done":
                    time.sleep(0.05)
                going.append(time.monotonic() - begun)
            jobs.append(api(port, "submit_job", "generate_speech", slow(number), None)["job_id"])
            while number < TIMES and api(port, "job_status", jobs[-1])["state"] == "queued":
                time.sleep(0.05)
            if number < TIMES:
                time.sleep(chance.uniform(0.0, 0.5))
                studio.kill()
            else:
                until(lambda: not home.waiting())
    record_property("kills", TIMES)
    record_property("slowest to be ready, seconds", round(max(ready), 1))
    record_property("slowest to end the job it had, seconds", round(max(going), 1))
    assert max(ready) <= READY_SECONDS
    assert max(going) <= GOES_ON_SECONDS
    assert home.states(jobs) == {"done": len(jobs)}
