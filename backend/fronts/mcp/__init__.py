"""The operations as tools of the Model Context Protocol: at ``/mcp`` of the studio's server, or over stdio.

An extra: the SDK is installed with ``requirements-mcp.txt`` and imported only where this is switched on.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.errors import InvalidRequest
from backend.studio import Studio

if TYPE_CHECKING:
    from starlette.requests import Request

    from backend.fronts.mcp.http import HttpDoor

MCP_AT = "/mcp"


def open_http_door(studio_of: Callable[[Request], Studio]) -> HttpDoor:
    """The ASGI application for `MCP_AT`; its ``run()`` must be entered while it serves.

    Args:
        studio_of: the studio that a request's key may see.

    Raises:
        InvalidRequest: ``mcp_not_installed``.
    """
    _need_sdk()
    from backend.fronts.mcp.http import HttpDoor

    return HttpDoor(studio_of)


def serve_stdio(studio: Studio) -> None:
    """Speak with one client over standard input and output until it closes them.

    Raises:
        InvalidRequest: ``mcp_not_installed``.
    """
    _need_sdk()
    from backend.fronts.mcp.stdio import serve

    serve(studio)


def _need_sdk() -> None:
    if importlib.util.find_spec("mcp") is None:
        raise InvalidRequest(
            "MCP is an extra, and its packages are not installed.",
            hint="Install them into the studio's environment: .venv/bin/python -m pip install -r requirements-mcp.txt",
            code="mcp_not_installed",
        )
