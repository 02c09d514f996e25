"""Voices: a recording said again in another voice. The recorder is the page's own script; the conversion is a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import converting
from ui.converting import Conversion
from ui.desk import POLL_SECONDS, Update
from ui.html import heading
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.received import received
from ui.studio import Studio
from ui.views import converter

_ON_LOAD = 'Voicereel.converter({element, trigger, upload, events: ["bring", "convert", "stop", "discard"]})'


@dataclass(frozen=True)
class ConvertingPanel:
    """The card, and what it needs to go on after a reload."""

    converter: gr.HTML
    memory: gr.BrowserState
    """As `Conversion.remember` gives it."""
    timer: gr.Timer


def build() -> ConvertingPanel:
    """Place the card. It is filled when the tab is opened."""
    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            heading("Say a recording in another voice", "Looking…"),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="converter",
            elem_classes=["bare"],
        )
    return ConvertingPanel(card, kept("conversion", render=False), ticking(POLL_SECONDS))


def show(panel: ConvertingPanel, studio: Studio, conversion: Conversion) -> Update:
    """The card for a conversion; the timer goes while its job does."""
    return {
        panel.converter: converter.draw(conversion, converting.converters(studio)),
        panel.memory: conversion.remember(),
        panel.timer: gr.Timer(active=conversion.running),
    }


def wire(panel: ConvertingPanel, studio: Studio, tab: gr.Tab, shelf: gr.HTML) -> None:
    """Connect the card. ``shelf``: the list of own voices, with which the choice of a voice changes."""

    def look(memory: Any) -> Update:
        return show(panel, studio, converting.look_at(studio, memory))

    def bring(event: gr.EventData, memory: Any) -> Update:
        try:
            path = received(str(event_data(event, "path")))
        except StudioError as error:
            return show(panel, studio, Conversion(error=error.to_dict()))
        return show(panel, studio, converting.bring(studio, path, str(event_data(event, "name")) or path.name, memory))

    def convert(event: gr.EventData, memory: Any) -> Update:
        voice, engine = str(event_data(event, "voice")), str(event_data(event, "engine") or "auto")
        return show(panel, studio, converting.convert(studio, memory, voice, engine))

    def stop(memory: Any) -> Update:
        return show(panel, studio, converting.stop(studio, memory))

    def discard() -> Update:
        return show(panel, studio, Conversion())

    place_here(panel.memory, panel.timer)
    mine = [panel.converter, panel.memory, panel.timer]
    for changed in (tab.select, shelf.change):
        changed(look, inputs=[panel.memory], outputs=mine, trigger_mode="once", **PRIVATE)
    panel.timer.tick(look, inputs=[panel.memory], outputs=mine, trigger_mode="once", **PRIVATE)
    panel.converter.bring(bring, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.converter.convert(convert, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.converter.stop(stop, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.converter.discard(discard, outputs=mine, **PRIVATE)
