"""The stage: the picture as it will be rendered, still or moving, its player, the words. It stays while tabs change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.composing import clip, composition
from ui.desk import Desk, Update
from ui.flow import resize, still
from ui.listeners import PRIVATE, event_data
from ui.samples import Samples
from ui.sharing import sharing
from ui.show import Show
from ui.studio import Json, Studio
from ui.views.stage import draw, drawn_clip

_ON_LOAD = 'Voicereel.stage({element, trigger, server, watch, events: ["size"]})'
_ON_MOVING = 'Voicereel.moving({element, trigger, watch, events: ["move"]})'
_CLIP_SECONDS = 3.0
_ON_STRIP = 'Voicereel.strip({element, trigger, watch, events: ["stop"]})'


@dataclass(frozen=True)
class StagePanel:
    """The column's components."""

    strip: gr.HTML
    stage: gr.HTML
    moving: gr.HTML
    """Where the clip is that was asked for last; never seen itself."""


def build(studio: Studio, samples: Samples) -> StagePanel:
    """Place the column's components."""

    def draw_still(asked: Json) -> Json:
        """The frame at a moment, drawn by the renderer; called by the stage's own script."""
        try:
            background = samples.background(str(asked.get("background", "")))
        except StudioError as error:
            return {"error": error.to_dict()}
        shown = background[0] if isinstance(background, list) else background
        return still(studio, str(asked.get("captions", "")), float(asked.get("time", 0)), shown)

    def share(asked: Json) -> Json:
        """The page of a file for others; called by the share dialog's own script."""
        return sharing(studio, asked)

    stage = gr.HTML(
        draw(Show()),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="stage",
        elem_classes=["bare"],
        server_functions=[draw_still, share],
    )
    strip = gr.HTML("", js_on_load=_ON_STRIP, apply_default_css=False, elem_id="strip", elem_classes=["bare"])
    moving = gr.HTML("", js_on_load=_ON_MOVING, apply_default_css=False, elem_id="moving", elem_classes=["bare"])
    return StagePanel(strip, stage, moving)


def wire(panel: StagePanel, desk: Desk, controls: list[Any], samples: Samples) -> None:
    """Connect the stage."""

    def look_at(event: gr.EventData, *values: Any) -> Update:
        choices, current, show = Choices.given(values[:-2]), values[-2], values[-1]
        try:
            shown = resize(desk.studio, show, str(event_data(event, "size")), choices)
        except StudioError:
            shown = show
        job = (current or {}).get("job", "")
        return {name: value for name, value in desk.put(shown, choices, current, job).items() if name is not desk.job}

    def move(event: gr.EventData, *values: Any) -> str:
        choices, show = Choices.given(values[:-1]), values[-1]
        asked, time = str(event_data(event, "asked")), float(event_data(event, "time", 0))
        try:
            video = composition(desk.studio, samples, choices, show)
        except StudioError as error:
            return drawn_clip({"error": error.to_dict()}, asked)
        return drawn_clip(clip(desk.studio, video, show.size, time, _CLIP_SECONDS), asked)

    panel.moving.move(move, inputs=[*controls, desk.show], outputs=[panel.moving], **PRIVATE)
    everything = [*controls, desk.current, desk.show]
    panel.stage.size(look_at, inputs=everything, outputs=desk.listened(), **PRIVATE)
