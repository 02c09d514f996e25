"""Ids and the keys made of them. User text never gets into either.

An id is a kind (``nar``, ``cap``, ``vid``, ``up``, ``job`` …), an underscore, ten characters of time and sixteen
of chance (80 bits), so that ids of a kind sort by age and cannot be guessed. What is kept in the store is a folder
``<collection>/<id>/<version>/`` with files of fixed names; a file's id is ``<id>.<version>.<name>``.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from dataclasses import dataclass

from backend.errors import NotFound

# Crockford's base 32 in lower case: no i, l, o, u, so that ids can be read aloud. Sorts like the number it writes.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
COLLECTIONS = {
    "nar": "narrations",
    "cap": "captions",
    "vid": "videos",
    "up": "uploads",
    "made": "made",
    "voice": "voices",
    "tra": "transcripts",
    "ali": "alignments",
    "share": "shares",
    "sty": "styles",
    "font": "fonts",
}
_NO_FILES = ("share",)
"""Kinds that are only written down: what is under their ids is handed out by no file id."""
_ID = re.compile(r"(?P<kind>[a-z]{2,5})_[0-9a-hjkmnp-tv-z]{26}")
_FILE_ID = re.compile(
    r"(?P<id>[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26})\.(?P<version>[1-9][0-9]{0,5})\.(?P<name>[a-z0-9_-]{1,40}\.[a-z0-9]{2,5})"
)


class _Clock:
    """Milliseconds since 1970, never the same twice in a process, so that its ids sort in the order they were made."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 1000))
            return self._last


_now = _Clock()


def new_id(kind: str) -> str:
    """A fresh id of this kind, e.g. ``nar_01k…``."""
    return f"{kind}_{_base32(_now(), 10)}{''.join(secrets.choice(_ALPHABET) for _ in range(16))}"


def derived_id(kind: str, source: str, label: str = "") -> str:
    """The id of something made from ``source``: always the same for the same source and label, sorted beside it.

    A job that is run again after a crash writes to the ids it wrote to before, so nothing is made twice.
    """
    number = int.from_bytes(hashlib.sha256(f"{kind}\0{source}\0{label}".encode()).digest()[:10], "big")
    return f"{kind}_{moment_of(source)}{_base32(number, 16)}"


def kind_of(any_id: str) -> str:
    """The kind of an id, e.g. ``nar``; of any other text, what stands before its first underscore."""
    return any_id.split("_")[0]


def moment_of(any_id: str) -> str:
    """The characters of a well-formed id that tell when it was made; those derived from it have the same."""
    return any_id.split("_")[1][:10]


def content_id(kind: str, *parts: str) -> str:
    """The id of something that is wholly determined by ``parts``, for results that are kept to be found again."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16], "big")
    return f"{kind}_{_base32(number, 26)}"


def is_id(text: str, kind: str) -> bool:
    """Whether ``text`` is a well-formed id of this kind."""
    match = _ID.fullmatch(text)
    return bool(match and match["kind"] == kind)


def is_file_id(text: str) -> bool:
    """Whether ``text`` has the form of a file_id."""
    return bool(_FILE_ID.fullmatch(text))


def _base32(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 32)
        digits = _ALPHABET[digit] + digits
    return digits


@dataclass(frozen=True)
class StoredFile:
    """A file in the store, named by the folder it lies in and a fixed name."""

    owner: str
    """Id of what the file belongs to, e.g. a narration."""
    version: int
    """Version of the owner, from 1."""
    name: str
    """File name made by us, e.g. ``audio.wav``."""

    @property
    def file_id(self) -> str:
        return f"{self.owner}.{self.version}.{self.name}"

    @property
    def key(self) -> str:
        return f"{folder_key(self.owner, self.version)}{self.name}"

    @classmethod
    def parse(cls, file_id: str) -> StoredFile:
        """The file a ``file_id`` names.

        Raises:
            NotFound: it is not a file id at all.
        """
        match = _FILE_ID.fullmatch(file_id)
        kind = match["id"].split("_")[0] if match else ""
        if not match or kind not in COLLECTIONS or kind in _NO_FILES:
            raise NotFound(
                "There is no such file.", hint="Use a file_id from a result or from upload_file.", code="file_not_found"
            )
        return cls(match["id"], int(match["version"]), match["name"])


def folder_key(owner: str, version: int | None = None) -> str:
    """Key prefix, ending in ``/``, of everything that belongs to ``owner`` (of one version, if given)."""
    base = f"{COLLECTIONS[owner.split('_')[0]]}/{owner}/"
    return base if version is None else f"{base}{version}/"
