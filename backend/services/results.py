"""Results as callers see them: what is kept in a folder's manifest, plus links that are fresh at each look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from backend.ids import StoredFile, new_id
from backend.models import TimingFormat, Timings
from backend.storage.artifacts import Artifacts


def title_of(sentences: Sequence[Mapping[str, Any]]) -> str:
    """The first words that are said, without the script's markup."""
    return " ".join(str(sentence["text"]) for sentence in sentences)[:80]


def write_texts(folder: Path, stem: str, texts: Mapping[TimingFormat, str]) -> dict[str, Path]:
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
        for suffix in get_args(TimingFormat)
    }
    return Timings(**links)


def keep_preview(artifacts: Artifacts, picture: Path, name: str = "") -> dict[str, Any]:
    """Keep a picture or clip for as long as previews are kept; returns its link, of this name or the file's own."""
    stored = StoredFile(new_id("made"), 1, name or picture.name)
    artifacts.publish(stored.owner, 1, {stored.name: picture}, {"kind": "preview"})
    return artifacts.link(stored, stored.name).model_dump(mode="json")
