"""The key of a studio that strangers can reach, and the sessions of browsers that have shown it."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

SESSION_SECONDS = 30 * 24 * 3600
ATTEMPTS = 10
ATTEMPT_SECONDS = 60.0
_MOST_ADDRESSES = 10_000


class Sessions:
    """Knows the key without keeping any state: a session is an end date signed with it, so a new key ends them all."""

    def __init__(self, key: str, clock: Callable[[], float] = time.time) -> None:
        """Args:
        key: what callers have to show.
        clock: Unix seconds.
        """
        self._key = key.encode()
        self._clock = clock

    def is_key(self, given: str) -> bool:
        """Whether this is the key; takes as long for a nearly right one as for any other."""
        return hmac.compare_digest(_digest(given.encode(errors="replace")), _digest(self._key))

    def new(self) -> str:
        """A session that begins now: ``<end>.<signature>``."""
        end = int(self._clock()) + SESSION_SECONDS
        return f"{end}.{self._sign(end)}"

    def is_session(self, given: str) -> bool:
        """Whether this is a session that has not ended."""
        end, _, signature = given.partition(".")
        if not (end.isascii() and end.isdigit() and len(end) <= 12):
            return False
        signed = hmac.compare_digest(self._sign(int(end)).encode(), signature.encode(errors="replace"))
        return signed and int(end) > self._clock()

    def _sign(self, end: int) -> str:
        return hmac.new(self._key, f"session\n{end}".encode(), hashlib.sha256).hexdigest()


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
