"""Video: several videos put behind each other. The list is the page's own script; the joining is a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import merging
from ui.desk import POLL_SECONDS, Update
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.merging import Merge
from ui.received import received
from ui.studio import Studio
from ui.views import merging as view

_ON_LOAD = 'Voicereel.merging({element, trigger, upload, events: ["bring", "music", "arrange", "join", "stop"]})'


@dataclass(frozen=True)
class MergingPanel:
    """The card, and what it needs to go on after a reload."""

    card: gr.HTML
    memory: gr.BrowserState
    """As `Merge.remember` gives it."""
    timer: gr.Timer


def build() -> MergingPanel:
    """Place the card."""
    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            view.draw(Merge()), js_on_load=_ON_LOAD, apply_default_css=False, elem_id="merging", elem_classes=["bare"]
        )
    return MergingPanel(card, kept("merge", render=False), ticking(POLL_SECONDS))


def show(panel: MergingPanel, merge: Merge) -> Update:
    """The card; the timer goes while its job does."""
    return {
        panel.card: view.draw(merge),
        panel.memory: merge.remember(),
        panel.timer: gr.Timer(active=merge.running),
    }


def wire(page: gr.Blocks, panel: MergingPanel, studio: Studio) -> None:
    """Connect the card."""

    def bring(event: gr.EventData, memory: Any) -> Update:
        given = event_data(event, "files", [])
        try:
            files = [(received(str(file["path"])), str(file["name"])) for file in given]
        except StudioError as error:
            return show(panel, _with_error(merging.look_at(studio, memory, event_data(event, "form", {})), error))
        return show(panel, merging.bring(studio, memory, files, event_data(event, "form", {})))

    def music(event: gr.EventData, memory: Any) -> Update:
        path, form = str(event_data(event, "path")), event_data(event, "form", {})
        try:
            file = (received(path), str(event_data(event, "name"))) if path else None
        except StudioError as error:
            return show(panel, _with_error(merging.look_at(studio, memory, form), error))
        return show(panel, merging.bring_music(studio, memory, file, form))

    def arrange(event: gr.EventData, memory: Any) -> Update:
        order, form = event_data(event, "order", []), event_data(event, "form", {})
        return show(panel, merging.arrange(studio, memory, order, form))

    def join(event: gr.EventData, memory: Any) -> Update:
        return show(panel, merging.begin(studio, memory, event_data(event, "form", {})))

    def stop(memory: Any) -> Update:
        return show(panel, merging.stop(studio, memory))

    def look(memory: Any) -> Update:
        return show(panel, merging.look_at(studio, memory))

    def come_back(memory: Any) -> Update:
        # Nothing was brought: the card is as it was sent, and a first visitor waits for nothing.
        return look(memory) if memory else {panel.timer: gr.Timer(active=False)}

    place_here(panel.memory, panel.timer)
    mine = [panel.card, panel.memory, panel.timer]
    panel.card.bring(bring, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.music(music, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.arrange(arrange, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.join(join, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.card.stop(stop, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.timer.tick(look, inputs=[panel.memory], outputs=mine, trigger_mode="once", **PRIVATE)
    page.load(come_back, inputs=[panel.memory], outputs=mine, **PRIVATE)


def _with_error(merge: Merge, error: StudioError) -> Merge:
    return Merge(merge.videos, merge.music, merge.form, merge.job, merge.status, merge.result, error.to_dict())
