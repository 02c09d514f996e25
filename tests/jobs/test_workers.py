"""Who counts as dead, and addresses of databases."""

from __future__ import annotations

import time

import pytest

from backend.errors import InvalidRequest
from backend.jobs.database import read_address
from backend.jobs.workers import LONGEST_LOOK_SECONDS, Patience


class Clock:
    """A clock that tests set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)


def test_a_heart_that_beats_is_never_silent_and_one_that_stopped_is_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, told = Clock(monkeypatch), []
    patience = Patience(10.0)
    for second in range(0, 16, 2):
        clock.now = 100.0 + second
        told.append(patience.silent({"run_beats": float(second), "run_stopped": 7.0, "run_unknown": None}))
    assert told[:5] == [set()] * 5
    assert told[5:] == [{"run_stopped", "run_unknown"}] * 3


def test_whoever_looks_after_an_hours_sleep_takes_nobody_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, patience = Clock(monkeypatch), Patience(10.0)
    patience.silent({"run_a": 1.0})
    clock.now += 3600
    assert patience.silent({"run_a": 1.0}) == set()
    for _ in range(2):
        clock.now += LONGEST_LOOK_SECONDS
        assert patience.silent({"run_a": 1.0}) == set()
    clock.now += LONGEST_LOOK_SECONDS
    assert patience.silent({"run_a": 1.0}) == {"run_a"}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_addresses_of_postgresql_are_taken_in_every_form_that_people_write(scheme: str) -> None:
    read = read_address(f"{scheme}://anna:s%40cret@db.example:5433/jobs?sslmode=require")
    assert read.startswith("postgresql://anna:s%40cret@db.example:5433/jobs?")
    assert "sslmode=require" in read
    assert "connect_timeout=5" in read


@pytest.mark.parametrize(
    "wrong",
    [
        "canary",
        "mysql://anna:canary@db/jobs",
        "postgresql://anna:canary@db",
        "postgresql://anna:canary@x@db/jobs",
        "postgresql://anna:can#ary@db:port/jobs",
        "postgresql://anna:1/canary@db:99999/jobs",
    ],
)
def test_a_wrong_address_is_refused_without_a_word_of_it(wrong: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_address(wrong)
    assert caught.value.code == "database_url"
    assert "canary" not in str(caught.value)
