"""What takes room, by kind, with what could be freed of it; and what a check of the library found."""

from __future__ import annotations

from collections.abc import Sequence

from ui.html import button, delete_button, div, element, heading, icon, plural, problem, size_of, span, text
from ui.room import Room
from ui.studio import Json
from ui.views.progress import bar, remaining

_KINDS = {
    "videos": ("Videos", "with their captions"),
    "narrations": ("Voice-overs", "in all their versions"),
    "captions": ("Captions", "on their own"),
    "uploads": ("Uploaded files", "pictures, clips, recordings"),
    "transcripts": ("Transcripts", "of recordings, for a week"),
    "previews": ("Previews", "made again when they are wanted"),
    "takes": ("Spoken sentences", "so that none is spoken twice"),
}
_SHOWN = 12
"""Problems that are listed."""


def draw(room: Room) -> str:
    """The card."""
    if room.usage is None:
        return heading("Room", "Counting…") + (problem(room.error) if room.error else "")
    hint = f"{size_of(room.usage['bytes'])} are kept. {_by_itself(room.usage)}"
    check = button("button small", icon("search"), " Check the library", data_check=True, disabled=room.running)
    rows = div("room", *(_row(kind) for kind in room.usage["kinds"] if kind["count"]))
    return heading("Room", hint, check) + _said(room) + _check(room) + rows


def _by_itself(usage: Json) -> str:
    """What is deleted after how many days."""
    keeps = usage["keeps"]
    named = (("results_days", "Results"), ("uploads_days", "uploads"), ("takes_days", "spoken sentences"))
    goes = [f"{what} after {plural(keeps[name], 'day')}" for name, what in named if keeps.get(name)]
    limit = f" Up to {size_of(usage['most_bytes'])} may be kept." if usage.get("most_bytes") else ""
    said = ", ".join(goes)
    return f"{said[:1].upper()}{said[1:]} go by themselves.{limit}" if said else f"Nothing goes by itself.{limit}"


def _said(room: Room) -> str:
    if room.error:
        return problem(room.error)
    if room.freed is None:
        return ""
    freed = room.freed
    kept = f" {freed['in_use']} are shared or in use, and stay." if freed["in_use"] else ""
    done = f"{size_of(freed['bytes'])} freed.{kept}" if freed["deleted"] else f"Nothing was deleted.{kept}"
    return div("notice good", icon("check"), span("", text(done)), role="status")


def _row(kind: Json) -> str:
    title, about = _KINDS[kind["kind"]]
    some = [one for one in kind["freeable"] if one["count"]]
    words = div("room-words", element("b", text(title)), span("hint", text(f"{kind['count']} · {about}")))
    size = span("meta", size_of(kind["bytes"]))
    if not some:
        return div("room-row", words, size, span("hint room-used", "in use"), data_kind=kind["kind"])
    ages = element("select", *map(_age, some), aria_label=f"How old {title.lower()} to free", data_days=True)
    free = div("own-actions", delete_button(f"Free room: {title}", "Free this room", "Delete"))
    return div("room-row", words, size, div("row room-free", ages, free), data_kind=kind["kind"])


def _age(one: Json) -> str:
    days = one["older_than_days"]
    old = f"older than {days} days" if days else "all that is not in use"
    return element("option", text(f"{old}: {size_of(one['bytes'])}"), value=days)


def _check(room: Room) -> str:
    if room.running and room.status is not None:
        stop = button("button small", "Stop", data_stop=True)
        said = element("p", text(room.status.get("message") or "Waiting"), class_="hint")
        return div("installing", div("row", bar(room.status), remaining(room.status), stop), said, role="status")
    return _found(room.result) if room.result is not None else ""


def _found(report: Json) -> str:
    checked = report["checked"]
    looked = f"{plural(checked['things'], 'thing')} and {plural(checked['files'], 'file')} were looked at"
    mended = f" {report['mended']} mended." if report["mended"] else ""
    left = report["found"] - report["mended"]
    if not left:
        good = f"The library is whole: {looked}.{mended}"
        return div("notice good", icon("check"), span("", text(good)), role="status")
    said = f"{plural(left, 'problem')}: {looked}.{mended}"
    wrong = [one for one in report["problems"] if not one["mended"]]
    can = any("repair" in one["hint"] for one in wrong)
    mend = button("button small strong", "Mend what can be mended", data_repair=True) if can else ""
    head = div("row", span("grow", text(said)), mend)
    return div("found", head, element("ul", *map(_problem, wrong[:_SHOWN])), _more(wrong), role="status")


def _problem(one: Json) -> str:
    version = f"version {one['version']}" if one["version"] else ""
    named = " ".join(filter(None, (one["id"], version, one["file"])))
    return element("li", element("b", text(one["said"])), span("hint", text(one["hint"])), element("code", text(named)))


def _more(wrong: Sequence[Json]) -> str:
    more = len(wrong) - _SHOWN
    said = f"and {more} more: python -m backend check-library lists all."
    return element("p", said, class_="hint") if more > 0 else ""
