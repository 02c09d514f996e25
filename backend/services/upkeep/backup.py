"""A studio as one file, and back.

A zip file: what each entry is follows from its name, and ``index.json``, written last, has the SHA-256 of all.

    store/<tenant>/<key>            results, uploads, styles, fonts, shared pages: what is in the store
    voices/<tenant>/<id>.json .wav  voices of people's own
    takes/<tenant>/<path>           spoken sentences
    renders/<tenant>/<size>.json    what the latest videos are made of
    paces/<name>                    how fast this machine was
    jobs.db                         the record of jobs, where that is a file

``<tenant>`` is ``-`` for whoever runs the studio. Weights and engines are fetched again; keys and secrets are not in
it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import NotFound, StorageError
from backend.ids import COLLECTIONS
from backend.services.scratch import Scratch
from backend.services.sharing import open_shelf
from backend.settings import Settings
from backend.storage import Store
from backend.storage.base import MANIFEST
from backend.storage.disk import check_room, sha256_of_rest, sync_folder, translated
from backend.storage.tenancy import store_of
from backend.tenants import is_tenant
from backend.voices.library import AnyShelf
from backend.work import Work

INDEX, FORMAT = "index.json", 1
NOBODYS_NAME = "-"
"""Stands for the main tenant, which has none."""
_PACKED = (".json", ".srt", ".vtt", ".csv", ".ass", ".txt")
"""Worth making smaller; media are small already."""


@dataclass(frozen=True)
class Part:
    """One entry to be."""

    name: str
    bytes: int
    read: Callable[[Path], Path]
    """Gives its file, in place or fetched into a folder. Raises `NotFound`: deleted since it was listed."""


class Backup:
    """Writes one."""

    def __init__(self, settings: Settings, store: Store, scratch: Scratch, with_takes: bool = True) -> None:
        """Args:
        store: the one that all tenants share.
        with_takes: spoken sentences as well, without which each is spoken again when it is needed.
        """
        self._settings = settings
        self._store = store
        self._scratch = scratch
        self._with_takes = with_takes

    def write(self, target: Path, work: Work) -> dict[str, Any]:
        """Write the file, in one step; how much is in it. The studio may run meanwhile.

        Raises:
            StorageError: ``disk_full``, ``backup_exists``, or what else is refused; no file is left.
        """
        if target.exists():
            raise StorageError(f"{target.name} is there already.", hint="Name another file.", code="backup_exists")
        draft = target.with_name(f".{target.name}.part")
        try:
            with translated():
                target.parent.mkdir(parents=True, exist_ok=True)
                with self._scratch.folder() as folder:
                    written = self._written(draft, list(self._parts(folder)), folder, work)
                draft.replace(target)
                sync_folder(target.parent)
        finally:
            draft.unlink(missing_ok=True)
        return {"file": str(target), "bytes": target.stat().st_size, **written}

    def _written(self, draft: Path, parts: Sequence[Part], folder: Path, work: Work) -> dict[str, Any]:
        total, done = sum(part.bytes for part in parts), 0
        check_room(draft.parent, total, "Write it to a larger disk.")
        sums: dict[str, str] = {}
        with zipfile.ZipFile(draft, "w") as archive:
            for part in parts:
                work.cancel.check()
                with suppress(NotFound):
                    sums[part.name] = _add(archive, part.name, part.read(folder))
                done += part.bytes
                work.report(done / max(1, total), f"Packing {part.name.partition('/')[0]}")
            index = {"format": FORMAT, "made_at": time.time(), "sums": sums}
            archive.writestr(INDEX, json.dumps(index), zipfile.ZIP_DEFLATED)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        kinds = Counter(name.partition("/")[0] for name in sums)
        return {"files": len(sums), **{kind: kinds[kind] for kind in ("store", "voices", "takes")}}

    def _parts(self, folder: Path) -> Iterator[Part]:
        for tenant in tenants_of(self._settings):
            name = tenant or NOBODYS_NAME
            store = store_of(self._store, tenant)
            for key in _whole(store):
                with suppress(NotFound):
                    yield Part(f"store/{name}/{key}", store.info(key).bytes, _from_store(store, key))
            yield from _voices(name, open_shelf(self._settings, self._store, tenant))
            places = [("renders", self._settings.renders_of(tenant))]
            places += [("takes", self._settings.takes_of(tenant))] if self._with_takes else []
            for kind, place in places:
                yield from _files(f"{kind}/{name}", place)
        yield from _files("paces", self._settings.paces_folder)
        database = self._settings.home / "jobs.db"
        if self._settings.database_kind == "sqlite" and database.is_file():
            yield Part("jobs.db", database.stat().st_size, lambda into: _copied_database(database, into / "jobs.db"))


def tenants_of(settings: Settings) -> list[str]:
    """Everybody whose work is here, those too whose key was taken away."""
    found = {*settings.known_tenants, *(path.name for path in (settings.home / "tenants").glob("*"))}
    collections = tuple(COLLECTIONS.values())
    for folder in settings.store_folder.glob("*-*"):
        collection, _, tenant = folder.name.partition("-")
        found |= {tenant} if collection in collections else set()
    return sorted(name for name in found if is_tenant(name))


def _whole(store: Store) -> Iterator[str]:
    """The keys of finished versions; each version's manifest last."""
    for collection in COLLECTIONS.values():
        keys = store.list(f"{collection}/")
        finished = {key.rpartition("/")[0] for key in keys if key.endswith(f"/{MANIFEST}")}
        mine = [key for key in keys if key.rpartition("/")[0] in finished]
        yield from sorted(mine, key=lambda key: (key.rpartition("/")[0], key.endswith(f"/{MANIFEST}")))


def _from_store(store: Store, key: str) -> Callable[[Path], Path]:
    def read(folder: Path) -> Path:
        there = store.local_path(key)
        if there is not None:
            return there
        store.fetch(key, folder / "fetched")
        return folder / "fetched"

    return read


def _voices(tenant: str, shelf: AnyShelf) -> Iterator[Part]:
    for voice_id in sorted(shelf.ids()):
        with suppress(NotFound, StorageError):  # deleted since it was listed; a damaged one is no use elsewhere
            record = shelf.read(voice_id)
            text = record.model_dump_json(indent=1)
            if record.kind == "cloned":
                clip = shelf.clip(voice_id)
                yield Part(f"voices/{tenant}/{voice_id}.wav", clip.stat().st_size, _in_place(clip))
            yield Part(f"voices/{tenant}/{voice_id}.json", len(text), _text(text))


def _files(prefix: str, folder: Path) -> Iterator[Part]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        with suppress(FileNotFoundError):
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                yield Part(f"{prefix}/{inside.as_posix()}", path.stat().st_size, _in_place(path))


def _in_place(path: Path) -> Callable[[Path], Path]:
    def read(_: Path) -> Path:
        if not path.is_file():
            raise NotFound("It was deleted since it was listed.", code="file_missing")
        return path

    return read


def _text(text: str) -> Callable[[Path], Path]:
    def read(folder: Path) -> Path:
        (folder / "text").write_text(text, encoding="utf-8")
        return folder / "text"

    return read


def _copied_database(source: Path, target: Path) -> Path:
    """As it is at one moment, whoever writes to it meanwhile."""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    return target


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """Put a file into the archive; returns its SHA-256."""
    entry = zipfile.ZipInfo(name, time.localtime(max(315_532_800.0, path.stat().st_mtime))[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
    entry.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
        return sha256_of_rest(source, copy=packed)
