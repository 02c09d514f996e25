"""A recording on its way to captions: what was brought, who can listen to it, what that takes, and the job for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from ui.html import duration
from ui.studio import Json, Studio


@dataclass(frozen=True)
class Brought:
    """A recording that somebody brought. All fields empty: none yet."""

    file: Json | None = None
    """As a link."""
    seconds: float = 0.0
    has_picture: bool = False
    """Whether it is a video, whose picture can stand behind the words."""

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        return {"file": self.file["file_id"]} if self.file else {}


def bring(studio: Studio, path: Path, name: str) -> Brought:
    """Keep a recording.

    Raises:
        StudioError: it is none, or has no sound.
    """
    return _described(studio, studio.upload(path, name))


def find_again(studio: Studio, memory: Mapping[str, Any] | None) -> Brought:
    """What a browser remembers; nothing where it is gone."""
    file_id = str((memory or {}).get("file", ""))
    if not file_id:
        return Brought()
    try:
        return _described(studio, studio.call("download_file", {"file_id": file_id}))
    except StudioError:
        return Brought()


def _described(studio: Studio, file: Json) -> Brought:
    about = studio.call("get_audio_info", {"audio": file["file_id"]})
    return Brought(file, float(about["duration"]), _has_picture(studio, file))


def _has_picture(studio: Studio, file: Json) -> bool:
    if not str(file["media_type"]).startswith("video/"):
        return False
    try:
        studio.call("get_video_info", {"video": file["file_id"]})
    except StudioError:
        return False
    return True


def recognisers(studio: Studio) -> tuple[Json, ...]:
    """Who can write a recording down, and why somebody cannot; nobody where the studio does not answer."""
    try:
        return tuple(studio.call("system_status", {}).get("recognisers", ()))
    except StudioError:
        return ()


def job_of(asked: Mapping[str, Any]) -> tuple[str, Json]:
    """The operation for a filled form, and its arguments: a script is put onto the recording, else it is written down.

    Args:
        asked: ``file`` (its id), ``script``, ``language`` and ``recogniser``.
    """
    arguments = {"media": str(asked.get("file", "")), "language": str(asked.get("language") or "auto")}
    script = str(asked.get("script") or "").strip()
    if script:
        return "align_script", {**arguments, "script": script}
    by = str(asked.get("recogniser") or "")
    return "transcribe", {**arguments, "recogniser": by} if by else arguments


def foresee(studio: Studio, asked: Mapping[str, Any]) -> str:
    """What the button would take, in a few words; empty where nothing can be said.

    Args:
        asked: as for `job_of`.
    """
    operation, arguments = job_of(asked)
    if not arguments["media"]:
        return ""
    try:
        estimate = studio.call("estimate", {"operation": operation, "arguments": arguments})
    except StudioError:
        return ""
    known = estimate["seconds"] is not None
    said = [f"about {duration(estimate['seconds'])}" if known else _why_unknown(estimate)]
    return " · ".join(part for part in (*said, cost_of(estimate["cost"])) if part)


def _why_unknown(estimate: Json) -> str:
    """Without a history nobody knows how long it takes; all else that is wrong is said as it is."""
    said = str(estimate["warnings"][0]) if estimate["warnings"] else ""
    return "the first time here, so nobody knows how long" if "nobody knows how long" in said else said


def cost_of(cost: Json | None) -> str:
    """``about $0.05 (Google Cloud Speech-to-Text)``; empty where it costs nothing."""
    if not cost:
        return ""
    amount = f"${cost['amount']:.2f}" if cost["amount"] >= 0.01 else "under $0.01"
    return f"{'about ' if cost['amount'] >= 0.01 else ''}{amount} ({cost['service']})"
