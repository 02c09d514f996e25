"""Video: one video over another, its screen taken out. The tuner is the page's own script; the making is a job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import colorkey
from ui.colorkey import Overlaying
from ui.desk import POLL_SECONDS, Update
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.received import received
from ui.studio import Json, Studio
from ui.views import colorkey as view

_ON_LOAD = 'Voicereel.colorkey({element, trigger, server, upload, watch, events: ["bring", "make", "stop"]})'


@dataclass(frozen=True)
class ColorkeyPanel:
    """The card, and what it needs to go on after a reload."""

    card: gr.HTML
    memory: gr.BrowserState
    """As `Overlaying.remember` gives it."""
    timer: gr.Timer


def build(studio: Studio) -> ColorkeyPanel:
    """Place the card."""

    def look(asked: Json) -> Json:
        """One moment as it will be; called by the tuner's own script."""
        return colorkey.look(studio, asked)

    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            view.draw(Overlaying()),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="colorkey",
            elem_classes=["bare"],
            server_functions=[look],
        )
    return ColorkeyPanel(card, kept("colorkey", render=False), ticking(POLL_SECONDS))


def show(panel: ColorkeyPanel, now: Overlaying) -> Update:
    """The card; the timer goes while its job does."""
    return {
        panel.card: view.draw(now),
        panel.memory: now.remember(),
        panel.timer: gr.Timer(active=now.running),
    }


def wire(page: gr.Blocks, panel: ColorkeyPanel, studio: Studio) -> None:
    """Connect the card."""

    def bring(event: gr.EventData, memory: Any) -> Update:
        settings, name = event_data(event, "settings", None), str(event_data(event, "name"))
        try:
            path = received(str(event_data(event, "path")))
        except StudioError as error:
            return show(panel, replace(colorkey.look_at(studio, memory, settings), error=error.to_dict()))
        return show(panel, colorkey.bring(studio, memory, str(event_data(event, "which")), path, name, settings))

    def make(event: gr.EventData, memory: Any) -> Update:
        return show(panel, colorkey.begin(studio, memory, event_data(event, "settings", None)))

    def stop(memory: Any) -> Update:
        return show(panel, colorkey.stop(studio, memory))

    def look(memory: Any) -> Update:
        return show(panel, colorkey.look_at(studio, memory))

    def come_back(memory: Any) -> Update:
        # Nothing was brought: the card is as it was sent, and a first visitor waits for nothing.
        return look(memory) if memory else {panel.timer: gr.Timer(active=False)}

    place_here(panel.memory, panel.timer)
    mine = [panel.card, panel.memory, panel.timer]
    panel.card.bring(bring, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.make(make, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.stop(stop, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.timer.tick(look, inputs=[panel.memory], outputs=mine, trigger_mode="once", **PRIVATE)
    page.load(come_back, inputs=[panel.memory], outputs=mine, **PRIVATE)
