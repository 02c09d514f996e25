"""Pictures out of the video on the stage, as the page sees them: a thumbnail, a sheet of moments, one that moves.

A browser keeps ids and settings only (see `Picturing.remember`), so that a reload finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from backend.errors import StudioError
from ui.own_job import OwnJob, begun, complained, fresh, link_of, seen, stopped
from ui.show import Show
from ui.studio import Json, Studio

THUMBNAIL, SHEET, MOVING = "thumbnail", "sheet", "moving"
DEFAULTS: Mapping[str, str] = {
    "kind": THUMBNAIL,
    "text": "",
    "place": "top",
    "moment": "1",
    "layout": "4x3",
    "start": "0",
    "seconds": "3",
    "animation": "gif",
}
"""What the form says at first; all of it is text, as forms have it."""
LAYOUTS = {"3x2": "6 moments", "4x3": "12 moments", "5x4": "20 moments"}
"""Columns and rows of a sheet."""
PLACES = {"top": "At the top", "center": "In the middle", "bottom": "At the bottom"}
"""Of words on a thumbnail; captions that are in the video are mostly below."""


@dataclass(frozen=True)
class Picturing(OwnJob):
    """All fields empty: nothing was asked for yet."""

    video: str = ""
    """file_id of the video that the picture is of."""
    form: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    picture: str = ""
    """file_id of a picture that was made at once, without a job."""

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        if not self.video:
            return {}
        return {"video": self.video, "form": dict(self.form), "job": self.job, "picture": self.picture}


def of_stage(show: Show | None) -> Json | None:
    """The video of the frame that is looked at, or the first one; None where nothing is rendered."""
    videos = show.videos if show else {}
    found = videos.get(show.size if show else "") or next(iter(videos.values()), None)
    return found["file"] if found else None


def look_at(studio: Studio, memory: Any, show: Show | None) -> Picturing:
    """How it is with what a browser remembers; of another video than is on the stage, only the form stays."""
    ids = dict(memory) if isinstance(memory, Mapping) else {}
    file = of_stage(show)
    now = Picturing(str(file["file_id"]) if file else "", {**DEFAULTS, **_texts(ids.get("form"))})
    if not now.video or ids.get("video") != now.video:
        return now
    if ids.get("picture"):
        return replace(now, picture=str(ids["picture"]), result=link_of(studio, ids["picture"]))
    return seen(studio, now, str(ids.get("job", "")))


def begin(studio: Studio, memory: Any, show: Show | None, form: Any, style: str | Json) -> Picturing:
    """Have the picture made that the form asks for. ``style``: the captions', in which words are written."""
    now = fresh(look_at(studio, memory, show))
    now = replace(now, form={**now.form, **_texts(form)}, picture="")
    if now.form["kind"] == SHEET:
        return begun(studio, now, "make_contact_sheet", _sheet(now))
    if now.form["kind"] == MOVING:
        return begun(studio, now, "make_animation", _moving(now))
    try:
        made = studio.call("make_thumbnail", _thumbnail(now, style))
    except StudioError as error:
        return complained(now, error)
    return replace(now, picture=str(made["file_id"]), result=made)


def stop(studio: Studio, memory: Any, show: Show | None) -> Picturing:
    """Stop the job that runs."""
    return stopped(studio, look_at(studio, memory, show))


def _thumbnail(now: Picturing, style: str | Json) -> Json:
    said = {"text": now.form["text"], "layout": {"position": now.form["place"]}}
    return {"video": now.video, **said, "timestamp": _number(now, "moment"), "style": style}


def _sheet(now: Picturing) -> Json:
    columns, _, rows = now.form["layout"].partition("x")
    return {"video": now.video, "columns": int(columns), "rows": int(rows)}


def _moving(now: Picturing) -> Json:
    times = {"start": _number(now, "start"), "seconds": _number(now, "seconds")}
    return {"video": now.video, **times, "animation_format": now.form["animation"]}


def _number(now: Picturing, name: str) -> float:
    """What was written there; the usual where that is no number."""
    try:
        return float(now.form[name])
    except ValueError:
        return float(DEFAULTS[name])


def _texts(form: Any) -> dict[str, str]:
    given = form if isinstance(form, Mapping) else {}
    known = {name: str(given[name])[:200] for name in DEFAULTS if name in given}
    for name, options in (("layout", LAYOUTS), ("place", PLACES)):
        if known.get(name, DEFAULTS[name]) not in options:
            del known[name]
    return known
