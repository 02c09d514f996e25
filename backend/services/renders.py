"""What the latest videos are made of, so that the next ones take from them what did not change.

One small file for each frame size. It only says where to look: whoever finds a video there checks that it is the one
that was made. Processes share it; of two that write at once one is forgotten, and something is rendered once more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from backend.errors import NotFound, StorageError, StoreUnavailable
from backend.models import parse_size
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of, write_whole
from backend.video import Earlier, Find, Metered, Prints
from backend.video.rendering.parts import same

MOST_PARTS = 40_000
"""That are remembered for one size: a day of video, in a file of a megabyte."""


@dataclass(frozen=True)
class _Entry:
    """A finished video."""

    file_id: str
    sha256: str
    parts: tuple[str, ...]
    sound: str
    loudness: float | None
    true_peak: float | None
    whole: bool
    """Whether it was rendered in one go; such a one is preferred, since it can be made again to the last byte."""
    thumbnail: str = ""
    """The file_id of its small picture."""
    thumbnail_sha256: str = ""

    @property
    def prints(self) -> Prints:
        return Prints(self.parts, self.sound)


class Renders:
    """A tenant's videos, the latest of each size."""

    def __init__(self, artifacts: Artifacts, folder: Path) -> None:
        self._artifacts = artifacts
        self._folder = folder

    def finder(self, size: str, folder: Path) -> Find:
        """Looks for videos of this size that share parts with one to be made; those are fetched into ``folder``."""

        def find(prints: Prints) -> Earlier | None:
            entries = [entry for entry in self._entries(size) if same(entry.parts, prints.parts)]
            for entry in sorted(entries, key=lambda entry: _worth(entry, prints), reverse=True):
                path = self._local(entry.file_id, folder)
                if path is not None:
                    return self._earlier(size, entry, path, self._local(entry.thumbnail, folder))
                self._forget(size, entry)
            return None

        return find

    def _earlier(self, size: str, entry: _Entry, path: Path, thumbnail: Path | None) -> Earlier:
        def is_intact() -> bool:
            intact = sha256_of(path) == entry.sha256
            if not intact:
                self._forget(size, entry)
            return intact

        seen = thumbnail if thumbnail and sha256_of(thumbnail) == entry.thumbnail_sha256 else None
        return Earlier(path, entry.prints, Metered(entry.loudness, entry.true_peak), seen, is_intact)

    def _forget(self, size: str, entry: _Entry) -> None:
        self._write(size, [other for other in self._entries(size) if other.file_id != entry.file_id])

    def keep(
        self,
        size: str,
        video: tuple[str, str],
        thumbnail: tuple[str, str],
        prints: Prints,
        metered: Metered,
        whole: bool,
    ) -> None:
        """Remember a video that was published.

        Args:
            video: its file_id and its SHA-256.
            thumbnail: those of its small picture.
            whole: whether it was rendered in one go.
        """
        made = (*video, prints.parts, prints.sound)
        new = _Entry(*made, metered.loudness, metered.true_peak, whole, *thumbnail)
        self._write(size, [*self._entries(size), new])

    def _local(self, file_id: str, folder: Path) -> Path | None:
        """The file, if it is still there."""
        try:
            return self._artifacts.local(file_id, folder)
        except (NotFound, StoreUnavailable):
            return None

    def _entries(self, size: str) -> list[_Entry]:
        """Oldest first; none where the file is missing or damaged."""
        try:
            return [_entry(fields) for fields in json.loads(self._file(size).read_bytes())]
        except (OSError, ValueError, TypeError, LookupError):
            return []

    def _write(self, size: str, entries: Sequence[_Entry]) -> None:
        kept: list[_Entry] = []
        for entry in reversed(entries):
            if sum(len(one.parts) for one in kept) + len(entry.parts) <= MOST_PARTS:
                kept.insert(0, entry)
        text = json.dumps([asdict(entry) for entry in kept], separators=(",", ":")).encode()
        try:
            write_whole(self._file(size), lambda file: copyfileobj(BytesIO(text), file))
        except StorageError:  # a full disk: then all is rendered next time
            return

    def _file(self, size: str) -> Path:
        width, height = parse_size(size)
        return self._folder / f"{width}x{height}.json"


def _entry(fields: dict[str, Any]) -> _Entry:
    file_id, sha256, sound = (str(fields[name]) for name in ("file_id", "sha256", "sound"))
    loudness, peak = (None if fields[name] is None else float(fields[name]) for name in ("loudness", "true_peak"))
    pictured = (str(fields.get(name, "")) for name in ("thumbnail", "thumbnail_sha256"))
    parts = tuple(map(str, fields["parts"]))
    return _Entry(file_id, sha256, parts, sound, loudness, peak, bool(fields["whole"]), *pictured)


def _worth(entry: _Entry, wanted: Prints) -> tuple[int, bool, bool]:
    return same(entry.parts, wanted.parts), entry.sound == wanted.sound, entry.whole
