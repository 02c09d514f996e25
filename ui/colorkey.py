"""A video that is laid over another one, as the page sees it: both of them, the settings, what came out.

A browser keeps ids and settings only (see `Overlaying.remember`), so that a reload finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from ui.foreseeing import foreseen_of
from ui.html import address
from ui.own_job import OwnJob, begun, complained, fresh, link_of, seen, stopped
from ui.studio import Json, Studio

BELOW, ABOVE = "video", "overlay"
"""The two files."""
DEFAULTS: Mapping[str, Any] = {
    "color": "green",
    "similarity": 0.1,
    "blend": 0.1,
    "spill": 1.0,
    "position": "center",
    "scale": 1.0,
    "loop": True,
    "start": 0.0,
    "end": None,
}
"""Settings at first, as ``add_colorkey_overlay`` has them."""
_LOOK_HEIGHT = 720


@dataclass(frozen=True)
class Overlaying(OwnJob):
    """All fields empty: nothing was brought yet."""

    files: Mapping[str, Json] = field(default_factory=dict)
    """`BELOW` and `ABOVE`: links, each with ``seconds``."""
    settings: Mapping[str, Any] = field(default_factory=lambda: dict(DEFAULTS))

    @property
    def whole(self) -> bool:
        """Whether both files are there."""
        return BELOW in self.files and ABOVE in self.files

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        if not self.files:
            return {}
        files = {which: {"file_id": file["file_id"], "seconds": file["seconds"]} for which, file in self.files.items()}
        return {"files": files, "settings": dict(self.settings), "job": self.job}


def bring(studio: Studio, memory: Any, which: str, path: Path, name: str, settings: Any) -> Overlaying:
    """Keep one of the two files."""
    now = replace(look_at(studio, memory, settings), result=None, job="")
    if which not in (BELOW, ABOVE):
        return now
    try:
        file = studio.upload(path, name)
        info = studio.call("get_video_info", {"video": file["file_id"]})
    except StudioError as error:
        return complained(now, error)
    return replace(now, files={**now.files, which: {**file, "seconds": info["duration"]}})


def begin(studio: Studio, memory: Any, settings: Any) -> Overlaying:
    """Have the one laid over the other."""
    now = fresh(look_at(studio, memory, settings))
    return begun(studio, now, "add_colorkey_overlay", _arguments(now))


def foresee(studio: Studio, asked: Any) -> Json:
    """What it would take, see `foreseen_of`.

    Args:
        asked: ``video`` and ``overlay`` (file_ids) and the ``settings``.
    """
    given = asked if isinstance(asked, Mapping) else {}
    return foreseen_of(studio, "add_colorkey_overlay", _asked(given))


def stop(studio: Studio, memory: Any) -> Overlaying:
    """Stop the job that runs; the files stay."""
    return stopped(studio, look_at(studio, memory))


def look(studio: Studio, asked: Any) -> Json:
    """One moment as it will be: ``{"url", "color"}``, or ``{"error"}``.

    Args:
        asked: ``video`` and ``overlay`` (file_ids), ``settings``, ``time`` in seconds and ``view``.
    """
    given = asked if isinstance(asked, Mapping) else {}
    try:
        arguments = {
            **_asked(given),
            "time": max(0.0, float(given.get("time") or 0.0)),
            "view": "matte" if given.get("view") == "matte" else "result",
            "height": _LOOK_HEIGHT,
        }
        seen = studio.call("preview_colorkey_overlay", arguments)
    except StudioError as error:
        return {"error": error.to_dict()}
    return {"url": address(seen["picture"]), "color": seen["color"]}


def look_at(studio: Studio, memory: Any, settings: Any = None) -> Overlaying:
    """How it is with what a browser remembers; what is gone is left out.

    Args:
        settings: what the controls say now; None where they were not asked.
    """
    ids = dict(memory) if isinstance(memory, Mapping) else {}
    known = ids.get("files") if isinstance(ids.get("files"), Mapping) else {}
    files = {}
    for which in (BELOW, ABOVE):
        kept = (known or {}).get(which) or {}
        link = link_of(studio, kept.get("file_id"))
        if link:
            files[which] = {**kept, **link}
    now = Overlaying(files, _settings({**_settings(ids.get("settings")), **dict(settings or {})}))
    return seen(studio, now, str(ids.get("job", "")))


def _asked(given: Mapping[str, Any]) -> Json:
    """What the tuner's script sent: both files and the settings."""
    return {**_settings(given.get("settings")), **{which: str(given.get(which, "")) for which in (BELOW, ABOVE)}}


def _arguments(now: Overlaying) -> Json:
    return {**now.settings, **{which: file["file_id"] for which, file in now.files.items()}}


def _settings(given: Any) -> Json:
    """Settings of the names we know; what is right of them, the studio says."""
    named = given if isinstance(given, Mapping) else {}
    return {name: named.get(name, default) for name, default in DEFAULTS.items()}
