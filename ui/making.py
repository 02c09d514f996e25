"""From a recording to a voice, as the page sees it: what was brought, what the coach says of it, what became of it.

A browser keeps ids only (see `Draft.remember`), so that a reload finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from ui.flow import submit
from ui.studio import Json, Studio
from ui.views.progress import RUNNING


@dataclass(frozen=True)
class Draft:
    """A voice that is being made. All fields empty: nothing was brought yet."""

    file: Json | None = None
    """The recording, as a link."""
    check: str = ""
    """The coach's job."""
    save: str = ""
    """The job that saves it."""
    status: Json | None = None
    """Of the job that runs."""
    report: Json | None = None
    """What the coach says."""
    voice: Json | None = None
    """What was made."""
    error: Json | None = None
    """What went wrong last: ``code``, ``message``, ``hint``."""

    @property
    def running(self) -> bool:
        """Whether it is worth looking again."""
        return self.status is not None

    def remember(self) -> Json:
        """What a browser keeps to find it again; nothing of a voice that is made."""
        if self.file is None or self.voice is not None:
            return {}
        return {"file": self.file["file_id"], "check": self.check, "save": self.save}


def bring(studio: Studio, path: Path, name: str) -> Draft:
    """Keep a recording and ask the coach about it."""
    try:
        file = studio.upload(path, name)
        return look_at(studio, {"file": file["file_id"], "check": _check(studio, str(file["file_id"]))})
    except StudioError as error:
        return Draft(error=error.to_dict())


def _check(studio: Studio, file_id: str) -> str:
    return submit(studio, "check_voice", {"audio": file_id})


def write_down(studio: Studio, asked: Mapping[str, Any]) -> Json:
    """What is said in a part of a recording.

    Args:
        asked: ``file`` (its id), ``start`` and ``end`` in seconds, ``language``, and the ``transcript`` to compare;
            empty to have it written down.

    Returns:
        ``{"heard", "language", "problem"}``, or ``{"error"}`` where nobody could listen.
    """
    arguments = {
        "audio": str(asked.get("file", "")),
        "transcript": str(asked.get("transcript", "")),
        "language": str(asked.get("language") or "auto"),
        **_cut(asked),
    }
    try:
        report = studio.call("check_voice", arguments)
    except StudioError as error:
        return {"error": error.to_dict()}
    return {"heard": report["heard"], "language": report["language"], "problem": report["transcript_problem"]}


def save(studio: Studio, memory: Mapping[str, Any] | None, form: Mapping[str, Any]) -> Draft:
    """Ask for the voice to be saved as the form says."""
    memory = dict(memory or {})
    try:
        job = submit(studio, "upload_voice", {"audio": str(memory.get("file", "")), **arguments(form)})
    except StudioError as error:
        return look_at(studio, {**memory, "save": ""}, error.to_dict())
    return look_at(studio, {**memory, "save": job})


def arguments(form: Mapping[str, Any]) -> Json:
    """What a filled form means to ``upload_voice``; the cut only where the person moved it."""
    given = {name: str(form.get(name, "")) for name in ("name", "transcript", "basis", "speaker", "statement")}
    return {
        "name": given["name"],
        "consent": {name: given[name] for name in ("basis", "speaker", "statement")},
        "transcript": given["transcript"],
        "language": str(form.get("language") or "auto"),
        "tags": tags_of(form.get("tags", "")),
        **_cut(form),
    }


def _cut(given: Mapping[str, Any]) -> dict[str, float]:
    """``start`` and ``end``, where both are there."""
    cut = {name: float(given[name]) for name in ("start", "end") if isinstance(given.get(name), (int, float))}
    return cut if len(cut) == 2 else {}


def tags_of(written: Any) -> list[str]:
    """``"calm, old"`` as a list."""
    return [tag.strip() for tag in str(written).split(",") if tag.strip()]


def look_at(studio: Studio, memory: Mapping[str, Any] | None, error: Json | None = None) -> Draft:
    """How the voice is that a browser remembers; an empty draft where nothing of it is left."""
    ids = {name: str((memory or {}).get(name, "")) for name in ("file", "check", "save")}
    if not ids["file"]:
        return Draft(error=error)
    try:
        file = studio.call("download_file", {"file_id": ids["file"]})
        return _seen(studio, Draft(file, ids["check"], ids["save"], error=error))
    except StudioError as gone:
        return Draft(error=error or gone.to_dict())


def _seen(studio: Studio, draft: Draft) -> Draft:
    """The same with what its jobs have come to."""
    file, check, save_job, error = draft.file, draft.check, draft.save, draft.error
    if save_job:
        status = studio.call("job_status", {"job_id": save_job})
        if status["state"] in RUNNING:
            return Draft(file, check, save_job, status=status)
        if status["state"] == "done":
            return Draft(file, check, voice=studio.call("job_result", {"job_id": save_job}))
        error = status["error"]
    status = studio.call("job_status", {"job_id": check})
    if status["state"] in RUNNING:
        return Draft(file, check, status=status, error=error)
    if status["state"] == "done":
        return Draft(file, check, report=studio.call("job_result", {"job_id": check}), error=error)
    return Draft(error=error or status["error"])


def stop(studio: Studio, memory: Mapping[str, Any] | None) -> Draft:
    """Stop the job that runs; what was there before it stays."""
    ids = dict(memory or {})
    job = str(ids.get("save") or ids.get("check") or "")
    if job:
        try:
            studio.call("cancel_job", {"job_id": job})
        except StudioError as error:
            return look_at(studio, ids, error.to_dict())
    return look_at(studio, {**ids, "save": ""}) if ids.get("save") else Draft()
