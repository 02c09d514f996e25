"""The folder that holds the voices people made: one folder a voice, shared by all processes that see the file system.

(Machines that share an S3 store and no disk have a `SharedShelf`, which does the same.)

    <folder>/voice_…/reference.wav     the clip; a voice's id is made from its hash
                     3.json            the newest record
                     2.json, 1.json    empty: the number is taken, for good
            .new-…                     being made; whole before it is renamed
            .gone-…                    being deleted; no voice any more

Nothing is ever locked. A voice is made beside and renamed into place, which fails where it already is: the same clip is
the same id, so nobody can save it twice. A change is a new record under the next number, linked into place, which
fails when somebody else took that number: then their record is read and changed again. Deleting renames the
folder away first. Whoever is killed leaves something whole, or something that `sweep` removes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend.errors import InvalidRequest, NotFound, StorageError
from backend.ids import is_id
from backend.storage.disk import sync_folder, translated, write_whole
from backend.voices.records import CLIP, Record

_NEW, _GONE = ".new-", ".gone-"
_ABANDONED_SECONDS = 600.0
"""Making a voice's folder takes milliseconds; one that is older was left by a killed process."""
_ATTEMPTS = 1000


class Shelf:
    """Reads and writes voices in one folder. Safe from any thread, process or machine."""

    elsewhere = ""
    """What becomes of copies that other machines have of a voice that is deleted; empty: there are none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    # ------------------------------------------------------------ reading

    def ids(self) -> list[str]:
        """Ids of all voices, in no particular order."""
        try:
            return [name for name in _names(self._folder) if is_id(name, "voice")]
        except FileNotFoundError:
            return []

    def read(self, voice_id: str) -> Record:
        """The newest record.

        Raises:
            NotFound: ``voice_not_found``.
            StorageError: ``voice_damaged``.
        """
        folder = self._home(voice_id)
        for _ in range(_ATTEMPTS):
            version = max(self._versions(folder), default=None)
            if version is None:
                break
            # Empty or gone: replaced by a newer one, or deleted, since the folder was listed. Look again.
            with contextlib.suppress(FileNotFoundError):
                if data := (folder / f"{version}.json").read_bytes():
                    return _parsed(data, voice_id)
        raise missing()

    def exists(self, voice_id: str) -> bool:
        """Whether there is such a voice now."""
        return is_id(voice_id, "voice") and bool(self._versions(self._folder / voice_id))

    def records(self) -> Iterator[Record]:
        """All voices that can be read; one that is damaged takes no other down with it."""
        for voice_id in self.ids():
            with contextlib.suppress(NotFound, StorageError):
                yield self.read(voice_id)

    def clip(self, voice_id: str) -> Path:
        """The recording, for reading only.

        Raises:
            NotFound: ``voice_not_found``.
        """
        path = self._home(voice_id) / CLIP
        if not path.is_file():
            raise missing()
        return path

    # ------------------------------------------------------------ writing

    def add(self, record: Record, clip: Path | None) -> None:
        """Put a new voice on the shelf, whole or not at all.

        Raises:
            InvalidRequest: ``voice_exists``: it is there already.
            StorageError: the disk refused; nothing is left.
        """
        home = self._home(record.voice_id)
        draft = self._folder / f"{_NEW}{secrets.token_hex(8)}"
        try:
            if clip is not None:
                with translated(), clip.open("rb") as source:
                    write_whole(draft / CLIP, lambda file: shutil.copyfileobj(source, file))
            write_whole(draft / f"{record.version}.json", _written(record))
            with translated():
                self._rename_new(draft, home)
                sync_folder(self._folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    @staticmethod
    def _rename_new(draft: Path, home: Path) -> None:
        try:
            draft.rename(home)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            raise exists_already() from error

    def change(self, voice_id: str, change: Callable[[Record], dict[str, Any]]) -> Record:
        """Write the next version: what ``change`` says of the newest one, asked again if somebody was faster.

        Raises:
            NotFound: ``voice_not_found``: not there, or deleted meanwhile.
            StorageError: the disk refused; the voice stays as it was.
        """
        for _ in range(_ATTEMPTS):
            with self._opened(voice_id) as folder:
                old = self.read(voice_id)
                fields = {**old.model_dump(), **change(old), "voice_id": voice_id, "version": old.version + 1}
                new = Record.model_validate(fields)
                if self._take_number(folder, new):
                    return new
        raise StorageError("This voice is being changed all the time.", hint="Try again.", code="voice_busy")

    @contextlib.contextmanager
    def _opened(self, voice_id: str) -> Iterator[int]:
        """The voice's folder itself: should it be deleted and the same clip saved again meanwhile, that is another."""
        try:
            folder = os.open(self._home(voice_id), os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            raise missing() from None
        try:
            yield folder
        finally:
            os.close(folder)

    def _take_number(self, folder: int, record: Record) -> bool:
        """Whether the record is the newest now."""
        draft = self._folder / f"{_NEW}{secrets.token_hex(8)}.json"
        write_whole(draft, _written(record))
        try:
            with translated():
                if not _linked(draft, f"{record.version}.json", folder):
                    return False
                os.fsync(folder)
        finally:
            draft.unlink(missing_ok=True)
        home = self._home(record.voice_id)
        for version in self._versions(home):
            if version < record.version:
                self._empty(home / f"{version}.json")
        return True

    def _empty(self, old: Path) -> None:
        """Leave nothing of an older record but its number: free, it could be taken by somebody who read long ago."""
        with contextlib.suppress(FileNotFoundError):  # the whole voice was deleted meanwhile
            if old.stat().st_size:
                draft = self._folder / f"{_NEW}{secrets.token_hex(8)}.json"
                write_whole(draft, lambda file: None)
                draft.replace(old)

    def remove(self, voice_id: str) -> list[str]:
        """Take a voice off the shelf; returns the names of the files that are gone.

        Raises:
            NotFound: ``voice_not_found``.
        """
        home = self._home(voice_id)
        gone = self._folder / f"{_GONE}{voice_id}-{secrets.token_hex(4)}"
        with translated():
            try:
                names = sorted(_names(home))
                home.rename(gone)
            except FileNotFoundError:  # never there, or somebody was faster; the same clip may be saved again by now
                raise missing() from None
            sync_folder(self._folder)
        self.sweep()
        return names

    def sweep(self) -> None:
        """Remove what killed processes left: deletions begun, and voices half made."""
        with contextlib.suppress(FileNotFoundError):
            for name in _names(self._folder):
                path = self._folder / name
                if name.startswith(_GONE) or (name.startswith((_NEW, f".{_NEW}")) and _is_abandoned(path)):
                    _erase(path)

    # ------------------------------------------------------------ inside

    def _home(self, voice_id: str) -> Path:
        if not is_id(voice_id, "voice"):
            raise missing()
        return self._folder / voice_id

    @staticmethod
    def _versions(home: Path) -> list[int]:
        try:
            names = _names(home)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit()]


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _linked(draft: Path, name: str, folder: int) -> bool:
    """Give the draft its name in the folder, unless the name is taken."""
    try:
        os.link(draft, name, dst_dir_fd=folder)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise missing() from None
    return True


def _written(record: Record) -> Callable[[Any], None]:
    data = record.model_dump_json(indent=1).encode()
    return lambda file: shutil.copyfileobj(BytesIO(data), file)


def _parsed(data: bytes, voice_id: str) -> Record:
    try:
        record = Record.model_validate_json(data)
    except ValidationError as error:
        raise damaged() from error
    if record.voice_id != voice_id:
        raise damaged()
    return record


def _is_abandoned(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _ABANDONED_SECONDS
    except FileNotFoundError:
        return False


def _erase(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def exists_already() -> InvalidRequest:
    """The error for saving a voice that is there."""
    return InvalidRequest(
        "This voice is in the library already.", hint="Use that one, or delete it first.", code="voice_exists"
    )


def missing() -> NotFound:
    """The error for a voice that is not there."""
    return NotFound(
        "There is no such voice (any more).",
        hint="list_voices names them all; it may have been deleted.",
        code="voice_not_found",
    )


def damaged() -> StorageError:
    """The error for a record that is none."""
    return StorageError(
        "The record of this voice cannot be read.",
        hint="Delete the voice and import or record it again.",
        code="voice_damaged",
    )
