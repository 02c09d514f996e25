"""Writing files so that a crash or a power cut leaves the old file, the new one, or none: never a part of one."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO

from backend.errors import StorageError

_BLOCK_BYTES = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)
_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}\.part")
ABANDONED_SECONDS = 3600.0
"""A draft that nobody has written to for so long was left by a killed process."""


def draft_beside(target: Path) -> Path:
    """Where to write what is then renamed to ``target``, under a name that `sweep` knows."""
    return target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")


def write_beside(target: Path, data: bytes) -> None:
    """Make ``target`` in one step, so that nobody reads half of it; it may be lost in a power cut.

    Raises:
        OSError: nothing is left behind.
    """
    draft = draft_beside(target)
    try:
        draft.write_bytes(data)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def strays(folder: Path) -> list[Path]:
    """What killed processes were writing anywhere below ``folder``."""
    found = []
    for path in folder.rglob(".*.part"):
        with suppress(FileNotFoundError):  # whoever was writing it has ended
            if _DRAFT.fullmatch(path.name) and time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                found.append(path)
    return sorted(found)


def sweep(folder: Path) -> None:
    """Remove what killed processes were writing anywhere below ``folder``."""
    for path in strays(folder):
        path.unlink(missing_ok=True)


def write_whole(target: Path, write: Callable[[BinaryIO], None]) -> None:
    """Let ``write`` fill a file that then becomes ``target`` in one step.

    Raises:
        StorageError: ``disk_full`` or what else the system refused; nothing is left behind.
    """
    with translated():
        _make_folders(target.parent)
        part = draft_beside(target)
        try:
            with part.open("xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)


def check_room(folder: Path, needed: int, hint: str) -> None:
    """Refuse to begin to write ``needed`` bytes that will not fit.

    Raises:
        StorageError: ``disk_full``, with this ``hint``.
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StorageError(
            f"There is no room for it: {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB are free.",
            hint=hint,
            code="disk_full",
        )


def sha256_of(path: Path) -> str:
    """Of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return sha256_of_rest(file)


def sha256_of_rest(source: IO[bytes], copy: IO[bytes] | None = None) -> str:
    """Of what there is still to read, in hexadecimal digits; it goes to ``copy`` on the way."""
    digest = hashlib.sha256()
    while block := source.read(_BLOCK_BYTES):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()


def write_new(target: Path, data: bytes) -> bool:
    """Make the file ``target`` in one step unless there is one; whether it was made.

    Raises:
        StorageError: ``disk_full`` or what else the system refused; nothing is left behind.
    """
    draft = draft_beside(target)
    write_whole(draft, lambda file: shutil.copyfileobj(BytesIO(data), file))
    with translated():
        try:
            os.link(draft, target)
            sync_folder(target.parent)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
    return True


def sync_folder(folder: Path) -> None:
    """Make renames and deletions in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folders(folder: Path) -> None:
    """Make ``folder`` and what is missing above it, each entry synced."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the system refuses into a `StorageError` that says what to do."""
    try:
        yield
    except OSError as error:
        raise _translate(error) from error


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Turn a full disk, whoever came upon it, into a `StorageError` ``disk_full``. Any other error stays as it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _translate(error) from error


def _translate(error: OSError) -> StorageError:
    if error.errno in _FULL:
        return StorageError(
            "The disk is full; nothing was saved.",
            hint="Free some space, e.g. delete videos in the Library, and try again.",
            code="disk_full",
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(
            "The studio may not write to its store.",
            hint="Give its user the right to write to the folder STUDIO_HOME, or choose another one.",
            code="store_read_only",
        )
    if error.errno == errno.ELOOP:
        return symlink_refused()
    return StorageError(
        f"The disk refused: {error.strerror or type(error).__name__}.",
        hint="Try again; if it stays so, check the disk that holds STUDIO_HOME.",
    )


def symlink_refused() -> StorageError:
    """The error for a symbolic link where a file of the store, or one to be kept, should be."""
    return StorageError(
        "A symbolic link is not kept, nor followed inside the store.",
        hint="Use the file itself.",
        code="symlink_refused",
    )
