"""MCP over streamable HTTP, on the studio's own server: behind its gate, its bounds and its rules for origins."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from backend.fronts.bounds import MAX_BODY_BYTES
from backend.fronts.mcp.server import Files, make_server
from backend.studio import Studio

MOST_SESSIONS = 1000
"""Of clients of earlier versions of the protocol, which keep one; those of today's send each call by itself."""
_FILES = Files(
    "A file_id. To keep a file: curl -T FILE -H 'Authorization: Bearer KEY' STUDIO/files/ answers with its file_id."
)


class HttpDoor:
    """The ASGI application."""

    def __init__(self, studio_of: Callable[[Request], Studio]) -> None:
        """Args:
        studio_of: the studio that a request's key may see.
        """
        server = make_server(studio_of, _FILES)
        self._manager = StreamableHTTPSessionManager(
            server, max_request_body_size=MAX_BODY_BYTES, max_sessions=MOST_SESSIONS
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """Must be entered, once, while requests come."""
        return self._manager.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A session belongs to the key that opened it: the SDK tells others that there is none.
        owner = str(scope.get("state", {}).get("tenant", ""))
        user = AuthenticatedUser(AccessToken(token="", client_id=owner, scopes=[]))
        await self._manager.handle_request({**scope, "user": user}, receive, send)
