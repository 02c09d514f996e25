"""A fixed batch of jobs on PostgreSQL, by one worker and by two."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median
from typing import Any

from pydantic import SecretStr

from backend.jobs import Jobs
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn
from tests.postgres_server import PostgresServer, find_programs, postgres_server

MOST = 0.6
"""Two workers take at most this share of the time of one."""
HOW = """A batch of speech jobs on a real PostgreSQL, by one and by two `python -m backend worker --queues cpu`, each a
process with a home of its own. The engine is `silence`, told to think for two seconds a job, so it is the handing out
of jobs that is measured and not this machine's two cores. Clocked from the first submission to the end of the last
job, with warm engines; the batches are taken in turn."""
THINKING_SECONDS = 2.0


def measure(bench: Bench) -> Section:
    """Seconds of the batch with one worker and with two."""
    programs = find_programs()
    if programs is None:
        raise SystemExit("There is no PostgreSQL: install Debian's postgresql, or what requirements-dev.txt has.")
    jobs = 4 if bench.quick else 16
    with postgres_server(programs) as server:
        samples = in_turn({f"{n}": partial(_batch, bench, server, n, jobs) for n in (1, 2)}, bench.rounds(3))
    one, two = (_seconds(samples[name]) for name in ("1", "2"))
    figure = Figure(
        f"{jobs} jobs, two workers against one", f"two: {two:.1f} s", f"one: {one:.1f} s", two / one, "×", most=MOST
    )
    return Section("Several workers", HOW, (figure,), others=disturbance(samples))


def _seconds(samples: list[Sample]) -> float:
    return median(float(sample.answer) for sample in samples)


def _batch(bench: Bench, server: PostgresServer, workers: int, jobs: int) -> float:
    """Seconds of the batch."""
    name = f"batch-{workers}-{time.monotonic_ns()}"
    url = server.make_database(name)
    settings = Settings(home=bench.new_home(name), database_url=SecretStr(url))
    with Studio(settings) as studio:
        studio.jobs.counts()  # makes the database before others want it
        with _workers(bench, url, name, workers, studio.jobs):
            _do(studio, [_speech(f"Warm up {n}.") for n in range(2 * workers)])
            return _do(studio, [_speech(f"Job number {n}.") for n in range(jobs)])


def _speech(script: str) -> dict[str, Any]:
    return {"script": script, "engine": "silence", "options": {"seconds_to_think": THINKING_SECONDS}}


def _do(studio: Studio, batch: list[dict[str, Any]]) -> float:
    begun = time.perf_counter()
    for arguments in batch:
        studio.call("submit_job", {"operation": "generate_speech", "arguments": arguments})
    while any(studio.jobs.counts().values()):
        time.sleep(0.05)
    failed = [job for job in studio.jobs.list("any", 100) if job.state != "done"]
    if failed:
        raise SystemExit(f"a job failed: {failed[0].error}")
    return time.perf_counter() - begun


@contextmanager
def _workers(bench: Bench, url: str, name: str, number: int, jobs: Jobs) -> Iterator[None]:
    """So many workers that take jobs."""
    homes = [bench.new_home(f"{name}-worker-{n}") for n in range(number)]
    command = [sys.executable, "-m", "backend", "worker", "--queues", "cpu"]
    started = [
        subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, "STUDIO_HOME": str(home), "STUDIO_DATABASE_URL": url},
            stderr=subprocess.DEVNULL,
        )
        for home in homes
    ]
    try:
        while len(jobs.live_workers("cpu")) < number:
            if any(process.poll() is not None for process in started):
                raise SystemExit("a worker ended while it started")
            time.sleep(0.1)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)
