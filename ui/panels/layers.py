"""What lies over the background: pictures, titles, a progress bar, said in plain words."""

from __future__ import annotations

import gradio as gr

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import button, div, element, heading, icon, span
from ui.received import received
from ui.studio import Json, Studio

_ON_LOAD = 'Voicereel.layers({element, props, trigger, server, upload, watch, events: ["pick"]})'
_ADDED = {"image": "Logo or picture", "title": "Title", "progress_bar": "Progress bar"}


def build(studio: Studio, chosen: Choices) -> gr.HTML:
    """Place the list; its value is `Choices.layers`."""

    def keep_picture(asked: Json) -> Json:
        """Keep a picture that was brought: its file_id and name; called by the list's own script."""
        try:
            name = str(asked.get("name", "picture"))
            file = studio.upload(received(str(asked.get("path", ""))), name)
        except StudioError as error:
            return {"error": error.to_dict()}
        return {"file": file["file_id"], "name": name[:80]}

    return gr.HTML(
        value=dict(chosen.layers),
        html_template=_template(),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="layers",
        elem_classes=["bare"],
        server_functions=[keep_picture],
    )


def _template() -> str:
    head = heading("Layers", "What is seen, from the top down. Open one to change it.")
    captions = _fixed("captions", "Captions", button("quiet", "Change", data_tab="captions"))
    background = _fixed("background", "Background")
    adds = (button("button small", icon("plus"), f" {said}", data_add=kind) for kind, said in _ADDED.items())
    return head + captions + div("", data_layers=True) + background + div("row layer-add", *adds)


def _fixed(kind: str, name: str, right: str = "") -> str:
    """A layer that is always there; the script says what it is."""
    said = span("hint grow", **{f"data_{kind}_said": True})
    return div("layer-fixed", span(f"layer-icon is-{kind}"), element("b", name), said, right)
