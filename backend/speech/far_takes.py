"""Takes that several machines share through a store: looked for where one is not here, sent beside the work.

A take is one object, so that looking for one is one small request: a line of JSON, then the WAV file. It is only ever a
copy of what could be spoken again, so whatever the store does, no job waits for it long and none fails of it.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress

from backend.errors import NotFound, StudioError
from backend.storage import Store

LOOK_SECONDS = 5.0
"""How long a job waits for takes that may be in the store; what was not found by then is spoken."""
REST_SECONDS = 60.0
"""How long nobody looks after the store did not answer in time."""
_ROOT = "takes/"
_AT_ONCE = 8
_MOST_WAITING = 500
_LAST_SECONDS = 5.0
"""How long an end waits for what is still to be sent."""
_TYPE = "application/octet-stream"


class FarTakes:
    """Takes in a store, as bytes. Safe from any thread."""

    def __init__(self, store: Store, lives: Callable[[str], bool] = lambda voice_id: True) -> None:
        """Args:
        store: keeps them; it does not put off what it is told (`OutboxStore.direct`).
        lives: whether there is such a voice; takes of one that is gone are not sent.
        """
        self._store = store
        self._lives = lives
        self._resting_until = 0.0
        self._waiting: queue.Queue[tuple[str, Callable[[], bytes]]] = queue.Queue(_MOST_WAITING)
        self._sender: threading.Thread | None = None
        self._starting = threading.Lock()

    def find(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Those of the takes that are there; none while the store is out of reach."""
        if not keys or time.monotonic() < self._resting_until:
            return {}
        pool = ThreadPoolExecutor(min(_AT_ONCE, len(keys)), thread_name_prefix="take-finder")
        asked: dict[str, Future[bytes]] = {key: pool.submit(self._store.read, self._key(key)) for key in keys}
        answered, late = wait(asked.values(), LOOK_SECONDS)
        pool.shutdown(wait=False, cancel_futures=True)
        found = {}
        for key, answer in asked.items():
            if answer not in answered:
                continue
            error = answer.exception()
            if error is None:
                found[key] = answer.result()
            elif not isinstance(error, StudioError):
                raise error
        if late:
            self._resting_until = time.monotonic() + REST_SECONDS
        return found

    def send(self, key: str, read: Callable[[], bytes]) -> None:
        """Put a take into the store when there is time; ``read`` gives its bytes then."""
        with self._starting:
            if self._sender is None:
                self._sender = threading.Thread(target=self._send_all, name="take-sender", daemon=True)
                self._sender.start()
        with suppress(queue.Full):  # the store is far slower than the engine: what is left out is not shared
            self._waiting.put_nowait((key, read))

    def forget(self, key: str) -> None:
        """Remove a take."""
        self._store.delete(self._key(key))

    def forget_voice(self, voice_id: str) -> int:
        """Remove all takes of a voice; returns how many there were."""
        return len(self._store.delete_prefix(f"{_ROOT}{voice_id}/"))

    def close(self) -> None:
        """Send what still waits, for a few seconds."""
        deadline = time.monotonic() + _LAST_SECONDS
        while self._waiting.unfinished_tasks and self._resting_until < time.monotonic() < deadline:
            time.sleep(0.02)

    def _send_all(self) -> None:
        while True:
            key, read = self._waiting.get()
            try:
                self._send(key, read)
            except (StudioError, OSError):
                # It can be spoken again. What comes next may fare better.
                self._resting_until = time.monotonic() + 1.0
            finally:
                self._waiting.task_done()

    def _send(self, key: str, read: Callable[[], bytes]) -> None:
        voice_id = key.rpartition("/")[0]
        if voice_id and not self._lives(voice_id):
            return
        self._store.put_bytes(self._key(key), read(), _TYPE)
        if voice_id and not self._lives(voice_id):  # deleted meanwhile
            with suppress(NotFound):
                self.forget(key)

    def _key(self, key: str) -> str:
        """Takes of built-in voices lie together, by the first two characters of their hashes."""
        owner, _, digest = key.rpartition("/")
        return f"{_ROOT}{owner or f'all/{digest[:2]}'}/{digest}.take"
