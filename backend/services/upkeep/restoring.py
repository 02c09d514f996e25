"""A studio out of the file that a backup made."""

from __future__ import annotations

import errno
import json
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend.errors import InvalidRequest, NotFound, StorageError
from backend.ids import COLLECTIONS, is_id
from backend.jobs import anybody_works
from backend.services.scratch import Scratch
from backend.services.sharing import open_shelf
from backend.services.upkeep.backup import FORMAT, INDEX, NOBODYS_NAME
from backend.settings import Settings
from backend.storage import Store
from backend.storage.base import MANIFEST, is_key
from backend.storage.disk import check_room, sha256_of, sha256_of_rest, translated, write_whole
from backend.storage.names import media_type
from backend.storage.tenancy import store_of
from backend.tenants import MAIN, is_tenant
from backend.voices.records import Record
from backend.work import Work

_PLAIN = re.compile(r"[a-z0-9_-]{1,80}(?:/[a-z0-9_-]{1,80}){0,3}\.(?:wav|json)")
"""Paths of takes, renders and paces."""
_MOST_INDEX_BYTES = 1_000_000_000
_BLOCK_BYTES = 1 << 20
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, struct.error, ValueError, RuntimeError)
"""What zipfile raises for a file in which something was changed, wherever it comes upon it: of a byte that says
encrypted a RuntimeError, of a name that is no text a ValueError."""


class Restore:
    """Puts back what a backup holds."""

    def __init__(self, settings: Settings, store: Store, scratch: Scratch) -> None:
        """Args:
        store: the one that all tenants share.
        """
        self._settings = settings
        self._store = store
        self._scratch = scratch

    def run(self, source: Path, merge: bool, work: Work) -> dict[str, Any]:
        """Put everything back. The whole file is read and proved before anything is written.

        Args:
            merge: into a studio with something in it: what is not there is added, what is damaged there is replaced,
                all else stays as it is. Otherwise only into an empty one.

        Raises:
            InvalidRequest: ``backup_damaged``, ``backup_not_understood``, ``studio_not_empty``, ``studio_running``.
            NotFound: there is no such file.
            StorageError: the store or the disk refused; once it can be used, with ``merge`` it goes on.
        """
        if not source.is_file():
            raise NotFound("There is no such backup.", hint="Check the path.", code="file_not_found")
        self._refuse(merge)
        with ExitStack() as stack:
            with _damage_named():
                archive = stack.enter_context(zipfile.ZipFile(source))
                sums = _index(archive)
                _prove(archive, sums, work)
            self._check_room(archive, sums)
            with self._scratch.folder() as folder:
                return self._put_all(_Reader(archive, folder), sums, work)

    def _refuse(self, merge: bool) -> None:
        if anybody_works(self._settings.run_folder):
            raise InvalidRequest(
                "A studio works in this STUDIO_HOME.", hint="Stop it first, then restore.", code="studio_running"
            )
        if not merge and self._has_something():
            raise InvalidRequest(
                "This studio is not empty.",
                hint="Set STUDIO_HOME (and S3_PREFIX, if there is a bucket) to a place of its own; or add what is "
                "missing here and put back what is damaged: restore FILE --merge.",
                code="studio_not_empty",
            )

    def _has_something(self) -> bool:
        shelf = open_shelf(self._settings, self._store, MAIN)
        kinds = [collection for kind, collection in COLLECTIONS.items() if kind != "made"]
        kept = any(self._store.list(f"{collection}/") for collection in kinds)
        return kept or bool(shelf.ids()) or (self._settings.home / "jobs.db").exists()

    def _check_room(self, archive: zipfile.ZipFile, sums: Iterable[str]) -> None:
        if not self._settings.s3.configured:
            size = sum(archive.getinfo(name).file_size for name in sums)
            check_room(self._settings.home, size, "Set STUDIO_HOME to a larger disk.")

    def _put_all(self, reader: _Reader, sums: Mapping[str, str], work: Work) -> dict[str, Any]:
        counts = {"added": 0, "replaced": 0, "there": 0}
        steps = list(self._steps(reader, sums))
        for place, (name, step) in enumerate(steps):
            work.cancel.check()
            work.report(place / len(steps), f"Putting back {name.partition('/')[0]}")
            counts[step()] += 1
        return counts

    def _steps(self, reader: _Reader, sums: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], str]]]:
        """What to do for each entry, in order: the record of jobs last, when all they made is there."""
        for name in sums:
            kind, tenant, path = _parts(name)
            if kind == "store" and f"{name.rpartition('/')[0]}/{MANIFEST}" in sums:
                yield name, partial(self._file, reader, name, tenant, path, sums[name])
            elif kind == "voices" and path.endswith(".json"):
                yield name, partial(self._voice, reader, name, tenant)
            elif kind in ("takes", "renders", "paces"):
                yield name, partial(self._plain, reader, name, self._folder(kind, tenant) / path, sums[name])
        if "jobs.db" in sums and self._settings.database_kind == "sqlite":
            yield "jobs.db", partial(self._plain, reader, "jobs.db", self._settings.home / "jobs.db", sums["jobs.db"])

    def _folder(self, kind: str, tenant: str) -> Path:
        if kind == "paces":
            return self._settings.paces_folder
        return self._settings.takes_of(tenant) if kind == "takes" else self._settings.renders_of(tenant)

    # ------------------------------------------------------------ each kind

    def _file(self, reader: _Reader, name: str, tenant: str, key: str, expected: str) -> str:
        """A file of the store. One that is there stays, unless it is not what was written."""
        store = store_of(self._store, tenant)
        there = self._sum_of(store, key, reader.folder)
        if there == expected or (there is not None and self._stays(store, key, there, expected)):
            return "there"
        store.put(key, reader.file(name), media_type(key))
        return "added" if there is None else "replaced"

    @staticmethod
    def _sum_of(store: Store, key: str, folder: Path) -> str | None:
        try:
            path = store.local_path(key)
            if path is None:
                path = folder / "there"
                store.fetch(key, path)
            return sha256_of(path)
        except NotFound:
            return None

    @staticmethod
    def _stays(store: Store, key: str, there: str, offered: str) -> bool:
        """Whether a file that is not the backup's is right, or one that the backup cannot mend: its own manifest tells.
        A thing may have been made anew since."""
        folder, _, name = key.rpartition("/")
        try:
            manifest = json.loads(store.read(f"{folder}/{MANIFEST}"))
            expected = manifest.get("sums", {}).get(name)
        except (NotFound, ValueError, AttributeError):
            return False
        return bool(name == MANIFEST or expected in (None, there) or expected != offered)

    def _voice(self, reader: _Reader, name: str, tenant: str) -> str:
        shelf = open_shelf(self._settings, self._store, tenant)
        try:
            record = Record.model_validate_json(reader.file(name).read_bytes())
        except ValidationError as error:
            raise _damaged() from error
        clip_name = f"{name.removesuffix('.json')}.wav"
        clip = reader.file(clip_name) if record.kind == "cloned" else None
        if record.voice_id != Path(name).stem:
            raise _damaged()
        there = shelf.exists(record.voice_id)
        if there:
            with suppress(NotFound, StorageError):
                kept = shelf.read(record.voice_id)
                if clip is None or sha256_of(shelf.clip(record.voice_id)) == kept.clip_sha256:
                    return "there"
            shelf.remove(record.voice_id)
        shelf.add(record, clip)
        return "replaced" if there else "added"

    def _plain(self, reader: _Reader, name: str, target: Path, expected: str) -> str:
        there = target.is_file()
        if there and (target.suffix != ".wav" or sha256_of(target) == expected):
            return "there"
        with reader.file(name).open("rb") as source:
            write_whole(target, lambda file: shutil.copyfileobj(source, file))
        return "replaced" if there else "added"


class _Reader:
    """Entries as files, one after the other, in a folder."""

    def __init__(self, archive: zipfile.ZipFile, folder: Path) -> None:
        self._archive = archive
        self.folder = folder

    def file(self, name: str) -> Path:
        """The entry as a file, until the next one of the same suffix is asked for."""
        path = self.folder / f"entry{Path(name).suffix}"
        with translated(), self._archive.open(name) as packed, path.open("wb") as target:
            shutil.copyfileobj(packed, target, _BLOCK_BYTES)
        return path


@contextmanager
def _damage_named() -> Iterator[None]:
    """While the file is looked at, before anything is written."""
    try:
        yield
    except _NO_ZIP as error:
        raise _damaged() from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # an offset before the beginning
            raise
        raise _damaged() from error


def _index(archive: zipfile.ZipFile) -> dict[str, str]:
    """What is in it: SHA-256 by name, all of them names that a backup makes."""
    try:
        if archive.getinfo(INDEX).file_size > _MOST_INDEX_BYTES:
            raise _damaged()
        index = json.loads(archive.read(INDEX))
        wanted, sums = index["format"], {str(name): str(value) for name, value in index["sums"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged() from error
    if wanted != FORMAT:
        raise InvalidRequest(
            "This backup is of another version of the studio.",
            hint="Restore it with that version, or a newer one.",
            code="backup_not_understood",
        )
    there = set(archive.namelist())
    if any(name not in there or not _is_ours(name) for name in sums):
        raise _damaged()
    return sums


def _prove(archive: zipfile.ZipFile, sums: Mapping[str, str], work: Work) -> None:
    for place, (name, expected) in enumerate(sums.items()):
        work.cancel.check()
        work.report(0.0, f"Proving the backup, {place + 1} of {len(sums)} files")
        with archive.open(name) as packed:
            if sha256_of_rest(packed) != expected:
                raise _damaged()


def _parts(name: str) -> tuple[str, str, str]:
    """Kind, tenant and path of an entry; for ``paces`` and the record of jobs the tenant is the main one."""
    kind, _, rest = name.partition("/")
    if kind in ("paces", "jobs.db"):
        return kind, MAIN, rest
    tenant, _, path = rest.partition("/")
    return kind, MAIN if tenant == NOBODYS_NAME else tenant, path


def _is_ours(name: str) -> bool:
    kind, tenant, path = _parts(name)
    named = name.split("/")[1:2] != [""] and is_tenant(tenant)
    if kind == "store":
        return named and is_key(path) and path.partition("/")[0] in COLLECTIONS.values()
    if kind == "voices":
        stem, _, suffix = path.rpartition(".")
        return named and is_id(stem, "voice") and suffix in ("json", "wav")
    if kind in ("takes", "renders"):
        return named and bool(_PLAIN.fullmatch(path))
    return name == "jobs.db" or (kind == "paces" and bool(_PLAIN.fullmatch(path)))


def _damaged() -> InvalidRequest:
    return InvalidRequest(
        "This file is damaged, or no backup of a studio.",
        hint="Nothing was changed. Use another backup.",
        code="backup_damaged",
    )
