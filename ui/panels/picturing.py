"""Video: pictures out of a finished one. The form is the page's own script; what takes long is a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from ui import picturing
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.listeners import PRIVATE, event_data, place_here
from ui.panels.own_job import JobCard
from ui.picturing import Picturing
from ui.views import picturing as view

_ON_LOAD = 'Voicereel.picturing({element, trigger, events: ["make", "stop"]})'


def build() -> JobCard:
    """Place the card; it is empty until a video is finished."""
    card = gr.HTML(
        view.draw(Picturing()),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="picturing",
        elem_classes=["bare", "rolling"],
    )
    return JobCard.of(card, view.draw, "pictures")


def wire(panel: JobCard, desk: Desk, tab: gr.Tab, controls: Sequence[Any]) -> None:
    """Connect the card: it follows what is on the stage."""
    studio = desk.studio

    def look(memory: Any, show: Any) -> Update:
        return panel.show(picturing.look_at(studio, memory, show))

    def stop(memory: Any, show: Any) -> Update:
        return panel.show(picturing.stop(studio, memory, show))

    def make(event: gr.EventData, *values: Any) -> Update:
        choices, memory, show = Choices.given(values[:-2]), values[-2], values[-1]
        return panel.show(picturing.begin(studio, memory, show, event_data(event, "form", {}), choices.look))

    place_here(panel.memory, panel.timer)
    seen: dict[str, Any] = {"inputs": [panel.memory, desk.show], "outputs": panel.mine(), **PRIVATE}
    for changed in (tab.select, panel.timer.tick, desk.video_job.change):
        changed(look, trigger_mode="once", **seen)
    panel.card.stop(stop, **seen)
    panel.card.make(make, inputs=[*controls, panel.memory, desk.show], outputs=panel.mine(), **PRIVATE)
