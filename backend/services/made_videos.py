"""Videos made of other videos, kept where uploads are: every operation takes them, and each knows what made it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from backend.ids import StoredFile, derived_id
from backend.media.ffmpeg import Ffmpeg
from backend.services.inputs import Inputs
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of


class MadeVideos:
    """Keeps them."""

    def __init__(self, artifacts: Artifacts, ffmpeg: Ffmpeg) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._inputs = Inputs(artifacts)

    def keep(
        self,
        video: Path,
        name: str,
        job_id: str,
        operation: str,
        request: BaseModel,
        files: Sequence[str],
        facts: dict[str, Any],
    ) -> dict[str, Any]:
        """Keep a video with a note of what made it; returns its ``file_id``.

        Args:
            name: what a browser saves it as.
            files: file_ids that it was made of.
            facts: what else its manifest tells.
        """
        kept = StoredFile(derived_id("up", job_id), 1, "file.mp4")
        made_by = {
            "operation": operation,
            **request.model_dump(mode="json"),
            **facts,
            "inputs": self._inputs.hashes(files, video.parent),
            "ffmpeg": self._ffmpeg.version,
        }
        manifest = {"name": name, "file": kept.name, "sha256": sha256_of(video), "made_by": made_by}
        self._artifacts.publish(kept.owner, 1, {kept.name: video}, manifest)
        return {"file_id": kept.file_id}

    def find(self, file_id: str, known: dict[str, str]) -> str:
        """A file that a manifest names, as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._inputs.find(file_id, known)

    def changes(self, ffmpeg: str) -> tuple[str, ...]:
        """As `ffmpeg_changes`, with the version that is here."""
        return ffmpeg_changes(ffmpeg, self._ffmpeg.version)


def ffmpeg_changes(made_by: str, now: str) -> tuple[str, ...]:
    """Why a video that is made again may differ from the one that another version of ffmpeg made; empty if none did."""
    if made_by in ("", now):
        return ()
    return (f"ffmpeg is another version now ({now}, it was {made_by[:80]}): the file will differ, its look hardly.",)
