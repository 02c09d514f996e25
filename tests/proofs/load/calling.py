"""The studio by plain HTTP: its operations as jobs or at once, with one key."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 120.0
ENDED = ("done", "failed", "cancelled")


class Refused(Exception):
    """The studio said no; its words, and ``code`` where they have one."""

    def __init__(self, said: str) -> None:
        super().__init__(said[:300])
        self.code = _code(said)


@dataclass(frozen=True)
class Caller:
    """Calls with one key."""

    address: str
    key: str

    def open(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Any:
        """The answer to a request, to be closed; HTTP errors are raised."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{self.address}{path}", body, headers, method=method)
        return urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)

    def begin(self, operation: str, /, **fields: Any) -> str:
        """Send a call; the event whose stream answers it."""
        with self.open(f"/gradio_api/call/v2/{operation}", json.dumps(fields).encode()) as answer:
            return str(json.load(answer)["event_id"])

    def call(self, operation: str, /, **fields: Any) -> Any:
        """What an operation answers.

        Raises:
            Refused: with the studio's words.
        """
        event = self.begin(operation, **fields)
        with self.open(f"/gradio_api/call/{operation}/{event}") as answer:
            lines = answer.read().decode().splitlines()
        if "event: complete" not in lines:
            raise Refused("\n".join(lines))
        return json.loads(lines[lines.index("event: complete") + 1].removeprefix("data: "))[0]

    def submit(self, operation: str, /, **arguments: Any) -> str:
        """A job's id, once it is accepted."""
        return str(self.call("submit_job", operation=operation, arguments=arguments)["job_id"])

    def ended(self, job_id: str, seconds: float = PATIENCE_SECONDS, look: float = 0.2) -> dict[str, Any]:
        """The status of a job that has ended."""
        until = time.monotonic() + seconds
        while (status := self.call("job_status", job_id=job_id))["state"] not in ENDED:
            assert time.monotonic() < until, f"{status['operation']} is still {status['state']}: {status['message']}"
            time.sleep(look)
        return dict(status)

    def put(self, name: str, data: bytes) -> str:
        """The id of a file that is kept now."""
        path = f"/files/{urllib.parse.quote(name)}"
        with self.open(path, data, "PUT", **{"Content-Type": "application/octet-stream"}) as answer:
            return str(json.load(answer)["file_id"])


def _code(said: str) -> str:
    """The studio's code in what it said, wherever it is wrapped; empty where there is none."""
    for quote in ('"', '\\"'):
        mark = f"{quote}code{quote}: {quote}"
        if mark in said:
            return said.split(mark, 1)[1].split(quote, 1)[0]
    return ""


def code_of(error: urllib.error.HTTPError) -> str:
    """The studio's code in an HTTP answer that is an error."""
    return str(json.load(error)["error"]["code"])
