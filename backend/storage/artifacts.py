"""Finished things in the store: a folder ``<collection>/<id>/<version>/`` of files and the manifest of what made them.

The manifest is written last: a folder without one does not exist, so nobody ever sees a thing half made.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import ManifestDamaged, NotFound, StorageError, StoreUnavailable
from backend.ids import COLLECTIONS, StoredFile, folder_key, is_id, kind_of
from backend.models import FileLink
from backend.storage.base import MANIFEST, Store
from backend.storage.disk import sha256_of, translated
from backend.storage.links import LINK_SECONDS, LinkSigner, iso_utc
from backend.storage.names import clean_name, media_type

_WORDS = {
    "nar": "narration",
    "cap": "captions",
    "vid": "video",
    "up": "file",
    "made": "file",
    "voice": "voice",
    "tra": "transcript",
    "ali": "alignment",
    "share": "share",
    "sty": "style",
    "font": "font",
}


@dataclass(frozen=True)
class Served:
    """A file to be sent to whoever holds its link."""

    path: Path | None
    """For reading only; None where only the store itself can send it."""
    url: str
    """The store's own link, for no longer than the one that was shown; empty where there is a path."""
    media_type: str
    name: str
    """What a browser saves it as; still to be quoted for a header."""


@dataclass(frozen=True)
class Stored:
    """What lies under one version of an id."""

    owner: str
    version: int
    names: tuple[str, ...]
    """Of files, sorted."""
    bytes: int
    """Of all of them together."""

    @property
    def finished(self) -> bool:
        """Whether it has a manifest, without which it does not exist."""
        return MANIFEST in self.names


class Artifacts:
    """Writes, finds, links and deletes what was made."""

    def __init__(self, store: Store, signer: LinkSigner) -> None:
        self._store = store
        self._signer = signer

    # ------------------------------------------------------------ writing

    def publish(self, owner: str, version: int, files: Mapping[str, Path], manifest: Mapping[str, Any]) -> None:
        """Keep copies of ``files`` by the names we gave them, then the manifest, with ``created_at`` and ``sums`` (the
        SHA-256 of each file, by its name) added to it.

        Publishing a version again replaces it; a job that is run again after a crash does so.

        Raises:
            StorageError: the store refused; the version then does not exist, or stays as it was.
        """
        for name, path in files.items():
            self._store.put(StoredFile(owner, version, name).key, path, media_type(name))
        with translated():
            sums = {name: sha256_of(path) for name, path in files.items()}
        self._write_manifest(owner, version, {**manifest, "created_at": iso_utc(time.time()), "sums": sums})

    def _write_manifest(self, owner: str, version: int, manifest: Mapping[str, Any]) -> None:
        data = json.dumps(manifest, ensure_ascii=False, allow_nan=False).encode(errors="replace")
        self._store.put_bytes(_manifest_key(owner, version), data, media_type(MANIFEST))

    def delete(self, owner: str) -> list[str]:
        """Delete all versions; returns the keys that were deleted, sorted, none if it was not there."""
        if not _is_owner(owner):
            return []
        # Manifests first: cut off in between, the thing is gone and only unreachable files are left.
        gone = [key for version in self._versions(owner) if self._store.delete(key := _manifest_key(owner, version))]
        return sorted(gone + self._store.delete_prefix(folder_key(owner)))

    def delete_outdated(self, kind: str, seconds: float) -> list[str]:
        """Delete what is of this kind and was made longer ago; returns its ids."""
        before, outdated = iso_utc(time.time() - seconds), []
        for owner in self.list(kind):
            with suppress(NotFound, ManifestDamaged):  # another process deletes them too
                if str(self.manifest(owner)["created_at"]) < before:
                    self.delete(owner)
                    outdated.append(owner)
        return outdated

    # ------------------------------------------------------------ finding

    def exists(self, owner: str) -> bool:
        """Whether there is a finished version."""
        return _is_owner(owner) and bool(self._versions(owner))

    def at_hand(self, owner: str) -> bool:
        """Like `exists`, for what can simply be made or copied again: in a store that cannot be used there is nothing,
        and what is written then waits on this machine and can be opened."""
        try:
            return self.exists(owner)
        except StoreUnavailable:
            return False

    def manifest(self, owner: str, version: int | None = None) -> dict[str, Any]:
        """The manifest of a version, of the latest if not given.

        Raises:
            NotFound: ``<kind>_not_found``.
            ManifestDamaged: it is there and cannot be read.
        """
        versions = self._versions(owner) if _is_owner(owner) else []
        wanted = version if version is not None else max(versions, default=None)
        if wanted not in versions or wanted is None:
            word = _WORDS.get(kind_of(owner), "file")
            raise NotFound(
                f"There is no such {word} (any more).",
                hint="Check the id; it may have been deleted.",
                code=f"{word}_not_found",
            )
        return _parsed(self._store.read(_manifest_key(owner, wanted)))

    def resolve(self, file_id: str) -> StoredFile:
        """The file that ``file_id`` names.

        Raises:
            NotFound: ``file_not_found``: no file id, or no such file in a finished version.
        """
        stored = StoredFile.parse(file_id)
        self._store.info(_manifest_key(stored.owner, stored.version))
        self._store.info(stored.key)
        return stored

    def size(self, stored: StoredFile) -> int:
        """Bytes of a file.

        Raises:
            NotFound: no such file.
        """
        return self._store.info(stored.key).bytes

    def read(self, stored: StoredFile) -> bytes:
        """All of a small file.

        Raises:
            NotFound: no such file.
        """
        return self._store.read(stored.key)

    def at_disk(self, stored: StoredFile) -> Path | None:
        """The file, for reading only, where it lies on this machine's disk already; None where it would be fetched."""
        return self._store.local_path(stored.key)

    def local(self, file_id: str, folder: Path) -> Path:
        """The file on this machine's disk, for reading only: in place, or fetched into ``folder``.

        Raises:
            NotFound: no such file.
        """
        stored = self.resolve(file_id)
        path = self._store.local_path(stored.key)
        if path is None:
            path = folder / f"{stored.owner}-{stored.version}-{stored.name}"
            self._store.fetch(stored.key, path)
        return path

    def kept_bytes(self) -> int:
        """Size of everything that is kept, in bytes."""
        return sum(thing.bytes for kind in COLLECTIONS for thing in self.everything(kind))

    # ------------------------------------------------------------ looking after what is kept

    def everything(self, kind: str) -> Iterator[Stored]:
        """All that lies under ids of this kind, finished or not, by id and version. Asks for one listing."""
        found: dict[tuple[str, int], tuple[int, list[str]]] = {}
        for key in self._store.list(f"{COLLECTIONS[kind]}/"):
            _, owner, *rest = key.split("/")
            if is_id(owner, kind) and len(rest) == 2 and rest[0].isdigit():
                with suppress(NotFound):  # deleted since it was listed
                    size, names = found.setdefault((owner, int(rest[0])), (0, []))
                    found[owner, int(rest[0])] = (size + self._store.info(key).bytes, [*names, rest[1]])
        for (owner, version), (size, names) in sorted(found.items()):
            yield Stored(owner, version, tuple(names), size)

    def changed_at(self, stored: StoredFile) -> float:
        """When a file was written, in Unix seconds by the store's own clock.

        Raises:
            NotFound: no such file.
        """
        return self._store.changed_at(stored.key)

    def delete_version(self, owner: str, version: int) -> list[str]:
        """Delete what lies under one version; returns the keys that were deleted."""
        self._store.delete(_manifest_key(owner, version))
        return self._store.delete_prefix(folder_key(owner, version))

    def put_back(self, stored: StoredFile, source: Path) -> None:
        """Put a file of a finished version in its place again; its sum is what it then has."""
        self._store.put(stored.key, source, media_type(stored.name))
        manifest = self.manifest(stored.owner, stored.version)
        sums = {**manifest.get("sums", {}), stored.name: sha256_of(source)}
        if sums != manifest.get("sums"):
            self._write_manifest(stored.owner, stored.version, {**manifest, "sums": sums})

    # ------------------------------------------------------------ links

    def link(self, stored: StoredFile, name: str) -> FileLink:
        """A fresh link, for an hour, to a file that a browser saves as ``name`` (cleaned).

        Raises:
            NotFound: no such file.
        """
        size = self._store.info(stored.key).bytes
        expires = int(time.time()) + LINK_SECONDS
        kind, safe_name = media_type(stored.name), clean_name(name, stored.name)
        url = self._store.link(stored.key, safe_name, kind, LINK_SECONDS)
        return FileLink(
            file_id=stored.file_id,
            url=url or self._signer.link(stored.file_id, expires),
            expires_at=iso_utc(expires),
            bytes=size,
            media_type=kind,
            name=safe_name,
        )

    def serve(self, file_id: str, expires: int, signature: str) -> Served:
        """What to send to somebody who came with one of our signed links.

        Raises:
            InvalidRequest: ``link_invalid`` or ``link_expired``.
            NotFound: the file was deleted since.
        """
        self._signer.verify(file_id, expires, signature)
        # A link of the store's own where the file waited here when ours was made, and has gone there by now.
        return self.served(self.resolve(file_id), max(1, expires - int(time.time())))

    def served(self, stored: StoredFile, seconds: int = LINK_SECONDS) -> Served:
        """What to send to somebody who may have this file: a link of the store's own works for ``seconds``.

        Raises:
            NotFound: the file was deleted.
        """
        kind, name = media_type(stored.name), self._download_name(stored)
        path = self._store.local_path(stored.key)
        if path is not None:
            return Served(path, "", kind, name)
        url = self._store.link(stored.key, name, kind, seconds)
        if url is None:
            raise StorageError("This file cannot be sent from here.", hint="Try again.", code="not_served_here")
        return Served(None, url, kind, name)

    def _download_name(self, stored: StoredFile) -> str:
        """An upload keeps the name a person gave it, which is in its manifest and nowhere else."""
        given = self.manifest(stored.owner, stored.version).get("name") if stored.owner.startswith("up_") else None
        return clean_name(given or f"voicereel-{stored.name}", stored.name)

    def _versions(self, owner: str) -> list[int]:
        keys = self._store.list(folder_key(owner))
        return sorted(int(key.split("/")[2]) for key in keys if key.endswith(f"/{MANIFEST}"))

    def latest(self, kind: str) -> dict[str, int]:
        """Ids of this kind that have a finished version, oldest first, with the newest version of each."""
        newest: dict[str, int] = {}
        for key in self._store.list(f"{COLLECTIONS[kind]}/"):
            _, owner, version, name = key.split("/", 3)
            if name == MANIFEST and is_id(owner, kind):
                newest[owner] = max(newest.get(owner, 0), int(version))
        return dict(sorted(newest.items()))

    def list(self, kind: str, limit: int | None = None) -> list[str]:
        """Ids of this kind that have a finished version, newest first, at most ``limit``."""
        keys = self._store.list(f"{COLLECTIONS[kind]}/")
        owners = {key.split("/")[1] for key in keys if key.endswith(f"/{MANIFEST}")}
        return sorted((owner for owner in owners if is_id(owner, kind)), reverse=True)[:limit]


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise manifest_damaged() from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("created_at"), str):
        raise manifest_damaged()
    return manifest


def manifest_damaged() -> ManifestDamaged:
    """The error for a manifest that cannot be read."""
    return ManifestDamaged(
        "The record of this result is damaged.",
        hint="Put it back from a backup (`python -m backend restore FILE --merge`), or delete it and make it again.",
    )


def _is_owner(owner: str) -> bool:
    kind = kind_of(owner)
    return kind in COLLECTIONS and is_id(owner, kind)


def _manifest_key(owner: str, version: int) -> str:
    return StoredFile(owner, version, MANIFEST).key
