"""A video over another one: both files, the picture that follows every control, and what came out."""

from __future__ import annotations

from typing import Any

from ui.colorkey import ABOVE, BELOW, Overlaying
from ui.html import address, button, clock, div, element, heading, icon, problem, span, text
from ui.studio import Json
from ui.views.merging import VIDEOS, foreseen, made
from ui.views.progress import working

_TITLE = "Lay a video over another"
_HINT = "One with a green, blue or black screen: the screen goes, what stands before it stays."
_TILES = {
    BELOW: ("Video below", "Its length, sound and shape stay"),
    ABOVE: ("Overlay", "With a coloured screen behind it"),
}
_PLACES = ("top_left", "top", "top_right", "left", "center", "right", "bottom_left", "bottom", "bottom_right")
_SCREENS = {"green": "Green", "blue": "Blue", "black": "Black", "own": "Other"}


def draw(now: Overlaying) -> str:
    """The card in whatever state it is."""
    trouble = problem(now.error) if now.error else ""
    if now.status is not None:
        return working("Laying one over the other", now.status)
    pickers = "".join(
        element("input", type_="file", accept=f"{VIDEOS},image/*", hidden=True, data_picker=which) for which in _TILES
    )
    files = div("key-files", *(_file(which, now.files.get(which)) for which in _TILES))
    sending = div("sending", span("hint", "Sending…", data_sent=True), hidden=True, data_sending=True)
    tuner = _tuner(now) if now.whole else ""
    return heading(_TITLE, _HINT) + trouble + files + sending + tuner + pickers


def _file(which: str, file: Json | None) -> str:
    title, hint = _TILES[which]
    if file is None:
        words = span("", element("b", text(title)), span("hint", text(hint)))
        return button("tile", span("tile-icon", icon("film")), words, data_bring=which)
    if str(file["media_type"]).startswith("image/"):
        picture = element("img", src=address(file), alt="")
    else:
        src = f"{address(file)}#t=0.3"
        picture = element("video", src=src, muted=True, playsinline=True, preload="metadata")
    length = f" · {clock(file['seconds'])}" if file["seconds"] else ""
    words = div("", element("b", text(file["name"])), span("hint", text(f"{title}{length}")))
    other = button("quiet", "Another", data_bring=which, aria_label=f"Another file for: {title}")
    return div("key-file", picture, words, other)


def _tuner(now: Overlaying) -> str:
    data: dict[str, Any] = {f"data_{which}": file["file_id"] for which, file in now.files.items()}
    length = float(now.files[BELOW]["seconds"])
    verb = "Lay it over" if now.result is None else "Make it again"
    classes = "button primary-button" if now.result is None else "button"
    foot = div("row joined-foot", button(classes, verb, data_make=True), foreseen())
    result = made(now.result, "key-result") if now.result else ""
    return div("tuner", _look(length), _controls(now.settings), data_tuner=True, **data) + foot + result


def _look(length: float) -> str:
    picture = element("img", alt="How it will look at this moment", data_look_picture=True, hidden=True)
    pills = _pills("view", {"result": "Result", "matte": "What stays"}, "result", "What is shown")
    limits = {"min": 0, "max": f"{max(0.1, length):.2f}", "step": 0.01, "value": f"{min(1.0, length / 2):.2f}"}
    line = element("input", type_="range", class_="plain-range", aria_label="Moment", data_time=True, **limits)
    time = div("tuner-time", line, span("meta", "", data_time_said=True))
    said = element("p", "", class_="hint tuner-said", role="status", data_look_said=True)
    return div("tuner-look", div("tuner-picture", picture), time, div("row", pills), said)


def _controls(settings: Any) -> str:
    known = settings["color"] if settings["color"] in _SCREENS else "own"
    own = settings["color"] if str(settings["color"]).startswith("#") else "#00b140"
    found = span("tuner-found", element("i", data_found=True), span("", "", data_found_said=True))
    colour = element("input", type_="color", value=own, aria_label="Colour of the screen", data_own=True)
    screen = div("row", _pills("color", _SCREENS, known, "Screen"), colour, found)
    places = (
        button(
            "",
            role="radio",
            data_set="position",
            data_to=place,
            aria_checked=str(place == settings["position"]).lower(),
            aria_label=place.replace("_", " "),
        )
        for place in _PLACES
    )
    end = settings["end"] if settings["end"] is not None else ""
    times = div(
        "row",
        _seconds("start", settings["start"], "0", "Comes after so many seconds"),
        "to",
        _seconds("end", end, "end", "Goes after so many seconds"),
        "s",
    )
    again = element("input", type_="checkbox", class_="plain-check", checked=bool(settings["loop"]), data_loop=True)
    return div(
        "tuner-controls",
        _row("Screen", screen),
        _slider("Remove", "similarity", settings, 0.01, 0.5, "How much is taken for the screen"),
        _slider("Soft edge", "blend", settings, 0, 0.5, "How gradually it goes over into what stays"),
        _slider("Clean edges", "spill", settings, 0, 1, "How much of the screen's shine is taken off edges and hair"),
        _slider("Size", "scale", settings, 0.1, 2, "Of the overlay; 100 % is as large as fits"),
        _row("Place", div("nine", *places, role="radiogroup", aria_label="Place")),
        _row("Shown from", times),
        _row("Again", element("label", again, " Begins again until then", class_="row")),
    )


def _row(label: str, control: str) -> str:
    return div("tuner-row", span("", text(label)), div("wide", control))


def _slider(label: str, name: str, settings: Any, least: float, most: float, title: str) -> str:
    limits = {"min": least, "max": most, "step": 0.01, "value": settings[name]}
    line = element("input", type_="range", class_="plain-range", aria_label=label, data_number=name, **limits)
    return div("tuner-row", span("", text(label), title=title), line, element("output", ""))


def _seconds(name: str, value: Any, empty: str, label: str) -> str:
    limits = {"min": 0, "step": 0.1, "value": value, "placeholder": empty}
    return element("input", type_="number", aria_label=label, data_second=name, **limits)


def _pills(name: str, options: dict[str, str], chosen: str, label: str) -> str:
    buttons = (
        button("", text(said), role="radio", data_set=name, data_to=value, aria_checked=str(value == chosen).lower())
        for value, said in options.items()
    )
    return div("tuner-pills", *buttons, role="radiogroup", aria_label=label)
