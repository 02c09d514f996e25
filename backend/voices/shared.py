"""The shelf of machines with disks of their own: voices are in the store, with copies of those that were used here.

`Numbers` says how the store is written. What this machine adds:

    <folder>/.copies/library/voice_…    what was read of the store, so that voices speak while it cannot be reached
    <folder>/voice_…                    voices that wait for it: saved while it was out of reach, or before it was set

A voice deleted anywhere is gone here as soon as the store is asked again, which each use does after `FRESH_SECONDS`;
`sweep` removes its copy from this disk. While the store is out of reach copies are believed, a new voice waits here,
and what would change or delete a voice that others see is refused.
"""

from __future__ import annotations

import contextlib
import fcntl
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from backend.errors import InvalidRequest, NotFound, StorageError, StoreUnavailable
from backend.ids import is_id
from backend.storage import LocalStore, Store
from backend.storage.disk import translated
from backend.voices.numbers import Numbers, State, orphans
from backend.voices.records import Record
from backend.voices.shelf import Shelf, exists_already, missing

FRESH_SECONDS = 1.0
"""For so long what the store said of a voice is believed: a script of hundred sentences asks for each."""
ORPHAN_SECONDS = 600.0
"""A clip without a record that is there for so long was left by a process that was killed as it saved."""
_ATTEMPTS = 1000
_UNKNOWN = State("")


class SharedShelf:
    """Like `Shelf`, for machines with disks of their own. Safe from any thread, process or machine."""

    elsewhere = (
        "No other machine speaks with it any more. Those that are on remove their copies within seconds, "
        "one that is off when it is next started."
    )

    def __init__(self, folder: Path, far: Store) -> None:
        """Args:
        folder: on this machine.
        far: the store that the machines share; it does not put off what it is told (`OutboxStore.direct`).
        """
        self._folder = folder
        self._far = Numbers(far)
        self._copies = Numbers(LocalStore(folder / ".copies"))
        self._waiting = Shelf(folder)
        self._fresh: dict[str, tuple[float, State]] = {}
        self._orphans: dict[tuple[str, int], float] = {}
        self._thread = threading.RLock()
        self.gone: frozenset[str] = frozenset()
        """Voices that were deleted, as of the last `sweep`."""

    # ------------------------------------------------------------ reading

    def ids(self) -> list[str]:
        """Ids of all voices, in no particular order."""
        return sorted({*self._waiting.ids(), *(voice_id for voice_id, state in self._all().items() if state.lives)})

    def read(self, voice_id: str) -> Record:
        """The newest record.

        Raises:
            NotFound: ``voice_not_found``.
            StorageError: ``voice_damaged``.
        """
        with contextlib.suppress(NotFound):
            return self._waiting.read(voice_id)
        return self._state(voice_id).record

    def exists(self, voice_id: str) -> bool:
        """Whether there is such a voice now."""
        return self._waiting.exists(voice_id) or (is_id(voice_id, "voice") and self._state(voice_id).lives)

    def records(self) -> Iterator[Record]:
        """All voices that can be read; one that is damaged takes no other down with it."""
        waiting = set(self._waiting.ids())
        yield from self._waiting.records()
        for voice_id, state in self._all().items():
            if voice_id not in waiting:
                with contextlib.suppress(NotFound, StorageError):
                    yield state.record

    def clip(self, voice_id: str) -> Path:
        """The recording, for reading only; kept on this machine from now on.

        Raises:
            NotFound: ``voice_not_found``.
            StoreUnavailable: it was never here, and the store is out of reach.
        """
        with contextlib.suppress(NotFound):
            return self._waiting.clip(voice_id)
        state = self._state(voice_id)
        if not state.lives:
            raise missing()
        return self._copies.clip(state) or self._fetched(state)

    def _fetched(self, state: State) -> Path:
        part = self._folder / ".copies" / f"{secrets.token_hex(8)}.part"
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._far.fetch_clip(state, part)
            self._copies.keep_clip(state, part)
        finally:
            part.unlink(missing_ok=True)
        path = self._copies.clip(state)
        if path is None:
            raise missing()
        return path

    def _state(self, voice_id: str) -> State:
        """The voice as the store has it, or as it was when the store was last heard of."""
        if not is_id(voice_id, "voice"):
            raise missing()
        asked, state = self._fresh.get(voice_id, (-FRESH_SECONDS, _UNKNOWN))
        if time.monotonic() - asked < FRESH_SECONDS:
            return state
        try:
            return self._learnt(self._far.look(voice_id))
        except StoreUnavailable:
            return self._copies.look(voice_id)

    def _all(self) -> dict[str, State]:
        try:
            states = self._far.all(self._far.names())
        except StoreUnavailable:
            return self._copies.all(self._copies.names())
        for state in states.values():
            self._learnt(state)
        return states

    def _learnt(self, state: State) -> State:
        """Remember what the store said, here and on the disk."""
        known = self._fresh.get(state.voice_id, (0.0, _UNKNOWN))[1]
        self._fresh[state.voice_id] = (time.monotonic(), state)
        if known != state:
            with contextlib.suppress(StorageError):  # a full disk: then there is no copy
                if state.lives:
                    self._copies.keep(state)
                else:
                    self._copies.drop(state.voice_id)
        return state

    # ------------------------------------------------------------ writing

    def add(self, record: Record, clip: Path | None) -> None:
        """Put a new voice on the shelf, whole or not at all; while the store is out of reach it waits on this machine.

        Raises:
            InvalidRequest: ``voice_exists``: it is there already.
            StorageError: the store or the disk refused; nothing is left.
        """
        with self._alone():
            if self._waiting.exists(record.voice_id):
                raise exists_already()
            try:
                self._save(record, clip)
            except StoreUnavailable:
                if self._copies.look(record.voice_id).lives:
                    raise exists_already() from None
                self._waiting.add(record, clip)

    def _save(self, record: Record, clip: Path | None) -> None:
        for _ in range(_ATTEMPTS):
            before = self._far.look(record.voice_id)
            if before.lives:
                raise exists_already()
            state = self._far.save(before, record, clip)
            if state:
                self._learnt(state)
                if clip is not None:
                    with contextlib.suppress(StorageError):
                        self._copies.keep_clip(state, clip)
                return
        raise _busy()

    def change(self, voice_id: str, change: Callable[[Record], dict[str, Any]]) -> Record:
        """Write the next version: what ``change`` says of the newest one, asked again if somebody was faster.

        Raises:
            NotFound: ``voice_not_found``: not there, or deleted meanwhile.
            StoreUnavailable: the store is out of reach; the voice stays as it was.
        """
        if self._waiting.exists(voice_id):
            with self._alone(), contextlib.suppress(NotFound):
                return self._waiting.change(voice_id, change)
        if not is_id(voice_id, "voice"):
            raise missing()
        saving = None
        for _ in range(_ATTEMPTS):
            state = self._far.look(voice_id)
            old = state.record
            if saving not in (None, state.saving):
                raise missing()
            saving = state.saving
            fields = {**old.model_dump(), **change(old), "voice_id": voice_id, "version": old.version + 1}
            new = Record.model_validate(fields)
            taken = self._far.change(state, new)
            if taken:
                self._learnt(taken)
                return new
        raise _busy()

    def remove(self, voice_id: str) -> list[str]:
        """Take a voice off the shelf; returns the names of the files that are gone, copies on this machine included.

        Raises:
            NotFound: ``voice_not_found``.
            StoreUnavailable: the store is out of reach; the voice stays.
        """
        if not is_id(voice_id, "voice"):
            raise missing()
        with self._alone():
            waited = self._waiting.remove(voice_id) if self._waiting.exists(voice_id) else []
            try:
                return [*waited, *self._remove_shared(voice_id)]
            except (NotFound, StoreUnavailable):
                if waited:
                    return waited
                raise

    def _remove_shared(self, voice_id: str) -> list[str]:
        for _ in range(_ATTEMPTS):
            state = self._far.look(voice_id)
            if not state.lives:
                raise missing()
            buried = self._far.bury(state)
            if buried:
                self._fresh[voice_id] = (time.monotonic(), buried)
                return [*self._far.clear(buried), *self._copies.drop(voice_id)]
        raise _busy()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Held, over the processes of this machine, while a voice that waits is changed, deleted or sent."""
        with translated():
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / ".moving").open("wb")
        with file, self._thread:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # ------------------------------------------------------------ keeping house

    def sweep(self) -> set[str] | None:
        """Send what waits; remove copies of voices that are gone, and what killed processes left, here and there.

        Returns:
            The ids of all voices there are, or None while the store is out of reach.
        """
        self._waiting.sweep()
        try:
            self._send()
            names = self._far.names()
            states = {state.voice_id: self._learnt(state) for state in self._far.all(names).values()}
            for voice_id, state in states.items():
                self._tidy(state, names.get(voice_id, []))
        except StoreUnavailable:
            return None
        for voice_id in self._copies.names():
            if not states.get(voice_id, _UNKNOWN).lives:
                self._copies.drop(voice_id)
        lives = {voice_id for voice_id, state in states.items() if state.lives}
        self.gone = frozenset(states) - lives
        return lives.union(self._waiting.ids())

    def _tidy(self, state: State, names: list[str]) -> None:
        """Finish what a killed process began in the store: a deletion, or a saving."""
        if not state.lives and state.number and len(names) > 1:
            self._far.clear(state)
        for number in orphans(names):
            since = self._orphans.setdefault((state.voice_id, number), time.monotonic())
            abandoned = time.monotonic() - since > ORPHAN_SECONDS and not state.lives
            # Whoever saves it after all finds the number taken, and begins again.
            if abandoned and self._far.bury(state):
                self._far.drop_clip(state.voice_id, number)

    def _send(self) -> None:
        for voice_id in self._waiting.ids():
            with self._alone(), contextlib.suppress(NotFound):
                record = self._waiting.read(voice_id)
                clip = self._waiting.clip(voice_id) if record.kind == "cloned" else None
                with contextlib.suppress(InvalidRequest):  # the same clip was saved elsewhere, too
                    self._save(record, clip)
                self._waiting.remove(voice_id)


def _busy() -> StorageError:
    return StorageError("This voice is being changed all the time.", hint="Try again.", code="voice_busy")
