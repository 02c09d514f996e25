"""Sharing from the page: whether a file has a page of its own, opening one, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.errors import StudioError
from ui.studio import Json, Studio


def sharing(studio: Studio, asked: Any) -> Json:
    """What the share dialog asks for; called by its script.

    Args:
        asked: ``{"do": "look" | "open" | "end", "file", "days", "share"}``.

    Returns:
        ``{"page": {"share_id", "url", "ends_at"}}``, with an empty page where there is none, or ``{"error": …}``.
    """
    given = asked if isinstance(asked, Mapping) else {}
    file_id = str(given.get("file", ""))
    try:
        if given.get("do") == "open":
            studio.call("share", {"file_id": file_id, "days": given.get("days", 7)})
        elif given.get("do") == "end":
            studio.call("unshare", {"share_id": str(given.get("share", ""))})
        return {"page": studio.shared(file_id)}
    except StudioError as error:
        return {"error": error.to_dict()}
