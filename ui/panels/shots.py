"""When and how each background that was brought is shown: its sentences, its part, what follows when it is over."""

from __future__ import annotations

import gradio as gr

from ui.choices import Choices
from ui.html import div, element

_ON_LOAD = 'Voicereel.shots({element, props, trigger, watch, events: ["pick"]})'


def build(chosen: Choices) -> gr.HTML:
    """Place the list; its value is `Choices.shots`. It is seen where a background has something to be set."""
    hint = element("p", "When each is shown, and which part of it. Open one to change it.", class_="hint")
    note = element("p", "", class_="hint shots-note", role="status", data_shots_note=True)
    return gr.HTML(
        value=dict(chosen.shots),
        html_template=div("shots", element("h3", "Shots"), hint, div("", data_shots=True), note, hidden=True),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="shots",
        elem_classes=["bare"],
    )
