"""How far a job is, and how long it still takes."""

from __future__ import annotations

import time

import pytest

from backend.jobs.tracker import Tracker


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_nothing_is_told_before_something_is_reported_and_nothing_twice() -> None:
    tracker = Tracker("job_a")
    assert tracker.take() is None
    tracker.report(0.5, "half")
    assert tracker.take() is not None
    assert tracker.take() is None


def test_details_are_added_up_and_progress_stays_within_bounds() -> None:
    tracker = Tracker("job_a")
    for fraction, details in ((0.4, {"a": 1}), (0.2, {"b": 2}), (float("nan"), {"a": 3}), (-5.0, {}), (7.0, {})):
        tracker.report(fraction, "x", **details)
    progress = tracker.take()
    assert progress is not None
    assert (progress.fraction, progress.details) == (1.0, {"a": 3, "b": 2})


def test_the_time_left_follows_from_the_pace_of_this_start(clock: list[float]) -> None:
    tracker = Tracker("job_a")
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
    tracker = Tracker("job_a")
    tracker.report(0.0, "begin")
    clock[0] += 0.5
    tracker.report(0.3, "a jump")
    progress = tracker.take()
    assert progress is not None
    assert progress.seconds_left is None
