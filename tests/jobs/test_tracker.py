"""How far a job is, and how long it still takes."""

from __future__ import annotations

import math
import time

import pytest

from backend.errors import Cancelled, JobError
from backend.jobs.tracker import Lease, Tracker, now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def a_tracker() -> Tracker:
    return Tracker("job_a", Lease(math.inf, lambda: True))


def test_nothing_is_told_before_something_is_reported_and_nothing_twice() -> None:
    tracker = a_tracker()
    assert tracker.take() is None
    tracker.report(0.5, "half")
    assert tracker.take() is not None
    assert tracker.take() is None


def test_details_are_added_up_and_progress_stays_within_bounds() -> None:
    tracker = a_tracker()
    for fraction, details in ((0.4, {"a": 1}), (0.2, {"b": 2}), (float("nan"), {"a": 3}), (-5.0, {}), (7.0, {})):
        tracker.report(fraction, "x", **details)
    progress = tracker.take()
    assert progress is not None
    assert (progress.fraction, progress.details) == (1.0, {"a": 3, "b": 2})


def test_the_time_left_follows_from_the_pace_of_this_start(clock: list[float]) -> None:
    tracker = a_tracker()
    tracker.report(0.5, "what was done before the restart is there at once")
    progress = tracker.take()
    assert progress is not None
    assert progress.seconds_left is None
    clock[0] += 10
    tracker.report(0.75, "a quarter in ten seconds")
    progress = tracker.take()
    assert progress is not None
    assert progress.seconds_left == pytest.approx(10)


def test_the_first_moment_gives_no_estimate(clock: list[float]) -> None:
    tracker = a_tracker()
    tracker.report(0.0, "begin")
    clock[0] += 0.5
    tracker.report(0.3, "a jump")
    progress = tracker.take()
    assert progress is not None
    assert progress.seconds_left is None


def test_a_run_that_was_away_for_too_long_asks_whether_the_job_is_still_its_own() -> None:
    asked: list[bool] = []

    def lease(answer: bool, away: float) -> Lease:
        lease = Lease(10.0, lambda: asked.append(answer) or answer)  # type: ignore[func-returns-value]
        lease.renew(now() - away)
        return lease

    assert not lease(False, away=1).is_set()
    assert asked == []
    kept = lease(True, away=11)
    assert not kept.is_set()
    assert not kept.is_set()
    assert asked == [True]
    with pytest.raises(Cancelled):
        lease(False, away=11).check()


def test_a_database_that_is_away_takes_no_job_from_anybody() -> None:
    def refuse() -> bool:
        raise JobError("It is away.")

    lease = Lease(10.0, refuse)
    lease.renew(now() - 11)
    assert not lease.is_set()
