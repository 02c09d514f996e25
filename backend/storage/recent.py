"""What a far store told a moment ago, so that a page of fifty results is not five hundred requests."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

FRESH_SECONDS = 2.0
"""How long a listing's sizes and tags are believed; something deleted by another machine may be seen for so long."""
MAX_TEXT_BYTES, MAX_KEPT_BYTES = 1_000_000, 32_000_000
_MAX_SEEN = 50_000


class Recent:
    """Sizes and content tags (ETags) from listings, and small objects by their tag. That something is there is
    remembered, that it is not never is: another process may have written it just now. Safe in all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, int, str]] = {}
        self._texts: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._kept_bytes = 0

    def saw(self, key: str, size: int, tag: str) -> None:
        """A listing had this."""
        with self._lock:
            if len(self._seen) >= _MAX_SEEN:
                self._seen.clear()
            self._seen[key] = (time.monotonic(), size, tag)

    def forget(self, key: str) -> None:
        """We change it."""
        with self._lock:
            self._seen.pop(key, None)

    def size(self, key: str) -> int | None:
        """Its size, if a listing told it a moment ago."""
        fresh = self._fresh(key)
        return fresh[1] if fresh else None

    def text(self, key: str) -> bytes | None:
        """Its content, if a listing told a moment ago that it is still the one we know."""
        fresh = self._fresh(key)
        with self._lock:
            tag, data = self._texts.get(key, ("", b""))
            if not fresh or not tag or tag != fresh[2]:
                return None
            self._texts.move_to_end(key)
            return data

    def keep(self, key: str, tag: str, data: bytes) -> None:
        """Remember a small object's content."""
        if len(data) > MAX_TEXT_BYTES or not tag:
            return
        with self._lock:
            self._kept_bytes += len(data) - len(self._texts.pop(key, ("", b""))[1])
            self._texts[key] = (tag, data)
            while self._kept_bytes > MAX_KEPT_BYTES:
                self._kept_bytes -= len(self._texts.popitem(last=False)[1][1])

    def _fresh(self, key: str) -> tuple[float, int, str] | None:
        with self._lock:
            seen = self._seen.get(key)
            return seen if seen and time.monotonic() - seen[0] < FRESH_SECONDS else None
