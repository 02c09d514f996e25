"""One served studio for all that knock at its doors, with two tenants, watched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.services.webhooks import new_secret
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.outside.servers import LocalServer, local_server, plain

HOST_KEY, ANNAS, BENS = "the-key-of-the-host-1", "the-key-of-anna-1", "the-key-of-ben-22"
KEYS = {"": HOST_KEY, "anna": ANNAS, "ben": BENS}


@dataclass(frozen=True)
class Watched:
    """A served studio and what was seen of it."""

    url: str
    home: Path
    folder: Path

    @property
    def routes(self) -> list[tuple[str, list[str]]]:
        """Path and methods of every route."""
        return [(path, methods) for path, methods in json.loads((self.folder / "routes.json").read_text())]

    @property
    def log(self) -> str:
        """What it said so far."""
        return "".join(path.read_text(errors="replace") for path in self.home.glob("server-*.log"))

    def connections(self) -> list[tuple[str, int]]:
        """Every connection that it tried to open so far."""
        lines = (self.folder / "connections.jsonl").read_text().splitlines()
        return [(host, port) for host, port in map(json.loads, lines)]

    def client(self, tenant: str, **options: Any) -> httpx.Client:
        """Shows the key of this tenant."""
        headers = {"Authorization": f"Bearer {KEYS[tenant]}"}
        return httpx.Client(**{"base_url": self.url, "headers": headers, "timeout": 60, **options})


@contextmanager
def watched_studio(
    folder: Path, names: dict[str, list[list[str]]], settings: Mapping[str, str], weights: bool = False
) -> Iterator[Watched]:
    """Serve a studio that is watched, from an empty home.

    Args:
        names: the addresses of hosts, see `watched`.
        settings: its environment.
        weights: whether it has those that the machine has.
    """
    home, seen, port = folder / "home", folder / "seen", free_port()
    for path in (home, seen):
        path.mkdir(parents=True)
    if weights:
        make_home(home)
    (seen / "names.json").write_text(json.dumps(names))
    program = ("-m", "tests.proofs.security.watched", str(seen))
    with serve(home, port, program, **settings):
        yield Watched(f"http://127.0.0.1:{port}", home, seen)


@pytest.fixture(scope="package")
def elsewhere() -> Iterator[LocalServer]:
    """A server that callers may name: it answers as the tests say, and leads on where they say."""
    with local_server(plain(404)) as server:
        yield server


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory, elsewhere: LocalServer) -> Iterator[Watched]:
    """A studio of three, open to addresses, webhooks and MCP."""
    settings = {
        "STUDIO_API_KEY": HOST_KEY,
        "STUDIO_API_KEYS": f"anna:{ANNAS},ben:{BENS}",
        "STUDIO_ALLOW_URL_INPUTS": "1",
        "STUDIO_ALLOWED_TARGETS": elsewhere.name,
        "STUDIO_WEBHOOK_SECRET": new_secret(),
        "STUDIO_MCP": "1",
    }
    names = {
        "public.test": [["8.8.8.8"]],
        "inside.test": [["10.0.0.1"]],
        "rebinding.test": [["8.8.8.8"], ["127.0.0.1"]],
    }
    with watched_studio(tmp_path_factory.mktemp("shared"), names, settings) as studio:
        yield studio
