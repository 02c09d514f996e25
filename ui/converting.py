"""A recording that is said again in another voice, as the page sees it: what was brought, how far it is, what came out.

A browser keeps ids only (see `Conversion.remember`), so that a reload finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from ui.choices import AUTO
from ui.own_job import OwnJob, begun, fresh, seen, stopped
from ui.studio import Json, Studio


@dataclass(frozen=True)
class Conversion(OwnJob):
    """A recording on its way to another voice. All fields empty: nothing was brought yet."""

    file: Json | None = None
    """The recording, as a link."""
    voice: str = ""
    """The voice_id that was chosen last."""
    engine: str = AUTO

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        if self.file is None:
            return {}
        return {"file": self.file["file_id"], "voice": self.voice, "engine": self.engine, "job": self.job}


@dataclass(frozen=True)
class Converters:
    """What there is to convert with."""

    voices: tuple[Json, ...] = ()
    """Voices that were made from a recording."""
    engines: tuple[Json, ...] = ()
    """Installed engines that convert."""
    missing: tuple[Json, ...] = ()
    """Those that are not installed."""


def converters(studio: Studio) -> Converters:
    """Which voices and engines there are; none where the studio does not answer."""
    try:
        voices, engines = studio.call("list_voices", {})["voices"], studio.call("system_status", {})["engines"]
    except StudioError:
        return Converters()
    able = [engine for engine in engines if engine.get("converts")]
    return Converters(
        tuple(voice for voice in voices if voice.get("kind") == "cloned"),
        tuple(engine for engine in able if engine.get("installed")),
        tuple(engine for engine in able if not engine.get("installed")),
    )


def bring(studio: Studio, path: Path, name: str, memory: Mapping[str, Any] | None) -> Conversion:
    """Keep a recording; the voice that was chosen before stays chosen."""
    try:
        return look_at(studio, {**dict(memory or {}), "file": studio.upload(path, name)["file_id"], "job": ""})
    except StudioError as error:
        return Conversion(error=error.to_dict())


def convert(studio: Studio, memory: Mapping[str, Any] | None, voice: str, engine: str) -> Conversion:
    """Have the recording said in this voice."""
    ids = {**dict(memory or {}), "voice": voice, "engine": engine, "job": ""}
    arguments = {"media": str(ids.get("file", "")), "voice": voice, "engine": engine}
    return begun(studio, fresh(look_at(studio, ids)), "convert_voice", arguments)


def stop(studio: Studio, memory: Mapping[str, Any] | None) -> Conversion:
    """Stop the job that runs; the recording stays."""
    return stopped(studio, look_at(studio, memory))


def look_at(studio: Studio, memory: Mapping[str, Any] | None) -> Conversion:
    """How it is with what a browser remembers; an empty one where nothing of it is left."""
    ids = {name: str((memory or {}).get(name, "")) for name in ("file", "voice", "engine", "job")}
    if not ids["file"]:
        return Conversion()
    try:
        file = studio.call("download_file", {"file_id": ids["file"]})
    except StudioError as gone:
        return Conversion(error=gone.to_dict())
    return seen(studio, Conversion(file, ids["voice"], ids["engine"] or AUTO), ids["job"])


def name_of(voice_id: str, voices: Sequence[Json]) -> str:
    """What people call a voice; a phrase where it is gone."""
    return next((str(voice["name"]) for voice in voices if voice["voice_id"] == voice_id), "another")
