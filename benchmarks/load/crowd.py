"""Fifty users of gradio_client at once: whether anything is lost, and how soon a job is accepted."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from statistics import median, quantiles
from typing import Any

from backend.settings import PROJECT
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.serving import PATIENCE_SECONDS, Server

HOW = """50 users in a process of their own on the same machine as the studio, each with a gradio_client, each with
jobs one after the other (two sentences, engine `silence`, so that it is the studio that is measured): submit, ask once
a second how far it is, fetch the result. *With pauses*: before each job a user thinks for up to 20 s. *In one moment*:
all 50 submit at the same instant, which no target is held against: most of that is Gradio and its clients. A bare
Gradio app whose endpoints answer at once serves the same users. Accepted: `submit_job` has answered, the job is on
the disk."""
USERS, JOBS, PAUSE_SECONDS = 50, 3, 20.0
SHORTFALL = "Other programs had the processors; run it again on a quiet machine."


def measure(bench: Bench) -> Section:
    """How soon jobs are accepted; ends with an error where one was lost."""
    users = 10 if bench.quick else USERS
    paused = _crowd(bench, "studio", users, 1 if bench.quick else JOBS, 2.0 if bench.quick else PAUSE_SECONDS)
    bare = _crowd(bench, "bare", users, 1 if bench.quick else JOBS, 2.0 if bench.quick else PAUSE_SECONDS)
    burst, bare_burst = (_crowd(bench, way, users, 1, 0.0) for way in ("studio", "bare"))
    figures = (
        Figure(
            "jobs lost or refused",
            f"{_missing(paused)} of {len(paused['accepted'])}",
            "",
            _missing(paused),
            "jobs",
            most=0,
        ),
        _accepted(f"accepted, {users} users with pauses", paused, bare, most=1.0),
        _accepted(f"accepted, {users} users in one moment", burst, bare_burst, most=None),
    )
    return Section("Many users", HOW, figures, shortfall=SHORTFALL)


def _missing(told: dict[str, Any]) -> int:
    return len(told["errors"]) + len(told["accepted"]) - int(told["finished"])


def _accepted(name: str, ours: dict[str, Any], bare: dict[str, Any], most: float | None) -> Figure:
    return Figure(
        f"{name}, 95 % within", _shown(ours), f"{_shown(bare)} (bare app)", _p95(ours["accepted"]), "s", most=most
    )


def _shown(told: dict[str, Any]) -> str:
    return f"p50 {median(told['accepted']):.2f} s, p95 {_p95(told['accepted']):.2f} s"


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20, method="inclusive")[-1]


def _crowd(bench: Bench, way: str, users: int, jobs: int, pause: float) -> dict[str, Any]:
    home = bench.folder / f"{way}-{users}-{pause}"
    home.mkdir()
    program = "app.py" if way == "studio" else "benchmarks/load/bare.py"
    with Server((program,), PROJECT, home) as server:
        server.wait()
        if way == "studio":
            _wait_for_jobs(server.address)
        task = {"address": server.address, "users": users, "jobs": jobs, "pause": pause}
        command = [sys.executable, "-m", "benchmarks.load.users", json.dumps(task)]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for error in told["errors"]:
        print(error)
    return told


def _wait_for_jobs(address: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}readyz").close()
            return
        except urllib.error.HTTPError:
            time.sleep(0.1)
    raise SystemExit("The studio does not take jobs.")
