"""Results as callers see them: what is kept in a folder's manifest, plus links that are fresh at each look."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backend.ids import StoredFile
from backend.models import Timings
from backend.storage.artifacts import Artifacts

TIMING_FORMATS = ("srt", "vtt", "csv", "json", "ass")


def write_texts(folder: Path, stem: str, texts: Mapping[str, str]) -> dict[str, Path]:
    """Write ``{format: text}`` as ``<stem>.<format>`` files; returns them by file name."""
    files = {}
    for suffix, text in texts.items():
        path = folder / f"{stem}.{suffix}"
        path.write_text(text, encoding="utf-8", newline="")
        files[path.name] = path
    return files


def timings(artifacts: Artifacts, owner: str, version: int, stem: str, title: str) -> Timings:
    """Fresh links to the five timing files of a folder."""
    links = {
        suffix: artifacts.link(StoredFile(owner, version, f"{stem}.{suffix}"), f"{title}.{suffix}")
        for suffix in TIMING_FORMATS
    }
    return Timings(**links)
