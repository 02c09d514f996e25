"""A dead process is replaced once; several processes share the work; Stop ends waiting."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from backend.engines.plan import Plan
from backend.engines.pool import Pool, sweep
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


def test_loads_unloads_and_crashes_leave_files_and_processes_where_they_began(
    pool: PoolMaker, tmp_path: Path, started_here: Callable[[], list[psutil.Process]]
) -> None:
    engine = pool("dies_in_speak", Plan())
    files = len(psutil.Process().open_files()), psutil.Process().num_fds()
    for round_ in range(20):
        with pytest.raises(EngineDied):
            engine.ask("speak", {"text": "signal 9" if round_ % 2 else "exit 3"}, Work())
        engine.end_idle()
    engine.close()
    wait_for(lambda: not started_here())
    assert list(tmp_path.iterdir()) == []
    wait_for(lambda: psutil.Process().num_fds() <= files[1] + 2)
    assert len(psutil.Process().open_files()) <= files[0]


def test_what_a_killed_studio_left_is_removed_and_what_lives_is_not(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = {
        number: f"engine-some-thing-{node}-{number}-0"
        for number, node in ((dead.pid, platform.node()), (os.getpid(), platform.node()), (dead.pid - 1, "elsewhere"))
    }
    for name in names.values():
        (tmp_path / f"{name}.log").write_text("last words")
        (tmp_path / f"{name}.tmp").mkdir()
        (tmp_path / f"{name}.tmp" / "file").write_text("left")
    (tmp_path / "worker.lock").write_text("")
    sweep(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    kept = [names[os.getpid()], names[dead.pid - 1]]
    assert left == {"worker.lock", *(f"{name}.{kind}" for name in kept for kind in ("log", "tmp"))}
