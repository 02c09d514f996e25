"""How often a job is looked at by somebody who waits for it, and how many may wait at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from backend.errors import QuotaExceeded
from backend.jobs import Jobs, waiting
from backend.jobs.waiting import FIRST_SECONDS, LAST_SECONDS
from backend.work import Work


def test_who_has_waited_for_long_looks_seldom(client: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "VAIN_SECONDS", 1000.0)
    now = 1000.0
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: now))
    looks = client.waiting(client.submit("echo", {}), Work())
    pauses = []
    for waited in (0.0, 0.5, 4.0, 300.0):
        now = 1000.0 + waited
        pauses.append(looks.look())
    assert pauses[:2] == [FIRST_SECONDS, FIRST_SECONDS] and pauses[3] == LAST_SECONDS
    assert pauses[2] == pytest.approx(0.2)


def test_a_glance_tells_what_the_status_tells_but_for_those_before_it(jobs: Jobs) -> None:
    ended = jobs.submit("echo", {"n": 1})
    jobs.wait(ended, Work())
    assert jobs.glance(ended) == jobs.status(ended)


def test_of_many_jobs_sent_at_once_no_more_are_taken_than_may_wait(client: Jobs) -> None:
    def submit(n: int) -> bool:
        try:
            client.submit("echo", {"n": n}, at_most=5, tenant="anna")
        except QuotaExceeded:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(submit, range(60)))
    assert taken.count(True) == len(client.list(limit=100, tenant="anna")) == 5
