"""How engines end: a sentence by Stop, a process by force."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from backend.engines import ENGINES, Reference, SpeakRequest, wire
from backend.engines.environments import CODE
from backend.engines.plan import Plan
from backend.engines.pool import Pool
from backend.errors import Cancelled
from backend.work import Work
from benchmarks.bench import Bench
from benchmarks.engines.tiny import given, middling
from benchmarks.figures import Figure, Section
from tests.engines.real import environment, make_reference

HOW = """F5 in its own process, as the studio runs it. Stop: with thirty million random weights, so that a step takes
its time; pressed at another step of a long sentence each time. Counted are the steps that begin after it. Ready
again: with tiny weights; the process is killed in the middle of a sentence, and the time runs from the kill to the
answer of that same request, which the studio asks of a fresh process by itself. Against it, in turn: the same request
to an engine that has to be loaded first. Both are mostly the loading of torch."""
_STEPS = 16
TEXT = "Many words that take a while, said slowly, one after the other."


def measure(bench: Bench) -> Section:
    """Steps, and a ratio of times."""
    stops = _stops(bench)
    fresh, again = _kills(bench)
    figures = (
        Figure("steps begun after Stop", f"{max(stops)} at most", "", max(stops), "steps", most=1),
        Figure(
            "ready again after a kill",
            f"{median(again):.2f} s",
            f"{median(fresh):.2f} s (loaded anew)",
            median(mine / other for mine, other in zip(again, fresh, strict=True)),
            "×",
            most=1.1,
        ),
    )
    return Section("Ends", HOW, figures, notes=(f"{len(stops)} stops, {len(again)} kills.",))


def _stops(bench: Bench) -> list[int]:
    """Steps that began after each Stop."""
    with _running(bench, middling(bench)) as pool:
        _ask(pool, bench, Work(), steps=4)
        return [_steps_after_stop(pool, bench, 1 + number % (_STEPS - 2)) for number in range(bench.rounds(8))]


def _steps_after_stop(pool: Pool, bench: Bench, at: int) -> int:
    """Press Stop in step number ``at``."""
    begun: list[bool] = []

    def report(fraction: float, message: str, **_: Any) -> None:
        begun.append(work.cancel.is_set())
        if len(begun) == at:
            work.cancel.set()

    work = Work(report)
    try:
        _ask(pool, bench, work)
    except Cancelled:
        return sum(begun)
    raise SystemExit("Stop was not heard.")


def _kills(bench: Bench) -> tuple[list[float], list[float]]:
    """Seconds of a request to an engine that is not loaded, and to one that is killed over it, in turn."""
    fresh, again = [], []
    with _running(bench, given(bench) / "f5") as pool:
        for _ in range(bench.rounds(5)):
            pool.end_idle()
            start = time.perf_counter()
            _ask(pool, bench, Work())
            fresh.append(time.perf_counter() - start)
            again.append(_killed(pool, bench))
    return fresh, again


def _killed(pool: Pool, bench: Bench) -> float:
    """Seconds from the kill in the middle of a request to its answer."""
    killed: list[float] = []

    def report(fraction: float, message: str, **_: Any) -> None:
        if fraction > 0.3 and not killed:
            killed.append(time.perf_counter())
            for host in pool._hosts:
                if host and host.pid:
                    os.kill(host.pid, signal.SIGKILL)

    _ask(pool, bench, Work(report))
    return time.perf_counter() - killed[0]


def _ask(pool: Pool, bench: Bench, work: Work, steps: int = _STEPS) -> None:
    """A sentence of F5, of as many steps."""
    path = bench.folder / "hum.wav"
    reference = make_reference(path) if not path.exists() else Reference(path, "Some call me nature.", "hum")
    request = SpeakRequest(TEXT, reference=replace(reference, sha256="hum"), seed=1, options={"nfe_step": steps})
    pool.ask("speak", wire.to_speak(ENGINES["f5"], request), work)


@contextmanager
def _running(bench: Bench, models: Path) -> Iterator[Pool]:
    """F5's processes, with these weights."""
    pool = Pool(
        "f5",
        code=CODE / "f5",
        models=models,
        logs=bench.folder,
        plan=Plan(),
        python=environment("f5").python("f5"),
        options={"device": "cpu"},
    )
    try:
        yield pool
    finally:
        pool.close()
