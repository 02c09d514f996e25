"""How the studio and its machine are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.html import heading, icon, plural, size_of, text
from ui.studio import Json


def draw(status: Json) -> str:
    """Engines, the machine, and what wants attention."""
    warnings = "".join(
        f'<div class="notice">{icon("alert")}<span>{text(warning)}</span></div>'
        for warning in status.get("warnings", ())
    )
    good = f'<div class="notice good">{icon("check")}<span>Everything is in order.</span></div>'
    engines = "".join(_engine(engine) for engine in status.get("engines", ()))
    hint = "Each model runs in a process of its own and is unloaded when it is idle."
    return (
        f'{warnings or good}<div class="card">{heading("Engines", hint)}<div class="engines">{engines}</div></div>'
        f'<div class="card">{heading("Machine")}<dl class="facts">{_facts(status)}</dl>{_disk(status.get("disk") or {})}</div>'
    )


def _engine(engine: Json) -> str:
    name = str(engine.get("title") or engine.get("name") or engine.get("engine"))
    installed, weights = engine.get("installed", True), engine.get("weights", True)
    if not installed:
        state, said = "off", "not installed"
    elif weights in (False, "missing"):
        state, said = "wait", "weights are fetched at first use"
    else:
        state, said = "on", "running" if engine.get("running") else "ready"
    return (
        f'<div class="engine"><i class="dot is-{state}"></i><div><b>{text(name)}</b>'
        f'<span class="hint">{text(" · ".join(_about(engine)))}</span></div><span class="tag">{text(said)}</span></div>'
    )


def _about(engine: Json) -> list[str]:
    said = [str(engine[field]) for field in ("description", "device", "licence", "license") if engine.get(field)]
    languages = engine.get("languages")
    if isinstance(languages, (list, tuple)) and languages:
        said.append(plural(len(languages), "language"))
    if isinstance(engine.get("voices"), int):
        said.append(plural(engine["voices"], "voice"))
    if isinstance(engine.get("memory_bytes"), (int, float)):
        said.append(size_of(engine["memory_bytes"]))
    return said


def _facts(status: Json) -> str:
    rows = {name: status.get(name) for name in ("ffmpeg", "storage", "database", "jobs", "python")}
    return "".join(
        f"<div><dt>{text(name.capitalize() if name != 'ffmpeg' else name)}</dt><dd>{text(_said(value))}</dd></div>"
        for name, value in rows.items()
        if value
    )


def _said(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    shown = {"kind", "version", "source"}
    plain = [str(each) for name, each in value.items() if name in shown and each]
    counted = [
        f"{each} {name}" for name, each in value.items() if isinstance(each, int) and name in ("running", "queued")
    ]
    return " · ".join(plain + counted) or "there"


def _disk(disk: Mapping[str, Any]) -> str:
    free, total = float(disk.get("free_bytes", 0)), float(disk.get("total_bytes", 0))
    if total <= 0:
        return ""
    used = 100 * (1 - free / total)
    return (
        f'<div class="disk"><div class="row"><span>Disk</span><span class="meta">{size_of(free)} free of {size_of(total)}</span>'
        f'</div><div class="bar"><i style="width:{used:.1f}%"></i></div></div>'
    )
