"""The latest frame of a render that goes on, for whoever watches its job."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from backend.errors import StorageError
from backend.ids import StoredFile, derived_id
from backend.storage.artifacts import Artifacts
from backend.work import Work

EVERY_SECONDS = 3.0
"""Between two pictures that are kept for the page."""
_NAME = "frame.jpg"
_LEFT = 2
"""Pictures that stay: whoever was told of the one before may be loading it."""


class LatestFrames:
    """Keeps the pictures that a render points to, each for a few seconds."""

    def __init__(self, artifacts: Artifacts, job_id: str, label: str) -> None:
        """Args:
        label: which of the job's renders it is.
        """
        self._artifacts = artifacts
        self._job_id, self._label = job_id, label
        self._kept: list[str] = []
        self._link: dict[str, Any] | None = None
        self._next = 0.0

    def watch(self, work: Work) -> Work:
        """The same work; where a report points to a ``glimpse`` (a path), it carries a link to a copy as ``frame``."""

        def report(fraction: float, message: str, **details: Any) -> None:
            picture = details.pop("glimpse", None)
            frame = self._latest(Path(picture)) if picture else None
            work.report(fraction, message, **details, **({"frame": frame} if frame else {}))

        return Work(report, work.cancel)

    def _latest(self, picture: Path) -> dict[str, Any] | None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            try:
                self._link = self._keep(picture)
            except (StorageError, OSError):  # a picture to look at is not worth a render
                return self._link
        return self._link

    def _keep(self, picture: Path) -> dict[str, Any]:
        owner = derived_id("made", self._job_id, f"{self._label} {len(self._kept)}")
        self._artifacts.publish(owner, 1, {_NAME: picture}, {"kind": "frame"})
        self._kept.append(owner)
        for outdated in self._kept[-_LEFT - 1 : -_LEFT]:
            self._artifacts.delete(outdated)
        return self._artifacts.link(StoredFile(owner, 1, _NAME), _NAME).model_dump(mode="json")
