"""The studio as each visitor has it: the page is built once, for all tenants."""

from __future__ import annotations

from typing import Any, Protocol, cast

from gradio.context import LocalContext

from backend.tenants import MAIN, NOBODY
from ui.studio import Studio


class SharedStudio(Protocol):
    """A studio that several tenants may share: `backend.studio.Studio` is one."""

    def of(self, tenant: str) -> Studio:
        """The same studio for this tenant."""


def for_visitors(studio: SharedStudio) -> Studio:
    """A studio that is, for each request of the page or the API, that of whoever sent it."""
    return cast(Studio, _ForVisitors(studio))


class _ForVisitors:
    def __init__(self, studio: SharedStudio) -> None:
        self._studio = studio

    def __getattr__(self, name: str) -> Any:
        return getattr(self._studio.of(_tenant()), name)


def _tenant() -> str:
    """Whose request runs here. While the page is built there is none: it shows all visitors what nobody made."""
    request = LocalContext.request.get(None)
    return NOBODY if request is None else getattr(request.state, "tenant", MAIN)
