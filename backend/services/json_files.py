"""JSON that somebody brought."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.errors import InvalidRequest


def read_object(path: Path, most_bytes: int, refused: Callable[[str], InvalidRequest]) -> dict[str, Any]:
    """The object in a JSON file.

    Args:
        path: the file.
        most_bytes: of the file.
        refused: makes the error of what is wrong, said in a few words.

    Raises:
        InvalidRequest: what ``refused`` makes of a file that is too large, no JSON, or holds no object.
    """
    if path.stat().st_size > most_bytes:
        raise refused(f"it has over {_size(most_bytes)}")
    try:
        given = json.loads(path.read_bytes())
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:  # half characters among them
        raise refused("it is not JSON") from error
    if not isinstance(given, dict):
        raise refused("it is not a JSON object")
    return given


def _size(many: int) -> str:
    return f"{many / 1e6:.0f} MB" if many >= 1_000_000 else f"{many / 1e3:.0f} kB"
