"""A folder of this machine's before a store far away: while that one cannot be used nothing is lost, only later."""

from __future__ import annotations

import builtins
import fcntl
import hashlib
import logging
import os
import random
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from backend.errors import NotFound, StorageError, StoreUnavailable, StudioError
from backend.storage.base import MANIFEST, ObjectInfo, Store, check_key, check_prefix
from backend.storage.direct import DirectStore
from backend.storage.disk import translated
from backend.storage.local import LocalStore
from backend.storage.names import media_type as media_type_of

LOOK_SECONDS = 2.0
"""How often the keeper looks for files that wait, of other processes too."""
FIRST_REST_SECONDS, LONGEST_REST_SECONDS = 2.0, 60.0
"""After a failure the far store is left alone for so long, so that not everybody waits for one that hangs."""
FIRST_CHORE_SECONDS, CHORE_SECONDS = 600.0, 24 * 3600.0
"""Not at the start: workers that come and go by the minute need not all look through the whole store."""
HELD_SECONDS = 2 * 3600.0
"""How long a file stays at hand after somebody was given its path; a link lasts an hour."""
_STRIPES = 64
_OWN_FAULTS = ("store_refused", "store_failed")
"""Faults that may be one file's alone: the others are still tried."""

_log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class OutboxStore:
    """A `Store` whose files are in ``far``, or wait in ``folder`` until they can go there.

    All processes with the same folder see what waits, and any of them sends it. What happens to one thing (the first
    two parts of a key) happens under one lock, across threads and processes, so nothing is sent twice, out of order, or
    after it was deleted. A process that is killed while it sends leaves the file waiting.
    """

    def __init__(self, folder: Path, far: Store) -> None:
        self._folder = folder
        self._near = LocalStore(folder / "waiting")
        self._far = far
        self._rest = FIRST_REST_SECONDS
        self._resting_until = 0.0
        self.trouble: StoreUnavailable | None = None
        """Why files wait, as far as this process knows."""
        self._ended = threading.Event()
        self._keeper: threading.Thread | None = None

    # ------------------------------------------------------------ writing

    def put(self, key: str, source: Path, media_type: str) -> None:
        self._put(key, lambda store: store.put(key, source, media_type))

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self._put(key, lambda store: store.put_bytes(key, data, media_type))

    def _put(self, key: str, write: Callable[[Store], None]) -> None:
        with self._locked(check_key(key)):
            # Behind what waits of the same thing: its manifest must not be there before its files.
            if not self._resting() and not self._near.list(_thing(key)):
                try:
                    write(self._far)
                    return
                except StoreUnavailable as error:
                    self._note(error)
            write(self._near)

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        return self._far_away(lambda: self._far.put_new(key, data, media_type))

    @property
    def direct(self) -> Store:
        """The far store itself, for what cannot wait here. While it rests, whoever asks it hears why."""
        return DirectStore(self._far, self._far_away)

    def delete(self, key: str) -> bool:
        with self._locked(check_key(key)):
            self._held_path(key).unlink(missing_ok=True)
            waited = self._near.delete(key)
            return self._far.delete(key) or waited

    def delete_prefix(self, prefix: str) -> list[str]:
        things = [prefix] if check_prefix(prefix).count("/") > 1 else {_thing(key) for key in self.list(prefix)}
        return sorted(key for thing in things for key in self._delete_thing(thing))

    def _delete_thing(self, prefix: str) -> set[str]:
        with self._locked(prefix):
            waited = self._near.delete_prefix(prefix)
            gone = {*waited, *self._far.delete_prefix(prefix)}
            for key in gone:
                self._held_path(key).unlink(missing_ok=True)
            return gone

    # ------------------------------------------------------------ reading

    def read(self, key: str) -> bytes:
        return self._ask(key, lambda store: store.read(key))

    def fetch(self, key: str, destination: Path) -> None:
        self._ask(key, lambda store: store.fetch(key, destination))

    def info(self, key: str) -> ObjectInfo:
        return self._ask(key, lambda store: store.info(key))

    def changed_at(self, key: str) -> float:
        return self._ask(key, lambda store: store.changed_at(key))

    def _ask(self, key: str, question: Callable[[Store], Answer]) -> Answer:
        try:
            return question(self._near)
        except (NotFound, StorageError):
            if self._waits(key):  # it is here, so the fault is this disk's
                raise
        return self._far_away(lambda: question(self._far))

    def _far_away(self, question: Callable[[], Answer]) -> Answer:
        """The far store's answer; while it rests, the fault it had."""
        trouble = self.trouble
        if trouble is not None and self._resting():
            raise StoreUnavailable(trouble.message, hint=trouble.hint, code=trouble.code)
        try:
            return question()
        except StoreUnavailable as error:
            self._note(error)
            raise

    def list(self, prefix: str) -> list[str]:
        # The near ones first: a file that is sent in between is then seen twice, not never.
        waiting = self._near.list(prefix)
        try:
            return sorted({*waiting, *self._far_away(lambda: self._far.list(prefix))})
        except StoreUnavailable:
            # A whole collection, which is for people to look at: better what waits than nothing at all.
            if not waiting and not (prefix.count("/") == 1 and self.waiting()):
                raise
            return waiting

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return None if self._waits(key) else self._far.link(key, name, media_type, seconds)

    def local_path(self, key: str) -> Path | None:
        """A path that stays for `HELD_SECONDS`, of a file that waits or whose store hands out no links; else None."""
        with suppress(NotFound, FileNotFoundError):
            waiting = self._near.local_path(key)
            return self._hold(key, lambda part: _link_or_copy(waiting, part)) if waiting else None
        size = self._far_away(lambda: self._far.info(key)).bytes
        if self._far.link(key, "x", "text/plain", 1) is not None:
            return None
        held = self._held_path(key)
        if held.is_file() and held.stat().st_size == size:
            os.utime(held)
            return held
        return self._hold(key, lambda part: self._far.fetch(key, part))

    def _waits(self, key: str) -> bool:
        with suppress(NotFound):
            self._near.info(key)
            return True
        return False

    # ------------------------------------------------------------ files at hand

    def _held_path(self, key: str) -> Path:
        return self._folder / "held" / f"{hashlib.sha256(key.encode(errors='replace')).hexdigest()}{Path(key).suffix}"

    def _hold(self, key: str, write: Callable[[Path], None]) -> Path:
        """The file under a name that nobody takes away while it is read."""
        held = self._held_path(key)
        part = held.with_name(f"{secrets.token_hex(8)}.part")
        try:
            with translated():
                held.parent.mkdir(parents=True, exist_ok=True)
            write(part)
            with translated():
                os.utime(part)
                part.replace(held)
        finally:
            part.unlink(missing_ok=True)
        return held

    def _sweep(self) -> None:
        before = time.time() - HELD_SECONDS
        for path in (self._folder / "held").glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()

    # ------------------------------------------------------------ the keeper

    def start(self, chore: Callable[[], object]) -> None:
        """Begin to send what waits, now and whenever there is something; do ``chore`` after a while and daily."""
        self._keeper = threading.Thread(target=self._keep, args=(chore,), name="outbox-keeper", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        """End. What still waits is sent by another process, or after the next start."""
        self._ended.set()
        self._far.close()
        if self._keeper is not None:
            self._keeper.join()

    def waiting(self) -> builtins.list[str]:
        """Keys that are not in the far store yet."""
        collections = sorted(path.name for path in (self._folder / "waiting").glob("*") if path.is_dir())
        return [key for collection in collections for key in self._near.list(f"{collection}/")]

    def send(self) -> None:
        """Send what waits, whether or not it is time to try again; `trouble` tells what went wrong."""
        things = sorted({_thing(key) for key in self.waiting()})
        if not things and self.trouble is not None:
            self._try_again()
        for thing in things:
            if self._ended.is_set():
                return
            try:
                with self._locked(thing, wait=False) as mine:
                    if mine:
                        self._send(thing)
                        self._recover()
            except StoreUnavailable as error:
                self._note(error)
                if error.code not in _OWN_FAULTS:
                    return

    def _try_again(self) -> None:
        """See whether the far store can be used, although nothing waits for it."""
        try:
            self._far.list("made/none/")
            self._recover()
        except StoreUnavailable as error:
            self._note(error)

    def _send(self, thing: str) -> None:
        for key in sorted(self._near.list(thing), key=_manifest_last):
            path = self._near.local_path(key)
            if path is not None:
                self._far.put(key, path, media_type_of(key))
                self._near.delete(key)
        self._near.delete_prefix(thing)  # the empty folders

    def _keep(self, chore: Callable[[], object]) -> None:
        complaint, next_chore = "", time.monotonic() + FIRST_CHORE_SECONDS
        while not self._ended.wait(LOOK_SECONDS):
            try:
                self._sweep()
                if not self._resting():
                    self.send()
                if time.monotonic() > next_chore:
                    next_chore = time.monotonic() + CHORE_SECONDS
                    chore()
            except (StudioError, OSError) as error:
                if str(error) != complaint:
                    _log.warning("The outbox could not be looked after: %s", complaint := str(error))

    def _resting(self) -> bool:
        return time.monotonic() < self._resting_until

    def _note(self, error: StoreUnavailable) -> None:
        """The far store failed: leave it alone for a while, longer each time."""
        if error.code in _OWN_FAULTS and not self.waiting():
            return
        if self.trouble is None or self.trouble.code != error.code:
            _log.warning("The store cannot be used; results wait on this machine. %s", error)
        self.trouble = error
        self._resting_until = time.monotonic() + self._rest * random.uniform(0.5, 1)  # noqa: S311 - no secret
        self._rest = min(self._rest * 2, LONGEST_REST_SECONDS)

    def _recover(self) -> None:
        if self.trouble is not None:
            _log.warning("The store can be used again")
        self.trouble, self._rest, self._resting_until = None, FIRST_REST_SECONDS, 0.0

    @contextmanager
    def _locked(self, key: str, wait: bool = True) -> Iterator[bool]:
        """Alone with the thing that ``key`` belongs to; false if somebody else is and we do not wait."""
        stripe = hashlib.sha256(_thing(key).encode(errors="replace")).digest()[0] % _STRIPES
        path = self._folder / "locks" / str(stripe)
        with translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("wb")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True


def _thing(key: str) -> str:
    """The prefix of everything that belongs to the same thing as ``key``: ``<collection>/<id>/``."""
    return "/".join(key.rpartition("/")[0].split("/")[:2]) + "/"


def _manifest_last(key: str) -> tuple[str, bool]:
    folder, _, name = key.rpartition("/")
    return folder, name == MANIFEST


def _link_or_copy(source: Path, target: Path) -> None:
    """One file under a second name where the file system can do that."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        with translated():
            shutil.copyfile(source, target)
