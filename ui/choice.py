"""A choice among cards: our own control, as light as HTML, that Gradio sees as a component with a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from ui.html import button, div, text

# Gradio finds the events of an HTML component by their quoted names in this text.
_ON_LOAD = 'Voicereel.choice({element, props, trigger, watch, server, events: ["pick", "remove", "all"]})'


def choice(
    label: str,
    cards: str,
    value: str | Sequence[str],
    *,
    elem_id: str,
    layout: str = "cards",
    many: bool = False,
    before: str = "",
    server: Sequence[Callable[..., Any]] = (),
) -> gr.HTML:
    """A group of cards of which one is chosen (or several, when ``many``).

    The component's value is the chosen card's name (a list of them when ``many``); people's choices fire ``pick``,
    removed cards ``remove``, and a group that is unfolded for the first time ``all``.
    A listener that has a choice among its outputs always gives it a value or ``cards``: where one is left out, Gradio
    (6.31) takes away the properties of an HTML component, and the cards with them.

    Arrow keys move, space and enter choose, as in a group of radio buttons.

    Args:
        cards: HTML made by `card`.
        layout: Class of the group: ``cards``, ``pills`` or a panel's own.
        before: HTML above the group, e.g. a heading; ours alone, because it becomes part of a template.
        server: Functions that the group's own script may call.
    """
    role = "group" if many else "radiogroup"
    return gr.HTML(
        value=list(value) if many else value,
        html_template=(
            f'{before}<div class="choice {text(layout)}" role="{role}" aria-label="{text(label)}">${{cards}}</div>'
        ),
        cards=cards,
        many=many,
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["bare"],
        server_functions=list(server) or None,
    )


def card(name: str, *inner: str, many: bool = False, classes: str = "", beside: str = "", **data: Any) -> str:
    """One card of a `choice`: ``inner`` and ``beside`` (a second control) are HTML, ``data`` attributes of the card."""
    role = "checkbox" if many else "radio"
    chosen = button("choice-card", *inner, role=role, aria_checked="false", data_choice=name)
    return div(f"card-box {classes}".strip(), chosen, beside, **data)


def pills(options: dict[str, str], *, many: bool = False) -> str:
    """Cards that are one short word each: ``{value: label}``."""
    return "".join(card(value, text(label), many=many) for value, label in options.items())
