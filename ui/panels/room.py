"""System: what takes room, freeing it, and the check of the library."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui import room
from ui.desk import Update
from ui.listeners import PRIVATE, event_data
from ui.panels.own_job import JobCard
from ui.room import Room
from ui.studio import Studio
from ui.views import room as view

_ON_LOAD = 'Voicereel.room({element, trigger, events: ["free", "check", "repair", "stop"]})'


def build() -> JobCard:
    """Place the card."""
    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            view.draw(Room()), js_on_load=_ON_LOAD, apply_default_css=False, elem_id="room", elem_classes=["bare"]
        )
    return JobCard.of(card, view.draw, "room")


def wire(panel: JobCard, studio: Studio, tab: gr.Tab) -> None:
    """Connect the card. It is counted when the tab is opened."""

    def look_at(memory: Any) -> Room:
        return room.look_at(studio, memory)

    def look(memory: Any) -> Update:
        return panel.show(look_at(memory))

    def free(event: gr.EventData, memory: Any) -> Update:
        kind, days = str(event_data(event, "kind")), int(event_data(event, "days"))
        return panel.tried(lambda: room.free(studio, memory, kind, days), lambda: look_at(memory))

    def check(memory: Any) -> Update:
        return panel.show(room.check(studio, memory, repair=False))

    def repair(memory: Any) -> Update:
        return panel.show(room.check(studio, memory, repair=True))

    panel.wire(look_at, lambda memory: room.stop(studio, memory))
    tab.select(look, inputs=[panel.memory], outputs=panel.mine(), **PRIVATE)
    panel.on(panel.card.free, free)
    panel.on(panel.card.check, check)
    panel.on(panel.card.repair, repair)
