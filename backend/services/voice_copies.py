"""Where copies of a voice lie besides the library, so that deleting it leaves none."""

from __future__ import annotations

import contextlib
from typing import Any

from backend.errors import NotFound, StorageError
from backend.ids import is_id
from backend.speech import TakeStore
from backend.storage.artifacts import Artifacts
from backend.voices.records import Record


class VoiceCopies:
    """Finds and removes takes, previews, exports, links and uploads of a voice."""

    def __init__(self, artifacts: Artifacts, takes: TakeStore) -> None:
        self._artifacts = artifacts
        self._takes = takes

    def remove(self, record: Record) -> list[dict[str, Any]]:
        """Remove every copy; says how many files were removed in each place, also where there were none."""
        return [
            {"place": "takes", "files": self._takes.forget_voice(record.voice_id)},
            {"place": "store", "files": len(self._artifacts.delete(record.voice_id))},
            {"place": "previews and exports", "files": self._made(record.voice_id)},
            {"place": "uploads", "files": self._uploads(record)},
        ]

    def narrations(self, voice_id: str) -> list[str]:
        """Narrations with a sentence in this voice; they are their maker's work and stay."""
        return [owner for owner in self._artifacts.list("nar") if voice_id in self._voices_in(owner)]

    def _made(self, voice_id: str) -> int:
        """Previews, exports and sentences that were linked while they were made; each says whose voice it is."""
        owners = [owner for owner in self._artifacts.list("made") if self._voice_of(owner) == voice_id]
        return sum(len(self._artifacts.delete(owner)) for owner in owners)

    def _uploads(self, record: Record) -> int:
        """The files it was made from, unless they are gone or somebody else's result."""
        owners = {source.split(".")[0] for source in record.sources}
        return sum(len(self._artifacts.delete(owner)) for owner in owners if is_id(owner, "up"))

    def _voice_of(self, owner: str) -> Any:
        with contextlib.suppress(NotFound, StorageError, ValueError):
            return self._artifacts.manifest(owner).get("voice")
        return None

    def _voices_in(self, owner: str) -> set[str]:
        with contextlib.suppress(NotFound, StorageError, ValueError):
            return {str(sentence.get("voice")) for sentence in self._artifacts.manifest(owner)["sentences"]}
        return set()
