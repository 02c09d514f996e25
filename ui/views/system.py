"""How the studio and its machine are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ui.html import div, element, heading, icon, size_of, span, text
from ui.studio import Json
from ui.views import engines

_VERSION = re.compile(r"\d+(?:\.\d+)+")


def draw(status: Json, installs: Mapping[str, Json] | None = None, said: str = "") -> str:
    """Engines, the machine, and what wants attention.

    Args:
        installs: how the jobs are that install an engine, by its name; they run or ended badly.
        said: HTML above the engines, e.g. what went wrong.
    """
    drawn = engines.draw(status.get("engines", ()), installs or {}, said)
    facts = element("dl", *map(_fact, _facts(status)), class_="facts")
    machine = div("card", heading("Machine", right=_sign_out(status)), facts, _disk(status.get("disk") or {}))
    return _notices(status) + drawn + machine


def _notices(status: Json) -> str:
    warnings = [div("notice", icon("alert"), element("span", text(said))) for said in status.get("warnings", ())]
    good = div("notice good", icon("check"), element("span", "Everything is in order."))
    return "".join(warnings) or good


def _facts(status: Json) -> list[tuple[str, str]]:
    names = {
        "ffmpeg": "ffmpeg",
        "storage": "Storage",
        "database": "Database",
        "access": "Access",
        "jobs": "Jobs",
        "python": "Python",
    }
    listen = [f"{one['title']}{'' if one['available'] else ' (off)'}" for one in status.get("recognisers", ())]
    told = [(shown, _said(status[name])) for name, shown in names.items() if status.get(name)]
    return [*told, ("Listens", " · ".join(listen))] if listen else told


def _sign_out(status: Json) -> str:
    """Ends this browser's session, where there are sessions."""
    if (status.get("access") or {}).get("kind") != "key":
        return ""
    leave = element("button", "Sign out", type_="submit", class_="button small")
    return element("form", leave, method="post", action="logout")


def _fact(fact: tuple[str, str]) -> str:
    return element("div", element("dt", text(fact[0])), element("dd", text(fact[1])))


def _said(value: Any) -> str:
    """A part of the machine in a few words: its kind, version, source, and how many jobs it has."""
    if not isinstance(value, Mapping):
        return str(value)
    version = _VERSION.search(str(value.get("version", "")))
    words = [str(value.get("kind") or ""), version.group() if version else "", str(value.get("source") or "")]
    counted = [f"{value[name]} {name}" for name in ("running", "queued") if isinstance(value.get(name), int)]
    return " · ".join(filter(None, words + counted)) or "there"


def _disk(disk: Mapping[str, Any]) -> str:
    free, total = float(disk.get("free_bytes", 0)), float(disk.get("total_bytes", 0))
    if total <= 0:
        return ""
    said = div("row", "<span>Disk</span>", span("meta", f"{size_of(free)} free of {size_of(total)}"))
    return div("disk", said, div("bar", element("i", style=f"width:{100 * (1 - free / total):.1f}%")))
