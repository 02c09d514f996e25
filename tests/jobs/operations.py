"""Trivial operations to run as jobs, and a folder that tells from outside what they did."""

from __future__ import annotations

import errno
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from backend.errors import InvalidRequest, JobError, NotUnderstood
from backend.jobs import JobContext, Jobs
from backend.jobs.telling import Told, Webhook

MARKS = "marks.txt"
SILENCE_SECONDS = 6.0
"""Three missed heartbeats: tests do not wait longer than they must."""


def open_jobs(home: Path, database_url: str = "", machine: str = "", version: str = "") -> Jobs:
    """Jobs under ``home``; the queue is ``render`` for operations whose name starts so, else ``cpu``.

    Args:
        database_url: of PostgreSQL; else the database is a file under ``home``.
        machine: processes of another machine see nothing of each other but the database (and what jobs mark).
        version: what this studio understands.
    """

    def run(operation: str, arguments: dict[str, Any], context: JobContext) -> dict[str, Any]:
        if operation.startswith("new_") and version == "old":
            raise NotUnderstood("That is not known here.")
        return OPERATIONS[operation.removeprefix("new_")](arguments, context, home)

    def deliver(webhook: Webhook) -> Told:
        """``kill`` kills this process over it, the first time; what the address says is the outcome, else."""
        mark(home, f"told:{webhook.job_id}")
        if webhook.url == "kill" and webhook.attempts == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if webhook.url == "bug":
            raise ZeroDivisionError("a secret detail")
        return Told("again" if webhook.url == "again" else "delivered", "so it is")

    return Jobs(
        run_folder=home / f"run{machine}",
        database_url=database_url or f"sqlite:///{home / 'jobs.db'}",
        runner=run,
        queue_of=lambda operation: "render" if operation.startswith("render") else "cpu",
        version=version,
        silence_seconds=SILENCE_SECONDS,
        deliver=deliver,
    )


def marks(home: Path) -> list[str]:
    """What jobs wrote down with `mark`, in order."""
    path = home / MARKS
    return path.read_text().split() if path.exists() else []


def mark(home: Path, text: str) -> None:
    """Append a word to what `marks` returns; on the disk even if the process is killed at once."""
    with (home / MARKS).open("a") as file:
        file.write(f"{text}\n")


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait for ``condition``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


def _echo(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    mark(home, f"echo:{context.job_id}")
    return {"arguments": arguments}


def _steps(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    """``count`` steps; each marks itself and waits ``seconds``; after step ``kill_after`` the first run is killed."""

    def step(number: int) -> int:
        mark(home, f"step{number}")
        if context.work.cancel.wait(arguments.get("seconds", 0)):
            context.work.cancel.check()
        return number * number

    mark(home, f"start:{os.getpid()}")
    made = []
    for number in range(arguments["count"]):
        made.append(context.steps(f"step{number}", partial(step, number)))
        context.work.report((number + 1) / arguments["count"], f"step {number}", done=number + 1)
        if number == arguments.get("kill_after") and len([word for word in marks(home) if "start:" in word]) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
    return {"made": made, "pid": os.getpid()}


def _hold(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    """Runs until it is told to stop or the file ``release`` is there."""
    mark(home, f"hold:{context.job_id}")
    context.work.report(0.25, "Holding", kept="so far")
    while not (home / "release").exists():
        if context.work.cancel.wait(0.02):
            mark(home, f"stopped:{context.job_id}")
            context.work.cancel.check()
    return {}


def _fail(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    raise InvalidRequest("There is nothing to say.", hint="Write a script.", code="script_empty")


def _full(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    """Comes upon a full disk: itself, or in a step."""

    def write() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(home))

    if arguments["in_step"]:
        context.steps("write", write)
    write()
    return {}


def _fail_in_step(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    made: dict[str, Any] = context.steps("fail", lambda: _fail(arguments, context, home))
    return made


def _bug(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    raise ZeroDivisionError("a secret detail")


def _exit(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    raise SystemExit(0)


def _not_json(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    return {"path": home}


def _kill(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    mark(home, "killed")
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def _step_elsewhere(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    errors: list[str] = []

    def run() -> None:
        try:
            context.steps("elsewhere", lambda: 1)
        except JobError as error:
            errors.append(error.code)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return {"errors": errors}


def _report_from_threads(arguments: dict[str, Any], context: JobContext, home: Path) -> dict[str, Any]:
    def report() -> None:
        for n in range(500):
            context.work.report(n / 500, "many", n=n)

    threads = [threading.Thread(target=report) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {}


OPERATIONS: dict[str, Callable[[dict[str, Any], JobContext, Path], dict[str, Any]]] = {
    "echo": _echo,
    "render_echo": _echo,
    "steps": _steps,
    "hold": _hold,
    "render_hold": _hold,
    "fail": _fail,
    "fail_in_step": _fail_in_step,
    "full": _full,
    "bug": _bug,
    "exit": _exit,
    "not_json": _not_json,
    "kill": _kill,
    "step_elsewhere": _step_elsewhere,
    "report_from_threads": _report_from_threads,
}
