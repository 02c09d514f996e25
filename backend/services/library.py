"""Everything that was made, newest first, for the Library tab."""

from __future__ import annotations

import builtins
from typing import Any

from backend.errors import ManifestDamaged, NotFound
from backend.ids import is_id
from backend.services.alignments import Alignments
from backend.services.narrations import Narrations
from backend.services.transcriptions import Transcriptions
from backend.services.videos import Videos
from backend.storage.artifacts import Artifacts


class Library:
    """Lists and deletes finished things."""

    def __init__(
        self,
        artifacts: Artifacts,
        narrations: Narrations,
        videos: Videos,
        alignments: Alignments,
        transcriptions: Transcriptions,
    ) -> None:
        self._artifacts = artifacts
        self._narrations = narrations
        self._videos = videos
        self._alignments = alignments
        self._transcriptions = transcriptions

    def list(self, limit: int) -> list[dict[str, Any]]:
        """``kind``, ``id``, ``title``, ``created_at``, ``duration``, ``thumbnail`` and ``file`` of each.

        What is damaged says so in its title and has no file; it takes nothing else down with it and can be deleted.
        """
        owners = sorted(
            (owner for kind in ("vid", "nar") for owner in self._artifacts.list(kind)), key=_age, reverse=True
        )
        return [self._item(owner) for owner in owners[:limit]]

    def _item(self, owner: str) -> dict[str, Any]:
        describe = self._video if is_id(owner, "vid") else self._narration
        try:
            return describe(owner)
        except (NotFound, ManifestDamaged):
            kind = "video" if is_id(owner, "vid") else "narration"
            said = {"title": f"Damaged {kind}", "created_at": "", "duration": 0.0, "thumbnail": None, "file": None}
            return {"kind": kind, "id": owner, **said, "damaged": True}

    def _video(self, owner: str) -> dict[str, Any]:
        made, manifest = self._videos.get(owner), self._artifacts.manifest(owner)
        first = made.videos[0]
        return {
            "kind": "video",
            "id": owner,
            "title": manifest["title"],
            "created_at": manifest["created_at"],
            "duration": first.duration,
            "thumbnail": first.thumbnail.model_dump(mode="json"),
            "file": first.file.model_dump(mode="json"),
        }

    def _narration(self, owner: str) -> dict[str, Any]:
        narration, manifest = self._narrations.get(owner), self._artifacts.manifest(owner)
        return {
            "kind": "narration",
            "id": owner,
            "title": narration.script[:80],
            "created_at": manifest["created_at"],
            "duration": narration.duration,
            "thumbnail": None,
            "file": narration.audio.model_dump(mode="json"),
        }

    def open(self, kind: str, owner: str) -> dict[str, Any]:
        """The whole result again, with fresh links; a ``recording`` is one whose words are known, for a week.

        Raises:
            NotFound: nothing of this kind and id.
        """
        if kind == "recording" and is_id(owner, "ali"):
            return self._alignments.get(owner).model_dump(mode="json")
        if kind == "recording" and is_id(owner, "tra"):
            return self._transcriptions.get(owner).model_dump(mode="json")
        return self._subject(kind, owner).get(owner).model_dump(mode="json")

    def delete(self, kind: str, owner: str) -> builtins.list[str]:
        """Delete a narration, or videos with their captions; returns the keys that are gone.

        Raises:
            NotFound: nothing of this kind and id.
        """
        return self._subject(kind, owner).delete(owner)

    def _subject(self, kind: str, owner: str) -> Narrations | Videos:
        if kind == "video" and is_id(owner, "vid"):
            return self._videos
        if kind == "narration" and is_id(owner, "nar"):
            return self._narrations
        raise NotFound("There is nothing of this id in the library.", hint="Reload the library.")


def _age(owner: str) -> str:
    return owner.split("_")[1]
