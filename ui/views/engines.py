"""The engines as cards: what each is good for, what its licence forbids, what it takes, and how it gets here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ui.html import button, delete_button, div, element, heading, icon, plural, problem, size_of, span, text
from ui.studio import Json
from ui.views.progress import RUNNING, bar, remaining

_HINT = "Each model runs in a process of its own: it can crash or hang without touching the studio."
_MISSING = "not fetched yet"
"""What the studio says of weights that are not there."""


def draw(engines: Sequence[Json], installs: Mapping[str, Json], said: str = "") -> str:
    """All engines. ``installs``: jobs that install one, by its name; ``said`` is HTML above them."""
    titles = {_name(engine): _title(engine) for engine in engines}
    cards = [_card(engine, installs.get(_name(engine)), titles) for engine in engines]
    return div("card", heading("Engines", _HINT), said, div("engines", *cards))


def _name(engine: Json) -> str:
    return str(engine.get("engine") or engine.get("name") or "")


def _title(engine: Json) -> str:
    return str(engine.get("title") or _name(engine))


def _card(engine: Json, install: Json | None, titles: Mapping[str, str]) -> str:
    runs = install is not None and install["state"] in RUNNING
    state, said = ("wait", "installing") if runs else _state(engine)
    head = div(
        "row engine-head",
        element("i", class_=f"dot is-{state}"),
        element("h3", text(_title(engine))),
        span("tag", text(said)),
        span("grow"),
        "" if runs else _actions(engine),
    )
    forbids = str(engine.get("forbids") or "")
    licence = element("p", text(_licence(engine)), class_="hint") if _licence(engine) else ""
    warning = div("forbids", icon("alert"), element("span", text(forbids))) if forbids else ""
    progress = _progress(install) if install is not None else ""
    sizes = element("p", text(_sizes(engine, titles)), class_="hint sizes") if _sizes(engine, titles) else ""
    body = div("engine-body", element("p", text(good_for(engine, titles))), licence, warning, sizes, progress)
    return element("article", head, body, class_="engine", data_engine=_name(engine))


def _state(engine: Json) -> tuple[str, str]:
    if not engine.get("installed", True):
        return "off", "not installed"
    if engine.get("weights") == _MISSING:
        return "wait", "weights are fetched at first use"
    return "on", "running" if engine.get("loaded") else "ready"


def good_for(engine: Json, titles: Mapping[str, str]) -> str:
    """What an engine does, in a sentence or two made from what it says of itself."""
    said = []
    languages = engine.get("languages") or ()
    count = len({str(tag).partition("-")[0] for tag in languages})
    spoken = (
        f" in {plural(count, 'language')}" if count > 1 else f" in one language ({languages[0]})" if languages else ""
    )
    if engine.get("clones"):
        said.append(f"Speaks with a voice of your own, from a short recording{spoken}.")
    elif engine.get("speaks"):
        said.append(f"Speaks{spoken} with built-in voices." if languages else "No model: for trying the studio out.")
    if engine.get("stands_in_for"):
        other = str(engine["stands_in_for"])
        said.append(f"Takes the place of {titles.get(other, other)} where a graphics card works.")
    if engine.get("converts"):
        said.append("Says a recording again in another voice.")
    if engine.get("listens"):
        said.append(f"Listens{spoken}: transcripts, and checks of what was said.")
    if engine.get("watermarks"):
        said.append("Marks its sound inaudibly as made by a machine.")
    return " ".join(said)


def _licence(engine: Json) -> str:
    licence = engine.get("licence") or ""
    device = str(engine.get("device") or "")
    return " · ".join(filter(None, (f"Licence: {licence}" if licence else "", f"runs on {device}" if device else "")))


def _sizes(engine: Json, titles: Mapping[str, str]) -> str:
    """What installing fetches and takes; once it is there, what it has taken."""
    environment = engine.get("environment") or {}
    weights = int(engine.get("weights_bytes") or 0)
    if not engine.get("installed", True):
        shared = [titles.get(str(name), str(name)) for name in environment.get("shared_with", ())]
        parts = [f"Packages: {size_of(environment.get('download_bytes', 0))} to fetch, "
                 f"{size_of(environment.get('disk_bytes', 0))} on disk"]  # fmt: skip
        parts += [f"weights: {size_of(weights)}"] if weights and engine.get("weights") == _MISSING else []
        parts += [f"packages shared with {' and '.join(shared)}"] if shared else []
        return " · ".join(parts)
    taken = [f"{size_of(environment['bytes'])} of packages"] if environment.get("bytes") else []
    if weights:
        taken.append(f"{size_of(weights)} of weights{' to fetch' if engine.get('weights') == _MISSING else ''}")
    return " · ".join(taken)


def _actions(engine: Json) -> str:
    title = _title(engine)
    if not engine.get("installed", True):
        return button(
            "button small strong", icon("download"), " Install", data_install=True, aria_label=f"Install {title}"
        )
    fetch = ""
    if engine.get("weights") == _MISSING:
        fetch = button("button small", icon("download"), " Fetch now", data_install=True, aria_label=f"Fetch {title}")
    return fetch + (_uninstall(title) if engine.get("environment") else "")


def _uninstall(title: str) -> str:
    return div("own-actions", delete_button(f"Uninstall {title}", "Uninstall", "Uninstall"))


def _progress(install: Json) -> str:
    if install["state"] not in RUNNING:
        return problem(install.get("error")) if install.get("error") else ""
    stop = button("button small", "Stop", data_stop=True)
    said = element("p", text(install.get("message") or "Waiting"), class_="hint")
    return div("installing", div("row", bar(install), remaining(install), stop), said, role="status")
