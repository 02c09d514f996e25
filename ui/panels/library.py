"""Library: everything that was made, to play, take away, open again or delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.flow import present
from ui.html import heading, problem
from ui.listeners import PRIVATE, event_data
from ui.received import received
from ui.views.library import draw

SHOWN = 60
_ON_LOAD = 'Voicereel.library({element, trigger, upload, events: ["reopen", "again", "bring", "remove"]})'


@dataclass(frozen=True)
class LibraryPanel:
    """The tab's components."""

    problem: gr.HTML
    shelf: gr.HTML


def build() -> LibraryPanel:
    """Place the tab's components."""
    problem = gr.HTML("", apply_default_css=False, elem_id="library-problem", elem_classes=["bare", "rolling"])
    with gr.Column(elem_classes=["card"]):
        shelf = gr.HTML(
            heading("Library", "Looking…"),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="shelf",
            elem_classes=["bare"],
        )
    return LibraryPanel(problem, shelf)


def wire(panel: LibraryPanel, desk: Desk, tab: gr.Tab, controls: Sequence[Any]) -> None:
    """Connect the tab."""

    def fill() -> Update:
        try:
            return {panel.shelf: draw(desk.studio.library(SHOWN)), panel.problem: ""}
        except StudioError as error:
            return {panel.problem: problem(error)}

    def reopen(event: gr.EventData, *values: Any) -> Update:
        choices, current = Choices.given(values[:-1]), values[-1]
        try:
            result = desk.studio.open_item(str(event_data(event, "kind")), str(event_data(event, "id")))
            return {**desk.put(present(desk.studio, result, None, choices), choices, current), panel.problem: ""}
        except StudioError as error:
            return {panel.problem: problem(error)}

    def remove(event: gr.EventData) -> Update:
        try:
            desk.studio.delete_item(str(event_data(event, "kind")), str(event_data(event, "id")))
        except StudioError as error:
            return {panel.problem: problem(error)}
        return fill()

    def again(event: gr.EventData, current: Any, show: Any) -> Update:
        return {
            **desk.begin("make_again", {"manifest": str(event_data(event, "id"))}, current, show),
            panel.problem: "",
        }

    def bring(event: gr.EventData, current: Any, show: Any) -> Update:
        try:
            kept = desk.studio.upload(received(str(event_data(event, "path"))), str(event_data(event, "name")))
        except StudioError as error:
            return {panel.problem: problem(error)}
        started = desk.begin("make_again", {"manifest": kept["file_id"]}, current, show)
        return {**started, panel.problem: started.get(desk.video_problem, "")}

    mine = [panel.shelf, panel.problem]
    tab.select(fill, outputs=mine, **PRIVATE)
    panel.shelf.reopen(reopen, inputs=[*controls, desk.current], outputs=[*desk.listened(), panel.problem], **PRIVATE)
    started = {"inputs": [desk.current, desk.show], "outputs": [*desk.listened(), panel.problem]}
    panel.shelf.again(again, **started, **PRIVATE)
    panel.shelf.bring(bring, **started, **PRIVATE)
    panel.shelf.remove(remove, outputs=mine, **PRIVATE)
