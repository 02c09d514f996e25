"""A served studio as OpenAI's client sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openai import OpenAI

from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, make_home, serve

KEY = "a-key-of-more-than-sixteen-characters"
ANNAS = "the-key-of-anna-who-shares-it"
MAX_UPLOAD_BYTES = 40_000_000
SLOW: dict[str, Any] = {"options": {"seconds_to_think": 1.0}}
"""Further fields of a request to the engine ``silence``: a sentence or two a second."""


@dataclass(frozen=True)
class Door:
    """The studio's address, the client that knocks, and a look behind."""

    address: str
    client: OpenAI
    studio: Studio
    """Over the same home and in this process; it takes no jobs, it only looks."""

    def other_client(self, **options: Any) -> OpenAI:
        """Another client of the same studio, to be closed: a `with` does it."""
        return OpenAI(**{"base_url": f"{self.address}/v1", "api_key": KEY, "max_retries": 0, **options})

    def state(self, job_id: str) -> str:
        """How a job is."""
        return str(self.studio.call("job_status", {"job_id": job_id})["state"])

    def newest_job(self) -> str:
        """Id of the job that was submitted last; empty when there is none."""
        return next((str(job["job_id"]) for job in self.studio.call("list_jobs", {"limit": 1})["jobs"]), "")


@contextmanager
def open_door(home: Path) -> Iterator[Door]:
    """Serve a studio with a key, and one of Anna's, from an empty home."""
    port = free_port()
    keys = {"STUDIO_API_KEY": KEY, "STUDIO_API_KEYS": f"anna:{ANNAS}", "STUDIO_MAX_JOBS_PER_KEY": "1"}
    address = f"http://127.0.0.1:{port}"
    client = OpenAI(base_url=f"{address}/v1", api_key=KEY, max_retries=0)
    with (
        serve(make_home(home), port, STUDIO_HOST="0.0.0.0", STUDIO_MAX_UPLOAD_BYTES=str(MAX_UPLOAD_BYTES), **keys),
        Studio(Settings(home=home, port=port)) as studio,
        client,
    ):
        studio.call("list_jobs", {})  # what looking needs is imported now, not while a test looks
        yield Door(address, client, studio)


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that will happen; a test that waits in vain runs into its own limit."""
    while not happened():
        time.sleep(0.1)


def plain(text: str) -> list[str]:
    """Its words, without case and punctuation."""
    return "".join(letter for letter in text.casefold() if letter.isalnum() or letter.isspace()).split()
