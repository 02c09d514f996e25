"""Video: one video over another, its screen taken out. The tuner is the page's own script; the making is a job."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui import colorkey
from ui.colorkey import Overlaying
from ui.desk import Update
from ui.listeners import event_data
from ui.panels.own_job import JobCard
from ui.received import received
from ui.studio import Json, Studio
from ui.views import colorkey as view

_ON_LOAD = 'Voicereel.colorkey({element, trigger, server, upload, watch, events: ["bring", "make", "stop"]})'


def build(studio: Studio) -> JobCard:
    """Place the card."""

    def look(asked: Json) -> Json:
        """One moment as it will be; called by the tuner's own script."""
        return colorkey.look(studio, asked)

    def foresee(asked: Json) -> Json:
        """What the button would take; called by the tuner's own script."""
        return colorkey.foresee(studio, asked)

    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            view.draw(Overlaying()),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="colorkey",
            elem_classes=["bare"],
            server_functions=[look, foresee],
        )
    return JobCard.of(card, view.draw, "colorkey")


def wire(page: gr.Blocks, panel: JobCard, studio: Studio) -> None:
    """Connect the card."""

    def look_at(memory: Any) -> Overlaying:
        return colorkey.look_at(studio, memory)

    def bring(event: gr.EventData, memory: Any) -> Update:
        settings, name = event_data(event, "settings", None), str(event_data(event, "name"))

        def keep() -> Overlaying:
            path = received(str(event_data(event, "path")))
            return colorkey.bring(studio, memory, str(event_data(event, "which")), path, name, settings)

        return panel.tried(keep, lambda: colorkey.look_at(studio, memory, settings))

    def make(event: gr.EventData, memory: Any) -> Update:
        return panel.show(colorkey.begin(studio, memory, event_data(event, "settings", None)))

    panel.wire(look_at, lambda memory: colorkey.stop(studio, memory))
    panel.come_back(page, look_at)
    panel.on(panel.card.bring, bring)
    panel.on(panel.card.make, make)
