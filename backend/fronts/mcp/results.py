"""What a tool answers: the result whole as structured content, for reading as text, and its files as links."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mcp_types import CallToolResult, ContentBlock, ResourceLink, TextContent

from backend.errors import StudioError

MOST_CHARACTERS = 20_000
"""Of the text, which models read; what is longer has its lists cut in the text, never in the structured content."""
MOST_LINKS = 30
_ITEMS = 8


def done(result: Any) -> CallToolResult:
    """The answer of an operation that went well.

    Args:
        result: JSON values.
    """
    links = [_link(place, file) for place, file in _files(result)][:MOST_LINKS]
    blocks: list[ContentBlock] = [TextContent(text=_text(result)), *links]
    return CallToolResult(content=blocks, structured_content=result)


def refused(error: StudioError) -> CallToolResult:
    """The answer of an operation that did not: code, message and hint, never a traceback."""
    text = f"{error.code}: {error.message} {error.hint}".strip()
    return CallToolResult(
        content=[TextContent(text=text)], structured_content={"error": error.to_dict()}, is_error=True
    )


def _text(result: Any) -> str:
    whole = json.dumps(result, ensure_ascii=False)
    return whole if len(whole) <= MOST_CHARACTERS else json.dumps(_shortened(result), ensure_ascii=False)


def _shortened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        first = [_shortened(item) for item in value[:_ITEMS]]
        more = len(value) - len(first)
        return [*first, f"… and {more} more in the structured content"] if more else first
    return value


def _files(value: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The files of a result, each with where it stands there, such as ``timings.srt``."""
    if isinstance(value, Mapping):
        if {"file_id", "url", "bytes"} <= value.keys():
            yield place or "file", value
            return
        for name, item in value.items():
            yield from _files(item, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _files(item, f"{place}[{index}]")


def _link(place: str, file: Mapping[str, Any]) -> ResourceLink:
    return ResourceLink(
        name=file["name"],
        title=place,
        uri=file["url"],
        mime_type=file["media_type"],
        size=file["bytes"],
        description=f"Opens without credentials until {file['expires_at']}.",
    )
