"""How much one tenant may keep in the store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from backend.errors import QuotaExceeded
from backend.storage.artifacts import Artifacts

LOOK_SECONDS = 30.0
"""What is kept is counted this often at most: a store far away takes some requests for it."""


class Quota:
    """Refuses more than so many bytes. Safe in all threads."""

    def __init__(self, artifacts: Artifacts, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        artifacts: the tenant's.
        most_bytes: 0 is any number.
        clock: seconds that only go forward.
        """
        self._artifacts = artifacts
        self._most_bytes = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: tuple[float, int] | None = None

    def refuse_more(self, extra_bytes: int = 0) -> None:
        """Let something begin that keeps so many more bytes, as far as that is known before.

        Raises:
            QuotaExceeded: ``store_quota``.
        """
        if self._most_bytes and self._kept() + extra_bytes > self._most_bytes:
            with self._lock:
                self._counted = None  # whoever deletes something now may go on at once
            raise QuotaExceeded(
                f"There is no more room: {self._most_bytes / 1e6:.0f} MB may be kept.",
                hint="Delete something in the Library, or ask whoever runs the studio for more.",
                code="store_quota",
            )

    def _kept(self) -> int:
        with self._lock:
            if self._counted is None or self._clock() - self._counted[0] > LOOK_SECONDS:
                self._counted = self._clock(), self._artifacts.kept_bytes()
            return self._counted[1]
