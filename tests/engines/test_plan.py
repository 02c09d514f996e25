"""How a machine is used best: what is tried, what wins, and what is remembered."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from backend.engines.plan import Plan, candidates, fastest, remember, remembered, seconds_for, usable_cores
from backend.work import Work

USUAL, OTHER = Plan(1, 2, 1), Plan(1, 1, 2)


@pytest.mark.parametrize("cores", [1, 2, 3, 4, 8, 64])
def test_no_plan_uses_more_threads_than_there_are_cores(cores: int) -> None:
    plans = candidates(cores)
    assert plans[0] == Plan(1, cores, 1)
    assert len(set(plans)) == len(plans)
    assert all(plan.at_once * plan.threads <= max(2, cores) for plan in plans)


def test_one_core_leaves_nothing_to_try() -> None:
    assert candidates(1) == (Plan(1, 1, 1),)


def test_a_plan_wins_only_when_it_is_clearly_faster() -> None:
    assert fastest((USUAL, OTHER), {USUAL: 1.0, OTHER: 0.97}.__getitem__) == USUAL
    assert fastest((USUAL, OTHER), {USUAL: 1.0, OTHER: 0.5}.__getitem__) == OTHER


def test_a_plan_is_remembered_for_the_machine_it_was_measured_on(tmp_path: Path) -> None:
    file = tmp_path / "models" / "kokoro.plan.json"
    assert remembered(file, "this machine") is None
    remember(file, "this machine", OTHER)
    assert remembered(file, "this machine") == OTHER
    assert remembered(file, "another machine") is None
    assert [path.name for path in file.parent.iterdir()] == ["kokoro.plan.json"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"plan": {"wheels": 4}, "measured_on": "m"}', "\x00"])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content)
    assert remembered(file, "m") is None


def test_a_measurement_asks_side_by_side_after_one_round_unmeasured() -> None:
    together = threading.Barrier(2)
    asked: list[Work] = []

    def ask(work: Work) -> None:
        together.wait(timeout=60)
        asked.append(work)

    assert seconds_for(ask, 2, 4, Work()) >= 0
    assert len(asked) == 6


def test_this_machine_has_cores() -> None:
    assert usable_cores() >= 1
