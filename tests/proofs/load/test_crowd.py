"""Fifty people for ten minutes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from typing import Any

import pytest

from tests.proofs.load.crowd import people, work
from tests.proofs.load.studio import Watched
from tests.proofs.scale import Scale

Record = Callable[[str, Any], None]


def _p95(seconds: list[float]) -> float:
    return round(quantiles(seconds, n=20, method="inclusive")[-1], 3)


def test_everybody_in_a_crowd_gets_what_they_asked_for(watched: Watched, scale: Scale, record_property: Record) -> None:
    crowd = people(
        watched.callers,
        clients=scale(short=4, full=15),
        visitors=scale(short=2, full=5),
        listeners=scale(short=3, full=10),
    )
    told = work(crowd, seconds=scale(short=60, full=60), pause=0.5, most=scale(short=2, full=1000))
    record_property("users", len(crowd))
    record_property("jobs", told.finished)
    record_property("errors", len(told.errors))
    record_property("results of others", len(told.others))
    assert told.errors == [] and told.others == []
    assert told.finished == len(told.accepted) + len(told.sounded) > 0


@pytest.mark.long
@pytest.mark.alone
def test_fifty_people_for_ten_minutes_are_each_accepted_within_a_second(
    watched: Watched, record_property: Record
) -> None:
    crowd = people(watched.callers, clients=20, visitors=10, listeners=20)
    status: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work, crowd, 600.0)
        while not working.done():
            time.sleep(1.0)
            begun = time.perf_counter()
            watched.main.call("list_jobs", limit=1)
            status.append(time.perf_counter() - begun)
        told = working.result()
    record_property("users", len(crowd))
    record_property("jobs", told.finished)
    record_property("errors", len(told.errors))
    record_property("results of others", len(told.others))
    record_property("accepted within, half (s)", round(median(told.accepted), 3))
    record_property("accepted within, 95 % (s)", _p95(told.accepted))
    record_property("answered meanwhile within, 95 % (s)", _p95(status))
    record_property("first sound within, half (s)", round(median(told.sounded), 3))
    assert told.errors == [] and told.others == []
    assert told.finished == len(told.accepted) + len(told.sounded) >= 500
    assert _p95(told.accepted) <= 1.0
