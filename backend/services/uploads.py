"""Files that people bring: checked, then kept under a name of ours."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from backend.errors import InvalidRequest, ManifestDamaged, MediaRejected, NotFound
from backend.ids import StoredFile, new_id
from backend.media.fonts import check_font_start
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import FileLink
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of
from backend.voices.bundles import MOST_BYTES

TEXT_TYPES = ("srt", "vtt", "ass", "csv", "txt", "json")
MEDIA_TYPES = (
    *("wav", "mp3", "flac", "ogg", "oga", "opus", "m4a", "aac", "webm", "weba", "mka"),
    *("aiff", "aif", "aifc", "caf", "amr", "wma", "3gp", "3g2"),
    *("mp4", "mov", "mkv", "m4v", "png", "jpg", "jpeg", "webp", "gif"),
)
ARCHIVE_TYPES = ("zip",)
FONT_TYPES = ("ttf", "otf", "woff", "woff2")
MAX_TEXT_BYTES = 5_000_000
"""A two-hour film has about 150 kB of subtitles."""
MAX_NAME_CHARACTERS = 200
KNOWN_TYPES = TEXT_TYPES + MEDIA_TYPES + ARCHIVE_TYPES + FONT_TYPES


class Uploads:
    """Takes files in, answers what they are, gives them back."""

    def __init__(self, artifacts: Artifacts, max_bytes: int) -> None:
        self._artifacts = artifacts
        self._max_bytes = max_bytes

    def add(self, path: Path, name: str, owner: str | None = None) -> FileLink:
        """Check a file and keep a copy of it.

        Args:
            path: the file.
            name: what a person calls it; its ending says what it is.
            owner: the id it is kept under; a fresh one if not given.

        Raises:
            InvalidRequest: too large, or a kind of file that no operation takes.
            MediaRejected: not the media it says it is.
        """
        kind = Path(name).suffix.lower().removeprefix(".")
        if kind not in KNOWN_TYPES:
            raise InvalidRequest(
                f"Files of type {kind[:10] or 'unknown'!r} are not used here.",
                hint=f"Upload one of: {', '.join(KNOWN_TYPES)}.",
                code="file_type_refused",
            )
        if not path.is_file():
            raise NotFound("There is no such file to upload.", hint="Check the path.", code="file_not_found")
        self._check_size(path)
        self._check_content(path, kind)
        return self._keep(path, name, kind, owner or new_id("up"))

    def _check_size(self, path: Path) -> None:
        size = path.stat().st_size
        if size > self._max_bytes:
            raise InvalidRequest(
                f"The file has {size / 1e6:.0f} MB, the limit is {self._max_bytes / 1e6:.0f} MB.",
                hint="Make it shorter or compress it. Whoever runs the studio can raise STUDIO_MAX_UPLOAD_BYTES.",
                code="file_too_large",
            )

    def _check_content(self, path: Path, kind: str) -> None:
        if kind in MEDIA_TYPES:
            probe(path)
            return
        if kind in ARCHIVE_TYPES:
            _check_archive(path)
            return
        if kind in FONT_TYPES:
            check_font_start(path)
            return
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise InvalidRequest(
                "The text file is over 5 MB.", hint="Subtitles are far smaller; split it.", code="file_too_large"
            )
        if b"\0" in path.read_bytes()[:4096] and not _is_utf16(path):
            raise MediaRejected("This is not a text file.", hint="Save it as UTF-8 text.", code="not_text")

    def keep(self, path: Path, name: str, owner: str | None = None) -> FileLink:
        """Keep a file that we made ourselves, as it is.

        Args:
            path, name, owner: as in `add`.
        """
        return self._keep(path, name, Path(name).suffix.removeprefix("."), owner or new_id("up"))

    def _keep(self, path: Path, name: str, kind: str, owner: str) -> FileLink:
        kept = StoredFile(owner, 1, f"file.{kind}")
        clean = "".join(c for c in Path(name).name if c.isprintable())[:MAX_NAME_CHARACTERS] or kept.name
        self._artifacts.publish(
            owner, 1, {kept.name: path}, {"name": clean, "file": kept.name, "sha256": sha256_of(path)}
        )
        return self._artifacts.link(kept, clean)

    def kept_as(self, owner: str) -> str | None:
        """The file_id of what was kept under this id; None if nothing was."""
        if not self._artifacts.exists(owner):
            return None
        return StoredFile(owner, 1, str(self._artifacts.manifest(owner)["file"])).file_id

    def link(self, file_id: str) -> FileLink:
        """A fresh link to any kept file.

        Raises:
            NotFound: no such file.
        """
        stored = self._artifacts.resolve(file_id)
        name = stored.name
        if stored.owner.startswith("up_"):
            name = str(self._artifacts.manifest(stored.owner, stored.version)["name"])
        return self._artifacts.link(stored, name)

    def status(self, file_id: str) -> dict[str, str]:
        """``ready`` or ``not_found``: a file is never seen half written."""
        with contextlib.suppress(NotFound):
            self._artifacts.resolve(file_id)
            return {"status": "ready"}
        return {"status": "not_found"}

    def delete(self, file_id: str) -> dict[str, bool]:
        """Delete an uploaded file.

        Raises:
            NotFound: no such file.
            InvalidRequest: it belongs to a narration or a video.
        """
        stored = self._artifacts.resolve(file_id)
        if not stored.owner.startswith("up_"):
            raise InvalidRequest(
                "This file is part of a result.", hint="Delete the narration it belongs to.", code="file_in_result"
            )
        return {"deleted": bool(self._artifacts.delete(stored.owner))}

    def list(self, prefix: str, limit: int) -> list[dict[str, Any]]:
        """The newest uploads whose original name starts with ``prefix``."""
        found = []
        for owner in self._artifacts.list("up"):
            with contextlib.suppress(NotFound, ManifestDamaged):  # deleted since it was listed, or cannot be read
                manifest = self._artifacts.manifest(owner)
                if str(manifest["name"]).startswith(prefix):
                    found.append(self._artifacts.link(StoredFile(owner, 1, manifest["file"]), manifest["name"]))
            if len(found) == limit:
                break
        return [link.model_dump(mode="json") for link in found]

    def local(self, file_id: str, folder: Path) -> Path:
        """The file on this machine's disk, in place or fetched into ``folder``."""
        return self._artifacts.local(file_id, folder)

    def info(self, file_id: str, folder: Path) -> MediaInfo:
        """What a kept recording, video or image is."""
        return probe(self.local(file_id, folder))


def _check_archive(path: Path) -> None:
    """Only voices come as archives, and those are small; what is inside is looked at when it is imported."""
    if path.stat().st_size > MOST_BYTES:
        raise InvalidRequest(
            f"The zip file has {path.stat().st_size / 1e6:.0f} MB; a voice has {MOST_BYTES / 1e6:.0f} at most.",
            hint="Choose a zip that export_voice made.",
            code="file_too_large",
        )
    with path.open("rb") as file:
        if file.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
            raise MediaRejected(
                "This is not a zip file.", hint="Choose a zip that export_voice made.", code="not_a_zip"
            )


def _is_utf16(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in (b"\xff\xfe", b"\xfe\xff")
