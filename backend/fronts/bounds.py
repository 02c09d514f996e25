"""How much a request may bring: more is refused before it is on disk or in memory; and when to come again."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.errors import InvalidRequest, StudioError

MAX_BODY_BYTES = 16 << 20
"""Of a request that is no upload: the longest script, with everything else a call can say, is far below."""
FILES_A_REQUEST = 4
"""An upload may bring so many of the largest files at once."""
RETRY_SECONDS = 5
"""When one of a caller's jobs may have ended, so that there is room for another."""


def later(error: StudioError) -> dict[str, str]:
    """The header that says when to try again what was refused because there is too much at once."""
    return {"Retry-After": str(RETRY_SECONDS)} if error.code == "too_many_jobs" else {}


class _TooLarge(Exception):
    """Ends the reading of a body, out of whatever reads it."""


class Bounds:
    """Refuses bodies that are too large, announced or not."""

    def __init__(self, app: ASGIApp, *, uploads_at: Collection[str], max_upload_bytes: int) -> None:
        """Args:
        app: everything behind it.
        uploads_at: the paths that take files; one that ends in ``/`` stands for all that a PUT names below it.
        max_upload_bytes: of the largest file.
        """
        self._app = app
        self._uploads_at = uploads_at
        self._max_upload_bytes = max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = FILES_A_REQUEST * self._max_upload_bytes if self._is_upload(scope) else MAX_BODY_BYTES
        announced = Headers(scope=scope).get("content-length", "0")
        refusal = JSONResponse({"error": _too_large(most).to_dict()}, status_code=413, headers={"Connection": "close"})
        if not announced.isdigit() or int(announced) > most:
            await refusal(scope, receive, send)
            return
        bounded = _Bounded(receive, send, most)
        try:
            await self._app(scope, bounded.receive, bounded.send)
        except _TooLarge:
            if bounded.answering:  # too late for another answer: the connection ends
                raise
            await refusal(scope, receive, send)

    def _is_upload(self, scope: Scope) -> bool:
        folder = scope["path"].rpartition("/")[0] + "/"
        return scope["path"] in self._uploads_at or (scope["method"] == "PUT" and folder in self._uploads_at)


class _Bounded:
    """Counts what is read; once it is too much, what the application still says is dropped."""

    def __init__(self, receive: Receive, send: Send, most: int) -> None:
        self._receive, self._send, self._left = receive, send, most
        self.answering = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _TooLarge
        return message

    async def send(self, message: Message) -> None:
        if self._left >= 0:
            self.answering = True
            await self._send(message)


def _too_large(most: int) -> InvalidRequest:
    return InvalidRequest(
        f"The request is larger than {most / 1e6:.0f} MB.",
        hint="Send fewer or smaller files; STUDIO_MAX_UPLOAD_BYTES sets the size of one.",
        code="request_too_large",
    )
