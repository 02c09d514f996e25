"""Killed between the steps of each long operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from backend.operations import OPERATIONS
from tests.proofs.kills.homes import Home
from tests.proofs.kills.lives import seconds_until_nothing_runs
from tests.proofs.kills.operations import ALIKE, WORK
from tests.proofs.kills.strikes import STRUCK, marks
from tests.proofs.scale import Scale

AT_EACH_COMMIT = ("regenerate_sentence",)
AFTER_STEPS = ("generate_captioned_video",)
"""What has more to do after its last step: for all others the end of that is the end."""


def test_every_long_operation_is_killed() -> None:
    assert WORK.keys() | ALIKE.keys() == {name for name, operation in OPERATIONS.items() if operation.queue}
    assert set(ALIKE.values()) <= WORK.keys()


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(name, marks=[pytest.mark.xdist_group(name), *[pytest.mark.long] * (name not in AT_EACH_COMMIT)])
        for name in WORK
    ],
)
def test_killed_at_each_boundary_a_job_is_done_once_with_one_whole_result(
    operation: str, home: Home, scale: Scale, record_property: Callable[[str, object], None]
) -> None:
    times = scale(short=1, full=10)
    unharmed, one = _without_a_kill(operation, home)
    boundaries = list(dict.fromkeys(word for job_id, word in marks(home.folder) if job_id == unharmed))
    if operation not in AFTER_STEPS and boundaries[-2].startswith("recorded "):
        boundaries.pop()
    with home.working():
        calls = [WORK[operation](home.bench, 2 + number) for number in range(len(boundaries) * times)]
    before = home.kept()
    plan = {home.submit(operation, call): boundaries[number // times] for number, call in enumerate(calls)}
    deaths, slowest = _die_as_planned(home, plan)
    home.is_whole()
    done = home.states(list(plan))["done"]
    record_property("boundaries", len(boundaries))
    record_property("kills", deaths)
    record_property("jobs lost", len(plan) - done)
    record_property("last process gone after seconds", round(slowest, 1))
    for job_id in plan:
        home.result(job_id)
    _each_step_was_done_once(home, plan)
    assert deaths == len(plan)
    assert home.kept() - before == Counter({kind: count * len(plan) for kind, count in one.items()})
    home.is_tidy()


def _without_a_kill(operation: str, home: Home) -> tuple[str, Counter[str]]:
    """The id of a job that nothing happens to, and what there is more after it."""
    with home.working() as life:
        call = WORK[operation](home.bench, 1)
        before = home.kept()
        job_id = home.submit(operation, call)
        assert home.finish(life)
    home.result(job_id)
    return job_id, home.kept() - before


def _die_as_planned(home: Home, plan: dict[str, str]) -> tuple[int, float]:
    """Start studios until one has nothing left to do; how many died, and how long something of one outlived it."""
    deaths, slowest = 0, 0.0
    while not home.finish(life := home.worker(plan)):
        deaths += 1
        slowest = max(slowest, seconds_until_nothing_runs(home.folder))
        assert deaths <= len(plan)
    home.end(life)
    return deaths, slowest


def _each_step_was_done_once(home: Home, plan: dict[str, str]) -> None:
    """But for those that ended in the very moment in which the process was killed, before that was written down."""
    passed = Counter(marks(home.folder))
    assert {job_id for job_id, word in passed if word == STRUCK} == plan.keys()
    for (job_id, word), count in passed.items():
        if word.startswith("done "):
            assert count == 1 + (plan.get(job_id) == word), (word, plan.get(job_id))
