"""Fonts of one's own on the page: brought, listed, deleted. Styles choose from them in the style editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.desk import Update
from ui.html import heading, problem
from ui.listeners import PRIVATE, event_data
from ui.received import received
from ui.studio import Studio
from ui.views import fonts

_ON_LOAD = 'Voicereel.fonts({element, trigger, upload, events: ["bring", "remove"]})'


def build() -> gr.HTML:
    """Place the list; it is filled when the tab is opened."""
    with gr.Column(elem_classes=["card"]):
        return gr.HTML(
            heading("Your fonts", "Looking…"),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="own-fonts",
            elem_classes=["bare"],
        )


def wire(
    shelf: gr.HTML,
    studio: Studio,
    tab: gr.Tab,
    refill: Callable[..., Update],
    inputs: Sequence[Any],
    outputs: Sequence[Any],
) -> None:
    """Connect the list.

    Args:
        refill: shows the styles and the editor anew, which offer these fonts; with its inputs and outputs.
    """

    def shown(said: str = "") -> str:
        return fonts.draw(studio.call("list_fonts", {})["fonts"], said)

    def done(act: Callable[[], str]) -> str:
        try:
            return shown(act())
        except StudioError as error:
            return shown(problem(error))

    def bring(event: gr.EventData) -> str:
        def add() -> str:
            path = received(str(event_data(event, "path")))
            file = studio.upload(path, str(event_data(event, "name")) or path.name)
            return fonts.added(studio.call("upload_font", {"file": file["file_id"]}))

        return done(add)

    def remove(event: gr.EventData) -> str:
        def delete() -> str:
            studio.call("delete_font", {"font_id": str(event_data(event, "font_id"))})
            return fonts.removed(str(event_data(event, "title")))

        return done(delete)

    tab.select(shown, outputs=[shelf], **PRIVATE)
    for happened in (shelf.bring(bring, outputs=[shelf], **PRIVATE), shelf.remove(remove, outputs=[shelf], **PRIVATE)):
        happened.then(refill, inputs=list(inputs), outputs=list(outputs), **PRIVATE)
