"""What the page needs of the studio: `backend.studio.Studio` is one, the tests bring another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from backend.jobs.waiting import Waiting
from backend.work import Report

Json = dict[str, Any]
"""A value of the operations' contract, as JSON."""
Watch = Callable[[float, str], None]
"""Hears how far something is, 0 to 1, and what goes on."""


class Studio(Protocol):
    """The operations, and the few things only a page asks for. Everything raises `StudioError`."""

    @property
    def tenant(self) -> str:
        """Whose results these are."""

    def call(self, operation: str, arguments: Mapping[str, Any], watch: Watch | None = None) -> Any:
        """Run an operation of the contract and return its result; ``watch`` hears how far a long one is."""

    def waiting(self, job_id: str, report: Report) -> Waiting:
        """The looks of one who waits for a job; ``report`` hears how far it is."""

    def upload(self, path: Path, name: str) -> Json:
        """Keep a file under the name a person gave it; returns its link."""

    def local_file(self, file_id: str) -> Path:
        """A kept file on this machine's disk."""

    def voice_preview(self, voice_id: str) -> Json:
        """Link to a few seconds of this voice."""

    def style_preview(self, style: str | Json) -> Json | str | None:
        """A picture of this caption style, by name or as data: a link or a data URL; None when there is none yet."""

    def library(self, limit: int) -> list[Json]:
        """Everything made, newest first: ``kind, id, title, created_at, duration, thumbnail, file``."""

    def open_item(self, kind: str, item_id: str) -> Json:
        """A narration, or the result of a video, with fresh links."""

    def delete_item(self, kind: str, item_id: str) -> Json:
        """Delete a narration or a video for good."""

    def shared(self, file_id: str) -> Json:
        """The page of this file that is open longest: ``share_id, url, ends_at``; empty when there is none."""

    def uninstall_engine(self, engine: str) -> Json:
        """Remove an engine's weights, and its packages unless another engine uses them."""

    def edit_captions(self, captions_id: str, version: int, edit: Mapping[str, Any], media: str = "") -> Json:
        """Make one edit of captions: the new ``version``, and from ``first`` on ``gone`` cues and the ``cues`` that
        stand there now."""

    def restore_captions(self, captions_id: str, source_id: str, version: int) -> Json:
        """The captions as a version of them (or of other captions) was, as their next one; told like an edit."""

    def get_captions(self, captions_id: str) -> Json:
        """Captions in their newest version, with fresh links."""
