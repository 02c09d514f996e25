"""Killed at random moments, with people at the door."""

from __future__ import annotations

import sqlite3
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from random import Random
from typing import Any

from tests.end_to_end.conftest import free_port
from tests.end_to_end.machines import until
from tests.proofs.kills.homes import Home
from tests.proofs.kills.lives import Life, seconds_until_nothing_runs
from tests.proofs.kills.operations import WORK
from tests.proofs.kills.people import Person
from tests.proofs.scale import Scale

SEED = 20_261_123
SENT = ("generate_speech",) * 6 + ("regenerate_sentence", "merge_videos", "make_animation", "generate_captioned_video")
LONGEST_LIFE = 1.0
"""Seconds from one death to the next, once those that came back are there."""
VICTIMS = (*(("worker",),) * 4, ("page",), ("page", "worker"))
MOST_WAITING = 4
"""Jobs; while there are so many nobody sends more."""


class Pair:
    """A page that leaves the work to a worker, and that worker: whichever is killed comes back."""

    def __init__(self, home: Home, port: int) -> None:
        self._home, self._port = home, port
        self.lives: dict[str, Life] = {}
        self.deaths: Counter[str] = Counter()

    def come(self, *, wait: bool) -> None:
        """Start who is not there, and wait until they are at the door and at work."""
        if "page" not in self.lives:
            self.lives["page"] = self._home.page(self._port, STUDIO_QUEUES="none")
        if "worker" not in self.lives:
            self.lives["worker"] = self._home.plain_worker()
        if wait:
            until(lambda: self._page_answers() and self._home.client.jobs.live_workers())

    def _page_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz") as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self, *names: str) -> None:
        for name in names:
            self.lives.pop(name).kill()
            self.deaths[name] += 1


def test_killed_at_any_moment_every_accepted_job_is_done_once_with_one_whole_result(
    home: Home, scale: Scale, record_property: Callable[[str, object], None]
) -> None:
    kills, chance = scale(short=3, full=200), Random(SEED)
    port = free_port()
    with home.working() as life:
        work = [(name, WORK[name](home.bench, number)) for number, name in enumerate(SENT * 4)]
        brought = {name: _brought(home, life, name, dict(work)[name]) for name in sorted(set(SENT))}
    before, jobs_before = home.kept(), _jobs(home)
    people = [Person(name, port, work, seed) for seed, name in enumerate(("Anna", "Bela", "Cleo"))]
    pair, slowest = Pair(home, port), 0.0
    for person in people:
        person.start()
    while pair.deaths.total() < kills:
        pair.come(wait=chance.random() < 0.75)
        if home.waiting() < MOST_WAITING:
            chance.choice(people).send()
        time.sleep(chance.uniform(0.0, LONGEST_LIFE))
        _let_those_struck_twice_end(home)
        names = chance.choice(VICTIMS)
        pair.kill(*names)
        if len(names) == 2:
            slowest = max(slowest, seconds_until_nothing_runs(home.folder))
        home.is_whole()
    pair.come(wait=True)
    for person in people:
        person.end()
    assert home.finish(pair.lives["worker"], seconds=300)
    home.end(*pair.lives.values())
    accepted = [one for person in people for one in person.accepted]
    record_property("seed", SEED)
    record_property("kills", pair.deaths.total())
    record_property("jobs accepted", len(accepted))
    record_property("jobs lost", len(accepted) - home.states([one.job_id for one in accepted])["done"])
    record_property("last process gone after seconds", round(slowest, 1))
    assert [key for person in people for key in person.confused] == []
    assert len(accepted) == len({one.job_id for one in accepted}) >= kills // 3
    for one in accepted:
        home.result(one.job_id)
    assert home.kept() - before == sum((brought[one.operation] for one in accepted), Counter())
    assert _jobs(home) == jobs_before + len(accepted)
    home.is_whole()
    home.is_tidy()


def _brought(home: Home, life: Life, operation: str, arguments: dict[str, Any]) -> Counter[str]:
    """What there is more after a job that nothing happens to."""
    before = home.kept()
    home.submit(operation, arguments)
    assert home.finish(life)
    return home.kept() - before


def _let_those_struck_twice_end(home: Home) -> None:
    """The third death over a job is its last: such a one is given up, which is tested elsewhere."""
    query = (
        "SELECT count(*) FROM studio_progress JOIN workflow_status ON workflow_uuid = job_id "
        "WHERE attempts > 2 AND status IN ('PENDING', 'ENQUEUED')"
    )
    until = time.monotonic() + 120
    while _asked(home, query):
        assert time.monotonic() < until, "a job does not end"
        time.sleep(0.1)


def _jobs(home: Home) -> int:
    return _asked(home, "SELECT count(*) FROM workflow_status WHERE name = 'run_operation'")


def _asked(home: Home, query: str) -> int:
    with closing(sqlite3.connect(home.folder / "jobs.db")) as database:
        return int(database.execute(query).fetchone()[0])
