"""Files of this machine, for callers that sit at it: a path goes where programs elsewhere name a file by id."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.layers import with_layer_files
from backend.operations import Operation, find_operation
from backend.outside import is_url
from backend.studio import Studio


def take_paths(studio: Studio, operation: Operation, arguments: dict[str, Any]) -> dict[str, Any]:
    """Replace paths among the media parameters (of a submitted operation, too) by ids of kept files.

    Raises:
        StudioError: a file cannot be kept.
    """
    if operation.name == "submit_job" and isinstance(arguments.get("arguments"), dict):
        inner = find_operation(str(arguments.get("operation")))
        return {**arguments, "arguments": take_paths(studio, inner, arguments["arguments"])}

    def take(value: Any) -> Any:
        if isinstance(value, list):
            return [take(item) for item in value]
        if isinstance(value, str) and not is_url(value) and (operation.name == "upload_file" or _is_file(value)):
            return studio.upload(Path(value), Path(value).name)["file_id"]
        return value

    taken = {name: take(value) if name in operation.media else value for name, value in arguments.items()}
    return {**taken, "options": with_layer_files(taken["options"], take)} if "options" in taken else taken


def with_files(result: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """The result with every file in it changed.

    Args:
        result: JSON values.
        change: makes another of ``{"file_id", "url", …}``.
    """
    if isinstance(result, dict) and {"file_id", "url", "bytes"} <= result.keys():
        return change(result)
    if isinstance(result, dict):
        return {key: with_files(value, change) for key, value in result.items()}
    if isinstance(result, list):
        return [with_files(value, change) for value in result]
    return result


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # longer than a path can be, or with a NUL: then it is not one
        return False
