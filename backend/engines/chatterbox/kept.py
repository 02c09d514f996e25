"""What was prepared from references, kept so that a voice is prepared once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

MOST_KEPT = 16
"""Voices; each takes one or two megabytes."""


class Kept:
    """Values by key, the most recently used ones."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._most = most

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str, prepare: Callable[[], Any]) -> Any:
        """The value of ``key``, prepared if it is not there."""
        value = self._values.pop(key, None)
        if value is None:
            value = prepare()
        self._values[key] = value
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Let go of everything."""
        self._values.clear()
