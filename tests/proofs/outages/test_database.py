"""A jobs database that is held, damaged, cut off, stopped and restarted."""

from __future__ import annotations

import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest

from backend.errors import JobError, StudioError
from backend.jobs import Jobs
from backend.work import Work
from tests.jobs.conftest import Spawn
from tests.jobs.operations import marks, open_jobs
from tests.postgres_server import PASSWORD, PostgresServer
from tests.proofs.scale import Scale

STEPS = 3
Record = Callable[[str, object], None]


def submit_through(jobs: Jobs, count: int, trouble: Counter[str]) -> list[str]:
    """So many jobs, each sent again under its key until it is accepted; counts what was said meanwhile."""
    accepted: list[str] = []
    while len(accepted) < count:
        try:
            key = f"job {len(accepted)}"
            accepted.append(jobs.submit("steps", {"count": STEPS, "seconds": 0.1}, key=key))
        except StudioError as error:
            assert error.message and error.hint and PASSWORD not in str(error)
            trouble[error.code] += 1
            time.sleep(0.2)
    return accepted


def check_done(jobs: Jobs, accepted: list[str], home: Path, record: Record, trouble: Counter[str]) -> None:
    """Each has its result, and none was run twice but for a step that ended while it could not be written down."""
    assert len(set(accepted)) == len(accepted)
    made = [jobs.wait(job_id, Work())["made"] for job_id in accepted]
    steps = sum(word.startswith("step") for word in marks(home))
    record("jobs", len(accepted))
    record("jobs lost", len(accepted) - len(made))
    record("steps done again", steps - STEPS * len(accepted))
    record("refused with what to do", trouble.total())
    assert made == [[number * number for number in range(STEPS)]] * len(accepted)
    assert jobs.counts() == {"queued": 0, "running": 0}


@pytest.fixture
def page(home: Path, database_url: str) -> Iterator[Jobs]:
    """Jobs on PostgreSQL, of a machine without a worker."""
    home.mkdir()
    jobs = open_jobs(home, database_url, "page")
    yield jobs
    jobs.close()


def test_a_database_that_another_program_holds_delays_jobs_and_loses_none(
    client: Jobs, home: Path, spawn: Spawn, scale: Scale, record_property: Record
) -> None:
    client.counts()
    spawn()
    trouble: Counter[str] = Counter()
    accepted = submit_through(client, 3, trouble)
    with closing(sqlite3.connect(home / "jobs.db", timeout=60)) as other:
        for _ in range(scale(short=1, full=3)):
            other.execute("BEGIN IMMEDIATE")
            late = threading.Thread(target=lambda: accepted.extend(submit_through(client, len(accepted) + 1, trouble)))
            late.start()
            time.sleep(scale(short=1, full=40))
            other.rollback()
            late.join()
    check_done(client, list(dict.fromkeys(accepted)), home, record_property, trouble)


def test_a_damaged_database_is_named_and_a_new_one_takes_its_place(
    home: Path, scale: Scale, record_property: Record
) -> None:
    chance, named = random.Random(7), 0
    for number in range(scale(short=4, full=40)):
        folder = home / str(number)
        folder.mkdir(parents=True)
        jobs = open_jobs(folder)
        jobs.submit("echo", {})
        jobs.close()
        path = folder / "jobs.db"
        data = bytearray(path.read_bytes())
        for _ in range(200):  # anywhere, and in its first page
            data[chance.randrange(len(data))] ^= 0xFF
            data[chance.randrange(100)] ^= 0xFF
        path.write_bytes(data)
        jobs = open_jobs(folder)
        with pytest.raises(JobError) as caught:
            jobs.submit("echo", {})
        named += caught.value.code == "database_damaged"
        assert "move jobs.db" in caught.value.hint
        jobs.close()
        path.rename(folder / "aside")
        again = open_jobs(folder)
        assert again.status(again.submit("echo", {})).state == "queued"
        again.close()
    record_property("damaged databases named", named)


@pytest.mark.cluster
def test_connections_that_are_cut_off_lose_no_job(
    page: Jobs, home: Path, database_url: str, spawn: Spawn, scale: Scale, record_property: Record
) -> None:
    for machine in ("a", "b"):
        spawn(database_url=database_url, machine=machine)
    cuts, trouble = scale(short=3, full=60), Counter[str]()
    chance, done = random.Random(3), threading.Event()

    def cut() -> None:
        everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        with psycopg.connect(database_url, autocommit=True) as connection:
            for _ in range(cuts):
                time.sleep(chance.uniform(0.05, 0.7))
                connection.execute(f"{everybody} AND pid <> pg_backend_pid()".encode())
        done.set()

    cutting = threading.Thread(target=cut)
    cutting.start()
    accepted = submit_through(page, 2 * cuts, trouble)
    assert done.wait(300)
    cutting.join()
    record_property("cuts", cuts)
    check_done(page, accepted, home, record_property, trouble)


@pytest.mark.cluster
@pytest.mark.long
@pytest.mark.parametrize("how", ["restarted", "stopped"])
def test_a_server_that_is_away_again_and_again_loses_no_job(
    page: Jobs,
    home: Path,
    database_url: str,
    spawn: Spawn,
    postgres: PostgresServer,
    scale: Scale,
    record_property: Record,
    how: str,
) -> None:
    for machine in ("a", "b"):
        spawn(database_url=database_url, machine=machine)
    trouble, accepted, times = Counter[str](), list[str](), scale(short=2, full=8)
    sending = threading.Thread(target=lambda: accepted.extend(submit_through(page, 5 * times, trouble)))
    sending.start()
    for number in range(times):
        time.sleep(1.0)
        if how == "restarted":
            postgres.stop()
            time.sleep(number % 3)
            postgres.start()
        else:
            _hold(postgres, 2.0 + 2.0 * (number % 3))
    sending.join()
    record_property("times away", times)
    check_done(page, accepted, home, record_property, trouble)


def _hold(postgres: PostgresServer, seconds: float) -> None:
    """Let no process of it move for so long."""
    assert postgres.process
    server = psutil.Process(postgres.process.pid)
    held = [server, *server.children(recursive=True)]
    for process in held:
        process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    for process in held:
        if process.is_running():
            process.send_signal(signal.SIGCONT)
