"""Video: several videos put behind each other. The list is the page's own script; the joining is a job."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui import merging
from ui.desk import Update
from ui.listeners import event_data
from ui.merging import Merge
from ui.panels.own_job import JobCard
from ui.received import received
from ui.studio import Json, Studio
from ui.views import merging as view

_ON_LOAD = (
    "Voicereel.merging({element, trigger, server, upload, watch, "
    'events: ["bring", "music", "arrange", "join", "stop"]})'
)


def build(studio: Studio) -> JobCard:
    """Place the card."""

    def foresee(asked: Json) -> Json:
        """What joining would take; called by the card's own script."""
        return merging.foresee(studio, asked)

    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            view.draw(Merge()),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="merging",
            elem_classes=["bare"],
            server_functions=[foresee],
        )
    return JobCard.of(card, view.draw, "merge")


def wire(page: gr.Blocks, panel: JobCard, studio: Studio) -> None:
    """Connect the card."""

    def look_at(memory: Any) -> Merge:
        return merging.look_at(studio, memory)

    def bring(event: gr.EventData, memory: Any) -> Update:
        form = event_data(event, "form", {})

        def keep() -> Merge:
            files = [(received(str(file["path"])), str(file["name"])) for file in event_data(event, "files", [])]
            return merging.bring(studio, memory, files, form)

        return panel.tried(keep, lambda: merging.look_at(studio, memory, form))

    def music(event: gr.EventData, memory: Any) -> Update:
        path, form = str(event_data(event, "path")), event_data(event, "form", {})

        def keep() -> Merge:
            file = (received(path), str(event_data(event, "name"))) if path else None
            return merging.bring_music(studio, memory, file, form)

        return panel.tried(keep, lambda: merging.look_at(studio, memory, form))

    def arrange(event: gr.EventData, memory: Any) -> Update:
        order, form = event_data(event, "order", []), event_data(event, "form", {})
        return panel.show(merging.arrange(studio, memory, order, form))

    def join(event: gr.EventData, memory: Any) -> Update:
        return panel.show(merging.begin(studio, memory, event_data(event, "form", {})))

    panel.wire(look_at, lambda memory: merging.stop(studio, memory))
    panel.come_back(page, look_at)
    panel.on(panel.card.bring, bring)
    panel.on(panel.card.music, music)
    panel.on(panel.card.arrange, arrange)
    panel.on(panel.card.join, join)
