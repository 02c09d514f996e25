"""Pages and workers as machines of their own: processes that share PostgreSQL, a bucket and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from backend.operations import OPERATIONS
from backend.settings import PROJECT, Settings
from tests.end_to_end.conftest import free_port, wait_until_ready
from tests.s3_server import KEY, SECRET, S3Server

SILENCE_SECONDS = "6"


class Refused(Exception):
    """What a page answered instead of a result: ``{"code", "message", "hint"}`` as text."""


@dataclass
class Machine:
    """One process with a home of its own."""

    name: str
    home: Path
    process: subprocess.Popen[bytes]
    port: int = 0

    def call(self, operation: str, *values: Any) -> Any:
        """One operation of a page through Gradio's plain HTTP interface, which takes no defaults. Raises `Refused`."""
        fields = list(OPERATIONS[operation].request.model_fields.values())
        values += tuple(field.get_default(call_default_factory=True) for field in fields[len(values) :])
        url = f"http://127.0.0.1:{self.port}/gradio_api/call/{operation}"
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps({"data": values}).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            event = json.load(answer)["event_id"]
        with urllib.request.urlopen(f"{url}/{event}") as answer:
            lines = answer.read().decode().splitlines()
        if "event: complete" not in lines:
            raise Refused("\n".join(lines))
        return json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))[0]

    def kill(self) -> None:
        """SIGKILL, as a machine that loses its power."""
        self.process.kill()
        self.process.wait()


@dataclass
class Machines:
    """All of them."""

    folder: Path
    database_url: str
    s3: S3Server
    prefix: str
    there: dict[str, Machine] = field(default_factory=dict)

    def page(self, name: str) -> Machine:
        """A page that leaves all work to workers; started again on the same port and home if it was there."""
        before = self.there.get(name)
        port = before.port if before else free_port()
        machine = self._start(name, ["app.py"], STUDIO_PORT=str(port), STUDIO_QUEUES="none")
        machine.port = port
        wait_until_ready(port, machine.process)
        return machine

    def worker(self, name: str, *options: str) -> Machine:
        """A worker, taking jobs."""
        machine = self._start(name, ["-m", "backend", "worker", *options])
        until(lambda: list((machine.home / "run").glob("*.lock")) and self._has_row(machine))
        return machine

    def _has_row(self, machine: Machine) -> bool:
        locks = {lock.stem for lock in (machine.home / "run").glob("*.lock")}
        return bool(locks & {executor for (executor,) in self.query("SELECT executor FROM studio_workers")})

    def _start(self, name: str, program: list[str], **further: str) -> Machine:
        home = self.folder / name
        home.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "STUDIO_HOME": str(home),
            "STUDIO_WEIGHTS_FOLDER": str(Settings().models_folder),
            "STUDIO_DATABASE_URL": self.database_url,
            "STUDIO_SILENCE_SECONDS": SILENCE_SECONDS,
            "HF_HUB_OFFLINE": "1",
            "S3_BUCKET": self.s3.bucket.name,
            "S3_PREFIX": self.prefix,
            "AWS_ENDPOINT_URL": self.s3.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            **further,
        }
        with (home / "log.txt").open("ab") as log:
            process = subprocess.Popen([sys.executable, *program], cwd=PROJECT, env=environment, stdout=log, stderr=log)
        self.there[name] = Machine(name, home, process)
        return self.there[name]

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """What the database says."""
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(text.encode()).fetchall()

    def at_work(self) -> set[str]:
        """Names of the machines that run a job now."""
        owners = {
            owner for (owner,) in self.query("SELECT executor_id FROM dbos.workflow_status WHERE status='PENDING'")
        }
        return {
            name
            for name, machine in self.there.items()
            if machine.process.poll() is None and owners & {lock.stem for lock in (machine.home / "run").glob("*.lock")}
        }

    def logs(self) -> str:
        """Everything that they said."""
        return "\n".join((machine.home / "log.txt").read_text() for machine in self.there.values())

    def end(self) -> None:
        """End all that still live, in good order."""
        alive = [machine.process for machine in self.there.values() if machine.process.poll() is None]
        for process in alive:
            process.terminate()
        for process in alive:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait for ``condition``."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def opened(link: dict[str, Any]) -> bytes:
    """What is behind a link of a result, without credentials."""
    with urllib.request.urlopen(link["url"]) as answer:
        body: bytes = answer.read()
    assert len(body) == link["bytes"]
    return body
