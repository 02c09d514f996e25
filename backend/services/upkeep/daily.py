"""Does a chore once a day, beside the work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from backend.errors import StudioError

DAY_SECONDS = 24 * 3600.0
_log = logging.getLogger(__name__)


class Daily:
    """A thread, from `start` to `close`."""

    def __init__(self, seconds: float = DAY_SECONDS) -> None:
        """Args:
        seconds: between one time and the next.
        """
        self._seconds = seconds
        self._ended = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self, chore: Callable[[], object]) -> None:
        """Do ``chore`` in a day, and daily from then on."""
        self._keeper = threading.Thread(target=self._keep, args=(chore,), name="daily", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """End, without waiting for a chore under way: whatever it does can be cut off."""
        self._ended.set()

    def _keep(self, chore: Callable[[], object]) -> None:
        while not self._ended.wait(self._seconds):
            try:
                chore()
            except (StudioError, OSError) as error:
                _log.warning("What is outdated could not be deleted: %s", error)
