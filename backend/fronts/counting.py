"""Counts the requests that were answered, by what was asked for and how it went."""

from __future__ import annotations

from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


class RequestCounts:
    """How many requests, by method, route and status; nothing of what a caller wrote is among them."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, scope: Scope, status: int) -> None:
        """Count one, from what routing left in its ``scope``."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        # The route as it is written in the code, e.g. /files/{file_id}; none of the gate's refusals has one.
        route = getattr(scope.get("route"), "path", "") or "none"
        self._counts[method, route, str(status)] += 1

    def all(self) -> dict[tuple[str, str, str], int]:
        """Every count so far."""
        return dict(self._counts)


class Counted:
    """Goes around everything else, so that refused requests count too."""

    def __init__(self, app: ASGIApp, *, counts: RequestCounts) -> None:
        """Args:
        app: everything behind it.
        counts: where they are counted.
        """
        self._app, self._counts = app, counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what the server answers where the application fell over

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            self._counts.add(scope, status)
