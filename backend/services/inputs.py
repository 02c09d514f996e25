"""The files that a result was made of: named by id and hash in its manifest, found again by either."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from backend.errors import ManifestDamaged, NotFound
from backend.ids import StoredFile
from backend.requests import AlignScript, ConvertVoice, Transcribe
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of

OfARecording = TypeVar("OfARecording", AlignScript, ConvertVoice, Transcribe)


class Inputs:
    """Writes inputs down and finds them again."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def hashes(self, file_ids: Iterable[str], folder: Path) -> dict[str, str]:
        """SHA-256 of each of these files; of an upload it is known, others are read."""
        return {file_id: self._known(file_id) or self._hashed(file_id, folder) for file_id in dict.fromkeys(file_ids)}

    def find(self, file_id: str, known: dict[str, str]) -> str:
        """The file itself, or an upload with the same content.

        Args:
            file_id: what a manifest calls it.
            known: the manifest's hashes by file_id.

        Raises:
            NotFound: ``input_missing``.
        """
        sha256 = known.get(file_id, "")
        try:
            return self._artifacts.resolve(file_id).file_id
        except NotFound:
            found = self._upload_of(sha256) if sha256 else None
        if found is None:
            raise NotFound(
                f"A file that this was made of is not here: {file_id[:80]!r}"
                + (f", SHA-256 {sha256[:64]}." if sha256 else "."),
                hint="Upload that file again, under any name; it is found by what is in it.",
                code="input_missing",
            )
        return found

    def in_place(self, request: OfARecording, known: dict[str, str]) -> OfARecording:
        """A request out of a manifest, with its recording as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return request.model_copy(update={"media": self.find(request.media, known)})

    def _upload_of(self, sha256: str) -> str | None:
        for owner in self._artifacts.list("up"):
            manifest = self._manifest(StoredFile(owner, 1, "x.x"))
            if manifest.get("sha256") == sha256:
                return StoredFile(owner, 1, str(manifest["file"])).file_id
        return None

    def _known(self, file_id: str) -> str:
        stored = StoredFile.parse(file_id)
        manifest = self._manifest(stored) if stored.owner.startswith("up_") else {}
        return str(manifest.get("sha256", "")) if manifest.get("file") == stored.name else ""

    def _manifest(self, stored: StoredFile) -> dict[str, Any]:
        try:
            return self._artifacts.manifest(stored.owner, stored.version)
        except (NotFound, ManifestDamaged):
            return {}

    def _hashed(self, file_id: str, folder: Path) -> str:
        return sha256_of(self._artifacts.local(file_id, folder))
