"""Requests at a served studio's doors, and as much of each answer as tells whether it gives something away."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

_MOST_BYTES = 1 << 18
_SECONDS = 5.0
_PARAMETER = re.compile(r"{(\w+)(?::path)?}")


def called(client: httpx.Client, operation: str, arguments: Mapping[str, Any]) -> Any:
    """The result of an operation through the page's server, or its error."""
    asked = client.post(f"/gradio_api/call/v2/{operation}", json=dict(arguments)).json()
    return told(client, operation, asked["event_id"]) if "event_id" in asked else asked


def told(client: httpx.Client, operation: str, event: str) -> Any:
    """What an event of the queue came to."""
    for line in reversed(client.get(f"/gradio_api/call/{operation}/{event}", timeout=120).text.splitlines()):
        if line.startswith("data: "):
            said = json.loads(line.removeprefix("data: "))
            return said[0] if isinstance(said, list) else said
    raise AssertionError(f"{operation} said nothing")


def sent(client: httpx.Client, path: Path) -> str:
    """Where the page's server puts an uploaded file."""
    with path.open("rb") as file:
        [there] = client.post("/gradio_api/upload", files={"files": (path.name, file)}).json()
    return str(there)


def knock(client: httpx.Client, method: str, path: str, **given: Any) -> tuple[int, str]:
    """Status and text of an answer; of one that goes on and on, what comes at first."""
    try:
        return _knocked(client, method, path, **given)
    except (httpx.ReadError, httpx.RemoteProtocolError):
        # The server closes a connection after a fault of its own; one that is used again finds that out.
        return _knocked(client, method, path, **given)


def _knocked(client: httpx.Client, method: str, path: str, **given: Any) -> tuple[int, str]:
    body, status = b"", 0
    try:
        with client.stream(method, path, timeout=_SECONDS, **given) as answer:
            status = answer.status_code
            for chunk in answer.iter_raw():
                body += chunk
                if len(body) > _MOST_BYTES or answer.headers.get("content-type", "").startswith("text/event-stream"):
                    break
    except httpx.ReadTimeout:  # a stream that says nothing
        pass
    return status, body.decode(errors="replace")


def filled(path: str, values: list[str]) -> Iterator[str]:
    """A route's path with each of these values in each place, without those that are the same."""
    names = _PARAMETER.findall(path)
    for chosen in itertools.islice(itertools.product(values, repeat=len(names)), len(values) * max(1, len(names))):
        given = iter(chosen)
        yield _PARAMETER.sub(lambda _, given=given: next(given), path)  # type: ignore[misc]


def listeners(client: httpx.Client) -> list[dict[str, Any]]:
    """What the page's server can be asked to run."""
    found = client.get("/config").json()["dependencies"]
    return [listener for listener in found if listener["backend_fn"]]


def server_functions(client: httpx.Client) -> list[tuple[int, str]]:
    """What the page's scripts can call, each with the component it stands in."""
    components = client.get("/config").json()["components"]
    return [(found["id"], name) for found in components for name in found["props"].get("server_fns") or ()]


def heard(client: httpx.Client, listener: Mapping[str, Any], data: list[Any], event: Any, session: str) -> str:
    """Everything that a listener of the page says."""
    asked = {"data": data, "event_data": event, "fn_index": listener["id"], "session_hash": session, "trigger_id": 0}
    joined = client.post("/gradio_api/queue/join", json=asked)
    if joined.status_code != 200:
        return joined.text
    said = ""
    try:
        with client.stream("GET", f"/gradio_api/queue/data?session_hash={session}", timeout=10) as answer:
            for line in answer.iter_lines():
                said += line
                if "process_completed" in line or "close_stream" in line:
                    break
    except httpx.ReadTimeout:
        pass
    return said
