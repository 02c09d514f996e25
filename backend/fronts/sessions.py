"""The keys of a studio that strangers can reach, and the sessions of browsers that have shown one."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

SESSION_SECONDS = 30 * 24 * 3600
ATTEMPTS = 10
ATTEMPT_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


class Sessions:
    """Knows whose key one is without keeping any state: a session is its tenant and an end date, signed with that
    tenant's key, so a new key ends all of them."""

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        """Args:
        keys: what each tenant has to show, by the tenant's name.
        clock: Unix seconds.
        """
        self._keys = {tenant: key.encode() for tenant, key in keys.items()}
        self._clock = clock

    def tenant_of_key(self, given: str) -> str | None:
        """Whose key this is, None if nobody's; takes as long for a nearly right one as for any other."""
        digest = _digest(given.encode(errors="replace"))
        found = [tenant for tenant, key in self._keys.items() if hmac.compare_digest(digest, _digest(key))]
        return found[0] if found else None

    def new(self, tenant: str) -> str:
        """A session of this tenant's that begins now: ``<tenant>.<end>.<signature>``."""
        end = int(self._clock()) + SESSION_SECONDS
        return f"{tenant}.{end}.{self._sign(tenant, end)}"

    def tenant_of_session(self, given: str) -> str | None:
        """Whose session this is; None if it is none, or has ended."""
        tenant, _, rest = given.partition(".")
        end, _, signature = rest.partition(".")
        if tenant not in self._keys or not (end.isascii() and end.isdigit() and len(end) <= 12):
            return None
        signed = hmac.compare_digest(self._sign(tenant, int(end)).encode(), signature.encode(errors="replace"))
        return tenant if signed and int(end) > self._clock() else None

    def _sign(self, tenant: str, end: int) -> str:
        return hmac.new(self._keys[tenant], f"session\n{tenant}\n{end}".encode(), hashlib.sha256).hexdigest()


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


class Attempts:
    """Counts wrong keys by address, so that nobody can try them by the thousand."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Args:
        clock: seconds that only go forward.
        """
        self._clock = clock
        self._failed: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def failed(self, address: str) -> None:
        """Count a wrong key. The addresses that were quiet the longest are forgotten where there are too many."""
        with self._lock:
            self._failed[address] = [*self._recent(address)[-ATTEMPTS:], self._clock()]
            self._failed.move_to_end(address)
            while len(self._failed) > _MOST_ADDRESSES:
                self._failed.popitem(last=False)

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0 where it may now."""
        with self._lock:
            recent = self._recent(address)
            return 0.0 if len(recent) < ATTEMPTS else recent[-ATTEMPTS] + ATTEMPT_SECONDS - self._clock()

    def _recent(self, address: str) -> list[float]:
        after = self._clock() - ATTEMPT_SECONDS
        return [moment for moment in self._failed.get(address, []) if moment > after]
