"""Voices: a recording said again in another voice. The recorder is the page's own script; the conversion is a job."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui import converting
from ui.converting import Conversion
from ui.desk import Update
from ui.html import heading
from ui.listeners import PRIVATE, event_data
from ui.panels.own_job import JobCard
from ui.received import received
from ui.studio import Studio
from ui.views import converter

_ON_LOAD = 'Voicereel.converter({element, trigger, upload, events: ["bring", "convert", "stop", "discard"]})'


def build(studio: Studio) -> JobCard:
    """Place the card. It is filled when the tab is opened."""

    def draw(conversion: Conversion) -> str:
        return converter.draw(conversion, converting.converters(studio))

    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            heading("Say a recording in another voice", "Looking…"),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="converter",
            elem_classes=["bare"],
        )
    return JobCard.of(card, draw, "conversion")


def wire(panel: JobCard, studio: Studio, tab: gr.Tab, shelf: gr.HTML) -> None:
    """Connect the card. ``shelf``: the list of own voices, with which the choice of a voice changes."""

    def look_at(memory: Any) -> Conversion:
        return converting.look_at(studio, memory)

    def look(memory: Any) -> Update:
        return panel.show(look_at(memory))

    def bring(event: gr.EventData, memory: Any) -> Update:
        def keep() -> Conversion:
            path = received(str(event_data(event, "path")))
            return converting.bring(studio, path, str(event_data(event, "name")) or path.name, memory)

        return panel.tried(keep, Conversion)

    def convert(event: gr.EventData, memory: Any) -> Update:
        voice, engine = str(event_data(event, "voice")), str(event_data(event, "engine") or "auto")
        return panel.show(converting.convert(studio, memory, voice, engine))

    def discard(_: Any) -> Update:
        return panel.show(Conversion())

    panel.wire(look_at, lambda memory: converting.stop(studio, memory))
    for changed in (tab.select, shelf.change):
        changed(look, inputs=[panel.memory], outputs=panel.mine(), trigger_mode="once", **PRIVATE)
    panel.on(panel.card.bring, bring)
    panel.on(panel.card.convert, convert)
    panel.on(panel.card.discard, discard)
