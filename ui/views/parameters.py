"""The parameters of the engine that will speak, as it describes them: sliders and choices with their bounds."""

from __future__ import annotations

from typing import Any

from ui.choice import card, pills
from ui.choices import AUTO
from ui.html import button, div, element, span, text
from ui.speaking import Speaking, fitting
from ui.studio import Json


def engine_cards(who: Speaking) -> str:
    """Engines to choose from; nothing where there is no choice."""
    if len(who.others) < 2:
        return ""
    automatic = pills({AUTO: "Automatic"})
    return automatic + "".join(card(str(engine["engine"]), text(engine["title"])) for engine in who.others)


def draw(who: Speaking, options: Json) -> str:
    """Its parameters. ``options``: what was set, by engine."""
    if who.engine is None or not who.parameters:
        return ""
    given = fitting(who, options)
    rows = "".join(_row(parameter, given.get(parameter["name"])) for parameter in who.parameters)
    forbids = str(who.engine.get("forbids") or "")
    warning = element("p", text(forbids), class_="hint forbidden") if forbids else ""
    head = div("row", element("h3", text(who.engine["title"])), button("quiet", "As it comes", data_reset=True))
    return div("parameters", head, warning, rows, data_engine=who.engine["engine"])


def _row(parameter: Json, given: Any) -> str:
    draws = {"choice": _choice, "flag": _flag}.get(parameter["kind"], _number)
    label = span("setting-label", text(parameter["title"]))
    control = draws(parameter, given)
    kind = {"data_parameter": parameter["name"], "data_kind": parameter["kind"]}
    return div("parameter", label, control, title=parameter["description"], data_set=given is not None, **kind)


def _choice(parameter: Json, given: Any) -> str:
    chosen = parameter["default"] if given is None else given
    options = [
        element("option", text(str(choice).capitalize()), value=choice, selected=choice == chosen)
        for choice in parameter["choices"]
    ]
    select = element(
        "select", *options, data_value=True, aria_label=parameter["title"], data_default=parameter["default"]
    )
    return div("field", select)


def _flag(parameter: Json, given: Any) -> str:
    on = bool(parameter["default"] if given is None else given)
    default = "on" if parameter["default"] else "off"
    return element(
        "input",
        type_="checkbox",
        class_="plain-check",
        checked=on,
        data_value=True,
        aria_label=parameter["title"],
        data_default=default,
    )


def _number(parameter: Json, given: Any) -> str:
    """A slider with its number; where the engine chooses by itself, it says so until it is moved."""
    low, high = parameter["minimum"], parameter["maximum"]
    middle = (float(low) + float(high)) / 2
    value = given if given is not None else parameter["default"]
    shown = middle if value is None else value
    limits = {"min": low, "max": high, "step": parameter["step"] or "any", "value": shown}
    default = "" if parameter["default"] is None else parameter["default"]
    slider = element(
        "input",
        type_="range",
        class_="plain-range",
        aria_label=parameter["title"],
        data_value=True,
        data_default=default,
        **limits,
    )
    return slider + element("output", "auto" if value is None else f"{float(value):g}")
