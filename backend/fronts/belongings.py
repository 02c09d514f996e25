"""Whose the page's sessions, events and uploads are, where several tenants share a studio.

Gradio's queue, its streams, its cancel and its folder of uploads know no users: whoever names a session, an event or a
file is taken for the one it was given to. Behind this layer, what one tenant was given is not there for another.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import InvalidRequest, NotFound, StudioError
from backend.fronts.receiving import named_path, not_uploaded
from backend.tenants import MAIN

_AT = "/gradio_api/"
_UPLOAD_AT = "/gradio_api/upload"
_MOST_NAMES = 100_000
"""Sessions and events that are remembered; Gradio itself remembers ten thousand sessions."""
_LONGEST_PATH = 4096
_IN_PATHS = re.compile(r"/gradio_api/(?:heartbeat|stream|call/v2/[^/]+|call/(?!v2/)[^/]+)/(?P<name>[^/]+).*")
_FILE = re.compile(r"/gradio_api/file[=/](?P<path>.+)", re.DOTALL)
_GIVES_EVENTS = re.compile(r"/gradio_api/(?:queue/join|call/.+)")


class Belongings:
    """Remembers who came first with a session, was given an event, or uploaded a file; for others there is none."""

    def __init__(self, app: ASGIApp, *, uploads: Path) -> None:
        """Args:
        app: everything behind it; in front of it a `Gate` has said whose the request is.
        uploads: the folder that Gradio puts uploads into.
        """
        self._app = app
        self._uploads = uploads.resolve()
        self._names: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_AT):
            await self._app(scope, receive, send)
            return
        tenant = scope.get("state", {}).get("tenant", MAIN)
        try:
            reads = scope["method"] == "POST" and scope["path"].rstrip("/") != _UPLOAD_AT
            body = await Request(scope, receive).body() if reads else None
            await to_thread.run_sync(self._refuse_others, scope, body, tenant)
        except StudioError as error:
            status = 404 if isinstance(error, NotFound) else 400
            await JSONResponse({"error": error.to_dict()}, status_code=status)(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody is left to answer
        else:
            again = receive if body is None else _once_more(body, receive)
            await self._app(scope, again, self._told(scope, send, tenant))

    def _refuse_others(self, scope: Scope, body: bytes | None, tenant: str) -> None:
        """Refuse what was given to somebody else, and remember what nobody has come with before.

        Raises:
            NotFound: ``session_not_found`` or ``file_not_found``.
            InvalidRequest: ``not_uploaded`` or ``invalid_json``.
        """
        asked = _asked(body)
        if (file := _FILE.fullmatch(scope["path"])) and not self._may_open(file["path"], tenant):
            raise NotFound("There is no such file here.", hint="Upload it again.", code="file_not_found")
        if not all(self._may_open(path, tenant) for path in _paths(asked)):
            raise not_uploaded()
        for name in _names(scope, asked):
            if self._claim(name, tenant) != tenant:
                raise NotFound("There is no such session here.", hint="Load the page again.", code="session_not_found")

    def _claim(self, name: str, tenant: str) -> str:
        """Whose it is: from now on this tenant's, if it was nobody's."""
        owner = self._names.setdefault(name, tenant)
        self._names.move_to_end(name)
        if len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)
        return owner

    def _may_open(self, text: str, tenant: str) -> bool:
        """Whether a file is this tenant's upload; what is in no folder of uploads is for others to judge."""
        path = named_path(text)
        if path is None:
            return False
        if not path.is_relative_to(self._uploads):
            return True
        inside = path.relative_to(self._uploads).parts
        return bool(inside) and (self._uploads / inside[0] / _mark(tenant)).is_file()

    def _told(self, scope: Scope, send: Send, tenant: str) -> Send:
        """A ``send`` that remembers to whom an event or an upload is given, before whoever asked hears of it."""
        uploaded = scope["path"].rstrip("/") == _UPLOAD_AT
        if scope["method"] != "POST" or not (uploaded or _GIVES_EVENTS.fullmatch(scope["path"])):
            return send
        said = b""

        async def told(message: Message) -> None:
            nonlocal said
            if message["type"] == "http.response.body":
                said += message.get("body", b"")
                if message.get("more_body"):
                    return
                self._remember(said, tenant, uploaded)
                message = {**message, "body": said}
            await send(message)

        return told

    def _remember(self, said: bytes, tenant: str, uploaded: bool) -> None:
        try:
            given = json.loads(said)
        except ValueError:  # a refusal in plain words
            return
        if uploaded and isinstance(given, list):
            for path in given:
                with suppress(OSError):  # an upload that nobody can open is no danger
                    (Path(path).parent / _mark(tenant)).touch()
        elif isinstance(given, dict) and isinstance(given.get("event_id"), str):
            self._claim(given["event_id"], tenant)


def _mark(tenant: str) -> str:
    """Beside an upload: survives a restart, as the upload does. Who brings the same bytes has the same folder."""
    return f".of-{tenant}"


def _asked(body: bytes | None) -> Any:
    """What a request says. Gradio takes forms, too, in which nothing of ours is sent and names could hide.

    Raises:
        InvalidRequest: ``invalid_json``.
    """
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(
            "The body must be JSON.", hint='E.g. {"script": "Hello."}.', code="invalid_json"
        ) from error


def _names(scope: Scope, body: Any) -> Iterator[str]:
    """Sessions, events and uploads under way that a request names."""
    if found := _IN_PATHS.fullmatch(scope["path"]):
        yield found["name"]
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    yield from (name for field in ("session_hash", "event_id") for name in asked.get(field, ()))
    yield from (f"upload {name}" for name in asked.get("upload_id", ()))
    given = body if isinstance(body, dict) else {}
    yield from (given[field] for field in ("session_hash", "event_id") if isinstance(given.get(field), str))


def _paths(body: Any) -> set[str]:
    """What could be files that a request names, however deep: components and scripts of the page send them bare."""
    rest, found = [body], set()
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)
        elif isinstance(value, str) and "/" in value and len(value) <= _LONGEST_PATH:
            found.add(value)
    return found


def _once_more(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` for what stands behind, which has not seen the body yet."""
    left = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return again
