"""The store on this machine's disk: one file a key, under one folder."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from pathlib import Path
from shutil import copyfile, copyfileobj, rmtree

from backend.errors import NotFound
from backend.storage.base import ObjectInfo, check_key, check_prefix, is_key, missing
from backend.storage.disk import symlink_refused, sync_folder, translated, write_new, write_whole

_BLOCK_BYTES = 1 << 20


class LocalStore:
    """A `Store` in ``folder``, which is made when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _real_folder(self) -> str:
        return os.path.realpath(self._folder)

    def put(self, key: str, source: Path, media_type: str) -> None:
        with translated(), os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as original:
            write_whole(self._path(key), lambda file: copyfileobj(original, file, _BLOCK_BYTES))

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        write_whole(self._path(key), lambda file: copyfileobj(BytesIO(data), file))

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        path = self._path(key)
        return write_new(path, data) or path.read_bytes() == data

    def read(self, key: str) -> bytes:
        with translated():
            try:
                return self._existing(key).read_bytes()
            except FileNotFoundError:  # deleted since it was looked for
                raise missing() from None

    def fetch(self, key: str, destination: Path) -> None:
        with translated():
            copyfile(self._existing(key), destination)

    def info(self, key: str) -> ObjectInfo:
        with translated():
            return ObjectInfo(self._existing(key).stat().st_size)

    def changed_at(self, key: str) -> float:
        with translated():
            return self._existing(key).stat().st_mtime

    def delete(self, key: str) -> bool:
        try:
            path = self._existing(key)
        except NotFound:
            return False
        with translated():
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        return True

    def delete_prefix(self, prefix: str) -> list[str]:
        keys = self.list(prefix)
        folder = self._inside(self._folder / prefix)
        with translated():
            while folder.is_dir():
                with suppress(FileNotFoundError):  # somebody else removes it, too
                    rmtree(folder)
                    sync_folder(folder.parent)
        return keys

    def local_path(self, key: str) -> Path | None:
        return self._existing(key)

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return None

    def _path(self, key: str) -> Path:
        return self._inside(self._folder / check_key(key))

    def _existing(self, key: str) -> Path:
        path = self._path(key)
        if not path.is_file():
            raise missing()
        return path

    def _inside(self, path: Path) -> Path:
        """The path, if no symbolic link below the store's folder leads it elsewhere."""
        if os.path.realpath(path) != os.path.join(self._real_folder, path.relative_to(self._folder)):  # noqa: PTH118 - hot
            raise symlink_refused()
        return path

    def list(self, prefix: str) -> list[str]:
        root = self._folder / check_prefix(prefix)
        with translated():
            found = [
                (Path(folder) / name).relative_to(self._folder).as_posix()
                for folder, _, names in os.walk(root)
                for name in names
            ]
        # What is not a key is being written, or was put there by somebody else.
        return sorted(filter(is_key, found))

    def close(self) -> None:
        """Nothing is held open."""
