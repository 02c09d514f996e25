"""The studio's backend as the page sees it: results as JSON, the page's own questions answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from backend.studio import Studio as Backend
from ui.studio import Json


class OverBackend:
    """A `ui.studio.Studio` over `backend.studio.Studio`."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def call(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        """Run an operation of the contract."""
        return self._backend.call(operation, arguments)

    def upload(self, path: Path, name: str) -> Json:
        """Keep a file."""
        return self._backend.upload(path, name)

    def local_file(self, file_id: str) -> Path | None:
        """A kept file on this machine's disk; None when it is not to be had."""
        try:
            return self._backend.local_file(file_id)
        except StudioError:
            return None

    def voice_preview(self, voice_id: str) -> Json:
        """Link to a few seconds of a voice."""
        return self._backend.samples.voice(voice_id).model_dump(mode="json")

    def style_preview(self, style: str) -> Json | str | None:
        """Link to a picture of a style."""
        return self._backend.samples.style(style).model_dump(mode="json")

    def library(self, limit: int) -> list[Json]:
        """Everything made, newest first."""
        return self._backend.library.list(limit)

    def open_item(self, kind: str, item_id: str) -> Json:
        """A narration, or the result of a video."""
        return self._backend.library.open(item_id)

    def delete_item(self, kind: str, item_id: str) -> Json:
        """Delete a narration or a video."""
        return {"deleted": self._backend.library.delete(item_id)}

    def get_captions(self, captions_id: str) -> Json:
        """Captions in their newest version."""
        return self._backend.captioning.get(captions_id).model_dump(mode="json")
