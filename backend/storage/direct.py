"""A store far away without its outbox: what cannot wait on this machine is done now, or refused."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from backend.storage.base import ObjectInfo, Store

Answer = TypeVar("Answer")


class Ask(Protocol):
    """Asks the far store something, or says at once why it cannot be asked now."""

    def __call__(self, question: Callable[[], Answer], /) -> Answer: ...


class DirectStore:
    """A `Store` that hands everything on to ``far``."""

    def __init__(self, far: Store, ask: Ask) -> None:
        self._far = far
        self._ask = ask

    def put(self, key: str, source: Path, media_type: str) -> None:
        self._ask(lambda: self._far.put(key, source, media_type))

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self._ask(lambda: self._far.put_bytes(key, data, media_type))

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        return self._ask(lambda: self._far.put_new(key, data, media_type))

    def read(self, key: str) -> bytes:
        return self._ask(lambda: self._far.read(key))

    def fetch(self, key: str, destination: Path) -> None:
        self._ask(lambda: self._far.fetch(key, destination))

    def info(self, key: str) -> ObjectInfo:
        return self._ask(lambda: self._far.info(key))

    def changed_at(self, key: str) -> float:
        return self._ask(lambda: self._far.changed_at(key))

    def delete(self, key: str) -> bool:
        return self._ask(lambda: self._far.delete(key))

    def delete_prefix(self, prefix: str) -> builtins.list[str]:
        return self._ask(lambda: self._far.delete_prefix(prefix))

    def local_path(self, key: str) -> Path | None:
        return self._ask(lambda: self._far.local_path(key))

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return self._far.link(key, name, media_type, seconds)

    def list(self, prefix: str) -> builtins.list[str]:
        return self._ask(lambda: self._far.list(prefix))

    def close(self) -> None:
        """Its owner closes it."""
