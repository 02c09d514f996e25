"""People who send work to a studio that dies again and again, and send it again until it is accepted."""

from __future__ import annotations

import http.client
import threading
import urllib.error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.end_to_end.test_kill import api

AWAY_SECONDS = 0.1
"""Between tries at a page that is not there."""
_AWAY = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError, AssertionError, ValueError)
"""What somebody sees whose page dies over the request: also half an answer."""


@dataclass(frozen=True)
class Accepted:
    """What somebody was told."""

    operation: str
    key: str
    job_id: str


class Person(threading.Thread):
    """Sends one job after another, each under a key of its own, and now and then one of them once more."""

    def __init__(self, name: str, port: int, work: Sequence[tuple[str, Mapping[str, Any]]], seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.accepted: list[Accepted] = []
        self.confused: list[str] = []
        """Keys that were answered with two jobs."""
        self._port, self._work, self._chance = port, work, Random(seed)
        self._may_send, self._ended = threading.Semaphore(0), threading.Event()

    def send(self) -> None:
        """One more."""
        self._may_send.release()

    def end(self) -> None:
        """After what was begun is accepted."""
        self._ended.set()
        self._may_send.release()
        self.join()

    def run(self) -> None:
        while True:
            self._may_send.acquire()
            if self._ended.is_set():
                return
            operation, arguments = self._chance.choice(self._work)
            key = f"{self.name} {len(self.accepted)}"
            self.accepted.append(Accepted(operation, key, self._submit(operation, arguments, key)))
            if self._chance.random() < 0.2 and self._submit(operation, arguments, key) != self.accepted[-1].job_id:
                self.confused.append(key)

    def _submit(self, operation: str, arguments: Mapping[str, Any], key: str) -> str:
        while True:
            try:
                return str(api(self._port, "submit_job", operation, arguments, key)["job_id"])
            except _AWAY:
                threading.Event().wait(AWAY_SECONDS)
