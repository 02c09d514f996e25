"""A few things that were found out before, so that nobody waits for them twice."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

_REMEMBERED = 64


class Remembered:
    """By name, such as what is in a file by its id, which is never another's. Safe to share between threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def find(self, name: str) -> Any:
        with self._lock:
            return self._known.get(name)

    def keep(self, name: str, value: Any) -> None:
        with self._lock:
            self._known[name] = value
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
