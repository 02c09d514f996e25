"""A store in memory: the fake for tests of what stands on a store."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from backend.storage.base import ObjectInfo, check_key, check_prefix, missing
from backend.storage.disk import translated


class MemoryStore:
    """A `Store` that forgets everything when it goes. Its files are on no disk and it hands out no links."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._written: dict[str, float] = {}
        self._taking = threading.Lock()

    def put(self, key: str, source: Path, media_type: str) -> None:
        with translated():
            self.put_bytes(key, source.read_bytes(), media_type)

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self._objects[check_key(key)] = bytes(data)
        self._written[key] = time.time()

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        with self._taking:
            if check_key(key) not in self._objects:
                self.put_bytes(key, data, media_type)
        return self.read(key) == data

    def read(self, key: str) -> bytes:
        try:
            return self._objects[check_key(key)]
        except KeyError:
            raise missing() from None

    def fetch(self, key: str, destination: Path) -> None:
        data = self.read(key)
        with translated():
            destination.write_bytes(data)

    def info(self, key: str) -> ObjectInfo:
        return ObjectInfo(len(self.read(key)))

    def changed_at(self, key: str) -> float:
        self.read(key)
        return self._written[key]

    def delete(self, key: str) -> bool:
        return self._objects.pop(check_key(key), None) is not None

    def delete_prefix(self, prefix: str) -> list[str]:
        return [key for key in self.list(prefix) if self.delete(key)]

    def local_path(self, key: str) -> Path | None:
        self.read(key)
        return None

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return None

    def list(self, prefix: str) -> list[str]:
        check_prefix(prefix)
        return sorted(key for key in list(self._objects) if key.startswith(prefix))

    def close(self) -> None:
        """Nothing is held open."""
