"""Voices and takes that several machines share through the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from backend.errors import StudioError
from backend.settings import Settings
from backend.speech import FarTakes, TakeStore
from backend.storage import Store
from backend.storage.outbox import OutboxStore
from backend.storage.tenancy import store_of
from backend.voices.library import AnyShelf
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf

SWEEP_SECONDS = 10.0
"""How long a copy of a voice that was deleted on another machine may lie on this one's disk, unused."""
Clear = Callable[[str], object]
"""Removes what is in the store under the id of a voice: the copy of its clip that links lead to."""
_log = logging.getLogger(__name__)


def open_shelf(settings: Settings, store: Store, tenant: str) -> AnyShelf:
    """A tenant's shelf: shared through the store where that is one that machines share, else a folder."""
    if isinstance(store, OutboxStore):
        return SharedShelf(settings.voices_of(tenant), store_of(store.direct, tenant))
    return Shelf(settings.voices_of(tenant))


def open_takes(settings: Settings, store: Store, tenant: str, shelf: AnyShelf) -> TakeStore:
    """A tenant's takes on this machine, shared through the store where that is one that machines share."""
    far = FarTakes(store_of(store.direct, tenant), shelf.exists) if isinstance(store, OutboxStore) else None
    return TakeStore(settings.takes_of(tenant), far)


class Sharing:
    """Keeps this machine's copies in step with what the others do, for all tenants. Folders are swept once."""

    def __init__(self) -> None:
        self._kept: list[tuple[AnyShelf, TakeStore, Clear]] = []
        self._cleared: set[tuple[SharedShelf, str]] = set()
        self._ended = threading.Event()
        self._keeper: threading.Thread | None = None

    def add(self, shelf: AnyShelf, takes: TakeStore, clear: Clear) -> None:
        """Look after these as well."""
        self._kept.append((shelf, takes, clear))

    def start(self) -> None:
        """Look after the copies, from now on."""
        for shelf, *_ in self._kept:
            if isinstance(shelf, Shelf):
                shelf.sweep()
        if any(isinstance(shelf, SharedShelf) for shelf, *_ in self._kept):
            self._keeper = threading.Thread(target=self._keep, name="sharing-keeper", daemon=True)
            self._keeper.start()

    def close(self) -> None:
        """End, without waiting for a store that does not answer."""
        self._ended.set()
        if self._keeper is not None:
            self._keeper.join(1.0)
        for _, takes, _ in self._kept:
            takes.close()

    def _keep(self) -> None:
        complaint = ""
        while True:
            for shelf, takes, clear in list(self._kept):
                try:
                    if isinstance(shelf, SharedShelf):
                        self.sweep(shelf, takes, clear)
                except (StudioError, OSError) as error:
                    if str(error) != complaint:
                        _log.warning("Shared voices could not be looked after: %s", complaint := str(error))
            if self._ended.wait(SWEEP_SECONDS):
                return

    def sweep(self, shelf: SharedShelf, takes: TakeStore, clear: Clear) -> None:
        """Once: send what waits, remove copies and takes of voices that are gone."""
        lives = shelf.sweep()
        if lives is None:
            return
        for voice_id in takes.voices():
            if voice_id not in lives and not shelf.exists(voice_id):
                takes.forget_voice_here(voice_id)
        for voice_id in self._gone(shelf):
            # Whoever deleted it did so too, unless it was cut off, or somebody was just making another copy.
            takes.forget_voice(voice_id)
            clear(voice_id)
            self._cleared.add((shelf, voice_id))

    def _gone(self, shelf: SharedShelf) -> Iterator[str]:
        for voice_id in shelf.gone:
            if self._ended.is_set():
                return
            if (shelf, voice_id) not in self._cleared:
                yield voice_id
