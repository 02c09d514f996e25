"""One of everything that a tenant can have, and what gives it away."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.settings import Settings
from backend.studio import Studio
from tests.media.font_maker import make_font
from tests.voices.making import make_clip, record_of

MARKS = ("quincunx", "annabel-only", "zymurgy")
"""Words that stand in nothing but Anna's texts, names and files."""
SCRIPT = "The quincunx is hidden. Nobody else reads zymurgy."
_ID = re.compile(r"\b[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}\b(?:\.[1-9][0-9]*\.[a-z0-9_-]+\.[a-z0-9]+)?")


def make_everything(studio: Studio, folder: Path) -> dict[str, Any]:
    """Have one of each thing made; returns all that this tenant was ever answered."""
    (folder / "annabel-only.srt").write_text(f"1\n00:00:00,000 --> 00:00:01,000\n{SCRIPT}\n", encoding="utf-8")
    clip = make_clip(folder / "annabel-only.wav", seconds=3.0)
    record = record_of(clip, name="annabel-only", transcript=SCRIPT, heard=SCRIPT)
    studio.voices.add(record, clip)
    call = studio.call
    said: dict[str, Any] = {"voice": record.voice_id}
    said["subtitles"] = studio.upload(folder / "annabel-only.srt", "annabel-only.srt")
    said["clip"] = studio.upload(clip, "annabel-only.wav")
    said["font"] = call("upload_font", {"file": _bring(studio, make_font(folder / "annabel-only.ttf"))})
    said["style"] = call(
        "save_caption_style", {"style": {**call("list_caption_styles", {})["styles"][0], "title": "zymurgy"}}
    )
    said["blend"] = call("blend_voices", {"recipe": "af_heart(2)+am_puck(1)", "name": "zymurgy"})
    video = {"script": SCRIPT, "sizes": ["96x128"], "options": {"engine": "silence"}}
    said["made"] = call("generate_captioned_video", video)
    said["file"] = said["made"]["videos"][0]["file"]
    said["captions"] = call("make_captions", {"source": said["subtitles"]["file_id"]})
    said["frame"] = call("extract_frame", {"video": said["file"]["file_id"], "timestamp": 0.0})
    said["exported"] = call("export_voice", {"voice_id": record.voice_id})
    said["share"] = call("share", {"file_id": said["file"]["file_id"]})
    said["jobs"] = call("list_jobs", {})
    return said


def start_something_long(studio: Studio) -> str:
    """A job that goes on for minutes; its id."""
    script = " ".join(f"The quincunx has {number} sides." for number in range(600))
    slow = {"script": script, "engine": "silence", "options": {"seconds_to_think": 1.0}}
    return str(studio.call("submit_job", {"operation": "generate_speech", "arguments": slow})["job_id"])


def ids_in(said: Any) -> list[str]:
    """Every id that stands in it."""
    return sorted({found.group() for found in _ID.finditer(json.dumps(said))})


def one_of_each(ids: list[str]) -> list[str]:
    """An id of each kind, and of each kind of file."""
    kinds = {(name.partition("_")[0], name.rpartition(".")[2] if "." in name else ""): name for name in ids}
    return sorted(kinds.values())


def tells(answer: Any) -> str:
    """The mark that gives Anna away in an answer; empty if there is none."""
    text = (answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)).lower()
    return next((mark for mark in MARKS if mark in text), "")


def kept_of(settings: Settings, tenant: str) -> dict[str, str]:
    """Every file that this tenant has in the store and beside it, by the hash of what is in it.

    But for takes and pieces of videos: those are caches, which a job that is running fills.
    """
    return {
        str(path.relative_to(settings.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(settings, tenant)
    }


def _files(settings: Settings, tenant: str) -> Iterator[Path]:
    caches = (settings.takes_of(tenant), settings.renders_of(tenant))
    folders = [*settings.store_folder.glob(f"*-{tenant}"), settings.folder_of(tenant)]
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and not any(path.is_relative_to(cache) for cache in caches):
            yield path


def _bring(studio: Studio, path: Path) -> str:
    return str(studio.upload(path, path.name)["file_id"])
