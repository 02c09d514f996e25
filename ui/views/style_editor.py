"""The style editor: every part of a caption style as a control, from a plain label to a bounded value.

Each row knows where its value stands in the style (``data-path``); the page's script collects them. Bounds are those of
`backend.captions.style`, which checks them again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ui.html import button, delete_button, div, element, icon, span, text
from ui.studio import Json
from ui.views.styles import drawn, files_of

HIGHLIGHTS = {
    "none": "stays as it is",
    "color": "takes the colour",
    "pop": "pops up",
    "bounce": "hops",
    "box": "stands in a box",
    "underline": "gets a line under it",
    "sweep": "is run through by colour",
    "gradient": "fills with a gradient",
    "fill": "fills, hollow before",
    "brighten": "brightens, faint before",
    "reveal": "appears",
    "type": "is typed",
    "glow": "lights up like neon",
    "punch": "jumps in, all at once",
}
_POSITIONS = {"top": "Top", "center": "Middle", "bottom": "Bottom"}
SHADOW = {"color": "#000000", "opacity": 0.6, "spread": 0.02, "blur": 0.08, "drop": 0.03}
PLATE = {"color": "#101014", "opacity": 0.8, "padding": 0.4, "radius": 0.25, "bar": 0.0, "each_line": False}
_MOST_COLOURS = 6


def own_fields(style: Json) -> Json:
    """The style itself, without what a list says about it."""
    return {name: value for name, value in style.items() if name not in ("style_id", "own", "version", "file_id")}


def draw(style: Json, base: Json, fonts: Sequence[Json], said: str = "") -> str:
    """The editor.

    Args:
        style: what is shown: the chosen style, or that with changes that nobody saved yet.
        base: the chosen style, as ``list_caption_styles`` gives it.
        fonts: as ``list_fonts`` gives them.
        said: HTML that says what happened.
    """
    groups = (
        _group("Letters", _letters(style, fonts), open_=True),
        _group("The spoken word", _spoken(style), open_=True),
        _group("Edge and shadow", _edges(style)),
        _group("Panel behind", _panel(style)),
        _group("Place and amount", _place(style)),
        _group("Emphasised words", _emphasis(style)),
    )
    return said + div(
        "style-editor",
        _look(style, base, fonts),
        div("style-groups", *groups),
        _keeping(style, base),
        data_editor=True,
        data_style=json.dumps(own_fields(style)),
        data_base=json.dumps(own_fields(base)),
        # Of one that is drawn as it was before, Gradio keeps the old one, with all that was changed in it since.
        data_drawn=time.time_ns(),
    )


def _look(style: Json, base: Json, fonts: Sequence[Json]) -> str:
    """The picture that the renderer draws of it, and the way back."""
    picture = span("style-picture", drawn(style, files_of(fonts)), data_draft_picture=True)
    start = element("p", "Started from ", element("b", text(base["title"] or base["name"])), class_="hint")
    back = button("button small", icon("undo"), " Back to it", data_back=True)
    return div("style-look", picture, div("", start, back))


def _keeping(style: Json, base: Json) -> str:
    title = str(style["title"]) if base.get("own") else f"My {str(base['title']).lower()}"
    name = element("input", type_="text", value=title, maxlength=60, data_title=True, aria_label="Name of the style")
    own = bool(base.get("own"))
    change = button("button strong", "Save changes", data_save="change") if own else ""
    new = button("button" if own else "button strong", "Save as new" if own else "Save as my style", data_save="new")
    export = button("button small", icon("download"), " Export", data_export=True) if own else ""
    bin_ = delete_button("Delete this style", sure="Delete style") if own else ""
    bring = button("button small", icon("upload"), " Import", data_bring=True, title="A style's JSON file")
    field = element("label", span("field-label", "Name"), name)
    return div(
        "style-keeping",
        div("field grow", field),
        div("row", change, new),
        div("row own-actions piece", export, bring, bin_),
    )


def _group(title: str, rows: str, open_: bool = False) -> str:
    summary = element("summary", element("h3", text(title)), icon("down"))
    return element("details", summary, div("style-rows", rows), class_="style-group", open=open_)


# ---------------------------------------------------------------- groups


def _letters(style: Json, fonts: Sequence[Json]) -> str:
    own = str(style["font"])
    named = {str(font["family"]): str(font.get("title") or font["family"]) for font in fonts if not font["fallback"]}
    return (
        _select("font", "Font", named if own in named else {**named, own: own}, style)
        + _range("size", "Size", style, 0.02, 0.24, 0.002)
        + _colour("color", "Colour", style)
        + _flag("uppercase", "CAPITALS", style)
        + _range("letter_spacing", "Between letters", style, -0.06, 0.2, 0.005)
        + _range("line_height", "Line height", style, 0.8, 2.0, 0.01)
    )


def _spoken(style: Json) -> str:
    return (
        _select("highlight", "A spoken word", HIGHLIGHTS, style)
        + _colours("accent", "Colours", style)
        + _select("accent_by", "Next colour with", {"cue": "each caption", "speaker": "each speaker"}, style)
        + _flag("tinted", "All letters in that colour", style)
        + _row("active_color", "Letters in the box", _optional_colour(style, "active_color", "#14120A"), "optional")
        + _range("faint", "Faint before", style, 0.1, 1.0, 0.01)
    )


def _edges(style: Json) -> str:
    shadow = style.get("shadow")
    shown = {"shadow": shadow or SHADOW}
    rows = (
        _range("shadow.opacity", "How dark", shown, 0.0, 1.0, 0.01)
        + _range("shadow.blur", "How soft", shown, 0.0, 0.3, 0.005)
        + _range("shadow.spread", "How wide", shown, 0.0, 0.15, 0.005)
        + _range("shadow.drop", "How low", shown, 0.0, 0.2, 0.005)
        + _colour("shadow.color", "Its colour", shown)
    )
    return (
        _range("outline", "Outline", style, 0.0, 0.2, 0.005)
        + _colour("outline_color", "Its colour", style)
        + _part("shadow", "Shadow", shadow is not None, rows)
    )


def _panel(style: Json) -> str:
    plate = style.get("plate")
    shown = {"plate": plate or PLATE}
    rows = (
        _colour("plate.color", "Colour", shown)
        + _range("plate.opacity", "How solid", shown, 0.0, 1.0, 0.01)
        + _range("plate.padding", "Room inside", shown, 0.0, 1.2, 0.02)
        + _range("plate.radius", "Round corners", shown, 0.0, 1.0, 0.02)
        + _range("plate.bar", "Bar at its start", shown, 0.0, 0.5, 0.02)
        + _flag("plate.each_line", "One for each line", shown)
    )
    return _part("plate", "Panel", plate is not None, rows)


def _place(style: Json) -> str:
    return (
        _select("position", "Place", _POSITIONS, style)
        + _select("align", "Lines", {"center": "centred", "left": "from the left"}, style)
        + _range("rules.max_words", "Words at a time", style, 1, 20, 1)
        + _range("rules.max_lines", "Lines at a time", style, 1, 4, 1)
        + _range("rules.max_characters", "Letters a line", style, 4, 60, 1)
    )


def _emphasis(style: Json) -> str:
    words = ", ".join(style.get("emphasis_words") or ())
    box = element("input", type_="text", value=words, placeholder="never, free, today", data_value=True, maxlength=1000)
    color = _optional_colour(style, "emphasis_color", "#FFE135")
    return (
        _row("emphasis_words", "Always these", div("field", box), "words")
        + _row("emphasis_color", "Own colour", color, "optional")
        + _range("emphasis_scale", "Size", style, 1.0, 1.5, 0.01)
    )


# ---------------------------------------------------------------- rows


def _row(path: str, label: str, control: str, kind: str) -> str:
    return div("style-row", span("setting-label", text(label)), control, data_path=path, data_kind=kind)


def _at(style: Mapping[str, Any], path: str) -> Any:
    """The value at ``rules.max_words`` and the like."""
    found: Any = style
    for name in path.split("."):
        found = found[name]
    return found


def _range(path: str, label: str, style: Mapping[str, Any], low: float, high: float, step: float) -> str:
    value = float(_at(style, path))
    limits = {"min": min(low, value), "max": max(high, value), "step": step, "value": f"{value:g}"}
    slider = element("input", type_="range", class_="plain-range", aria_label=label, data_value=True, **limits)
    return _row(path, label, slider + element("output", ""), "count" if step == 1 else "number")


def _select(path: str, label: str, options: Mapping[str, str], style: Mapping[str, Any]) -> str:
    chosen = str(_at(style, path))
    written = "".join(
        element("option", text(said), value=value, selected=value == chosen) for value, said in options.items()
    )
    return _row(path, label, div("field", element("select", written, data_value=True, aria_label=label)), "text")


def _swatch(value: str, label: str) -> str:
    return element(
        "input", type_="color", value=value.lower(), class_="swatch-input", data_value=True, aria_label=label
    )


def _colour(path: str, label: str, style: Mapping[str, Any]) -> str:
    value = str(_at(style, path))
    return _row(path, label, _swatch(value, label) + element("code", text(value.upper())), "colour")


def _optional_colour(style: Mapping[str, Any], name: str, first: str) -> str:
    value = style.get(name)
    check = element("input", type_="checkbox", class_="plain-check", checked=value is not None, data_on=True)
    return div("row", check, _swatch(str(value or first), "Colour"))


def _colours(path: str, label: str, style: Mapping[str, Any]) -> str:
    swatches = "".join(_swatch(str(value), label) for value in _at(style, path))
    less = button("icon-button", "−", data_fewer=True, aria_label="One colour less")
    more = button("icon-button", icon("plus"), data_more=True, aria_label="One colour more")
    return _row(path, label, div("row swatches-row", swatches, less, more, data_most=_MOST_COLOURS), "colours")


def _flag(path: str, label: str, style: Mapping[str, Any]) -> str:
    on = bool(_at(style, path))
    box = element("input", type_="checkbox", class_="plain-check", checked=on, data_value=True, aria_label=label)
    return _row(path, label, box, "flag")


def _part(path: str, label: str, there: bool, rows: str) -> str:
    """Something that may be left out altogether."""
    box = element("input", type_="checkbox", class_="plain-check", checked=there, data_value=True, aria_label=label)
    head = _row(path, label, box, "part")
    return div("style-part", head, div("style-rows part-rows", rows), data_there=there)


def saved_card(style: Json) -> str:
    """A short word that a style was kept."""
    return div(
        "notice good", icon("check"), div("", "Saved as ", element("b", text(style["title"])), "."), role="status"
    )


def removed(style: Json) -> str:
    said = div("", element("b", text(style["title"])), " is deleted. What was made with it stays as it is.")
    return div("notice good", icon("check"), said, role="status")
