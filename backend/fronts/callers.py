"""Whose request one is: the gate has written down whose key it showed."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from backend.studio import Studio
from backend.tenants import MAIN


def studio_of(studio: Studio, request: HTTPConnection) -> Studio:
    """The studio as whoever sent this request has it; the main tenant's where no key is asked for."""
    return studio.of(getattr(request.state, "tenant", MAIN))
