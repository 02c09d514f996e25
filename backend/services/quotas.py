"""How much one tenant may keep in the store, and all together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from backend.errors import NotFound, QuotaExceeded
from backend.ids import COLLECTIONS
from backend.storage import Store
from backend.storage.tenancy import store_of

LOOK_SECONDS = 30.0
"""What is kept is counted this often at most: a store far away takes some requests for it."""


class Counted(Protocol):
    """Something that is kept."""

    def kept_bytes(self) -> int:
        """Its size."""


class AllKept:
    """What all tenants keep."""

    def __init__(self, store: Store, tenants: Callable[[], Iterable[str]]) -> None:
        """Args:
        store: the one that all share.
        tenants: tells their names.
        """
        self._store = store
        self._tenants = tenants

    def kept_bytes(self) -> int:
        """Its size."""
        total = 0
        for store in (store_of(self._store, tenant) for tenant in self._tenants()):
            for key in (key for collection in COLLECTIONS.values() for key in store.list(f"{collection}/")):
                with suppress(NotFound):  # deleted since it was listed
                    total += store.info(key).bytes
        return total


class Quota:
    """Refuses more than so many bytes. Safe in all threads."""

    def __init__(
        self,
        kept: Counted,
        most_bytes: int,
        beside: Quota | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Args:
        kept: what counts.
        most_bytes: 0 is any number.
        beside: one that holds as well.
        clock: seconds that only go forward.
        """
        self._kept = kept
        self._most_bytes = most_bytes
        self._beside = beside
        self._clock = clock
        self._lock = threading.Lock()
        self._counted: tuple[float, int] | None = None

    @property
    def most_bytes(self) -> int:
        """What may be kept, by whichever bound is lower; 0 is any number."""
        bounds = [self._most_bytes, self._beside.most_bytes if self._beside else 0]
        return min(filter(None, bounds), default=0)

    def refuse_more(self, extra_bytes: int = 0) -> None:
        """Let something begin that keeps so many more bytes, as far as that is known before.

        Raises:
            QuotaExceeded: ``store_quota``.
        """
        if self._beside:
            self._beside.refuse_more(extra_bytes)
        if self._most_bytes and self._kept_bytes() + extra_bytes > self._most_bytes:
            with self._lock:
                self._counted = None  # whoever deletes something now may go on at once
            raise QuotaExceeded(
                f"There is no more room: {self._most_bytes / 1e6:.0f} MB may be kept.",
                hint="Delete something in the Library or free room in the System tab; whoever runs the studio can "
                "allow more.",
                code="store_quota",
            )

    def _kept_bytes(self) -> int:
        with self._lock:
            if self._counted is None or self._clock() - self._counted[0] > LOOK_SECONDS:
                self._counted = self._clock(), self._kept.kept_bytes()
            return self._counted[1]
