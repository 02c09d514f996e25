"""System: how the studio and its machine are."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from backend.errors import StudioError
from ui.html import div, heading, problem
from ui.listeners import PRIVATE
from ui.studio import Studio
from ui.views.system import draw


@dataclass(frozen=True)
class SystemPanel:
    """The tab's components."""

    status: gr.HTML


def build() -> SystemPanel:
    """Place the tab's components."""
    return SystemPanel(
        gr.HTML(
            div("card", heading("System", "Looking…")),
            apply_default_css=False,
            elem_id="system",
            elem_classes=["bare"],
        )
    )


def wire(panel: SystemPanel, studio: Studio, tab: gr.Tab) -> None:
    """Connect the tab."""

    def look() -> str:
        try:
            return draw(studio.call("system_status", {}))
        except StudioError as error:
            return problem(error)

    tab.select(look, outputs=[panel.status], **PRIVATE)
