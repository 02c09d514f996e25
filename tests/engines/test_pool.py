"""A dead process is replaced once; several processes share the work; Stop ends waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.engines.plan import Plan
from backend.engines.pool import Pool
from backend.errors import Cancelled, EngineDied
from backend.work import Work
from tests.engines.conftest import MISBEHAVING
from tests.engines.test_host import wait_for

PoolMaker = Callable[[str, Plan], Pool]


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[PoolMaker]:
    made: list[Pool] = []

    def make(name: str, plan: Plan) -> Pool:
        made.append(Pool(name, code=MISBEHAVING / name, models=None, logs=tmp_path, plan=plan))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_request_whose_process_dies_is_asked_once_more_in_a_fresh_one(pool: PoolMaker, tmp_path: Path) -> None:
    answer = pool("dies_once", Plan()).ask("speak", {"text": str(tmp_path / "memory")}, Work())
    assert answer["sample_rate"] == 8000


def test_a_request_that_kills_every_process_ends_with_a_clear_error(pool: PoolMaker) -> None:
    engine = pool("dies_in_speak", Plan())
    with pytest.raises(EngineDied) as caught:
        engine.ask("speak", {"text": "exit 5"}, Work())
    assert "exit status 5" in caught.value.message and caught.value.hint
    assert not engine.loaded


def test_requests_are_spread_over_the_processes(pool: PoolMaker) -> None:
    engine = pool("tells_its_surroundings", Plan(processes=2))
    start = threading.Barrier(2)
    pids: list[int] = []

    def ask() -> None:
        start.wait()
        for _ in range(5):
            pids.append(engine.ask("speak", {}, Work())["pid"])

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(pids)) == 2


def test_waiting_for_a_free_place_ends_on_stop(pool: PoolMaker) -> None:
    engine = pool("hangs", Plan())
    first, second = Work(), Work()
    errors: list[type[Exception]] = []

    def ask(work: Work) -> None:
        try:
            engine.ask("speak", {"text": "asleep"}, work)
        except Cancelled as error:
            errors.append(type(error))

    busy = threading.Thread(target=ask, args=(first,))
    busy.start()
    wait_for(lambda: engine.loaded)
    waiting = threading.Thread(target=ask, args=(second,))
    waiting.start()
    second.cancel.set()
    waiting.join()
    assert errors == [Cancelled] and busy.is_alive()
    first.cancel.set()
    busy.join()
    assert errors == [Cancelled, Cancelled]


def test_an_idle_process_is_ended_and_a_busy_one_is_not(pool: PoolMaker) -> None:
    idle, busy = pool("tells_its_surroundings", Plan()), pool("hangs", Plan())
    idle.ask("speak", {}, Work())
    work = Work()

    def ask() -> None:
        with pytest.raises(Cancelled):
            busy.ask("speak", {"text": "asleep"}, work)

    thread = threading.Thread(target=ask)
    thread.start()
    wait_for(lambda: busy.loaded)
    for one in (idle, busy):
        one.end_idle(time.monotonic() + 1)
    assert not idle.loaded
    assert busy.loaded
    work.cancel.set()
    thread.join()
    assert idle.ask("speak", {}, Work())["pid"]
