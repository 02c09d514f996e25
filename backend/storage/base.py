"""What every store does. A store keeps bytes under keys; keys are made of ids, never of what a person typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.errors import NotFound, StorageError

_PART = r"[a-z0-9_-]{1,100}"
_KEY = re.compile(rf"{_PART}(?:/{_PART})*\.[a-z0-9]{{2,5}}")
_PREFIX = re.compile(rf"(?:{_PART}/)+")
MAX_KEY_CHARACTERS = 512
MANIFEST = "manifest.json"
"""The file of a folder that is written last and makes it exist."""


@dataclass(frozen=True)
class ObjectInfo:
    """What a store knows about one key."""

    bytes: int
    """Size."""


class Store(Protocol):
    """Keeps files under keys. All methods are safe from several threads and raise `StorageError` when refused."""

    def put(self, key: str, source: Path, media_type: str) -> None:
        """Keep a copy of the file ``source``; it is there as a whole or not at all."""

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        """Keep ``data``; it is there as a whole or not at all."""

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        """Keep ``data`` unless something else is there; whether ``data`` is what is there now.

        Of several at once one wins. It never waits on this machine: it is there when this returns, or it raises.
        """

    def read(self, key: str) -> bytes:
        """What was kept. Raises `NotFound`."""

    def fetch(self, key: str, destination: Path) -> None:
        """Write what was kept to the file ``destination``. Raises `NotFound`."""

    def info(self, key: str) -> ObjectInfo:
        """Facts about a key. Raises `NotFound`."""

    def changed_at(self, key: str) -> float:
        """When it was last written, in Unix seconds by the store's own clock. Raises `NotFound`."""

    def delete(self, key: str) -> bool:
        """Delete one key; false if it was not there."""

    def delete_prefix(self, prefix: str) -> list[str]:
        """Delete everything under a prefix that ends in ``/``; returns the keys that were there, sorted."""

    def local_path(self, key: str) -> Path | None:
        """The file itself, for reading only, when it lies on this machine's disk. Raises `NotFound`."""

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        """A URL that needs no credentials and ends after ``seconds``; None when the store hands out none."""

    def list(self, prefix: str) -> list[str]:
        """All keys under a prefix that ends in ``/``, sorted."""

    def close(self) -> None:
        """Give back what is held open and break off what is under way."""


def is_key(text: str) -> bool:
    """Whether this is a key that this project makes."""
    return len(text) <= MAX_KEY_CHARACTERS and bool(_KEY.fullmatch(text))


def check_key(key: str) -> str:
    """The key itself.

    Raises:
        StorageError: not a key that this project makes, e.g. with ``..``, a capital letter or a control character.
    """
    if not is_key(key):
        raise _invalid(key)
    return key


def check_prefix(prefix: str) -> str:
    """The prefix itself.

    Raises:
        StorageError: not a prefix that this project makes; it must end in ``/``.
    """
    if len(prefix) > MAX_KEY_CHARACTERS or not _PREFIX.fullmatch(prefix):
        raise _invalid(prefix)
    return prefix


def _invalid(key: str) -> StorageError:
    return StorageError(f"{key[:80]!a} is not a key of the store.", hint="Keys are made from ids.", code="invalid_key")


def missing() -> NotFound:
    """The error for a key that holds nothing."""
    return NotFound(
        "The file is not in the store (any more).",
        hint="It may have been deleted; make it again.",
        code="file_not_found",
    )
