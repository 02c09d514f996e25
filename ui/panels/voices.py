"""Voices: cards to choose from, to search and to hear."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from backend.errors import StudioError
from ui.catalogue import Catalogue
from ui.choice import choice
from ui.html import address, heading
from ui.listeners import PRIVATE, follow
from ui.studio import Json, Studio
from ui.views.voices import voice_cards, voice_filter


@dataclass(frozen=True)
class VoicesPanel:
    """The tab where voices are browsed and heard."""

    voices: gr.HTML


def hear(studio: Studio, voice_id: str) -> Json:
    """``{"url"}`` of a voice's preview, or ``{"error"}`` with what went wrong."""
    try:
        return {"url": address(studio.voice_preview(str(voice_id)))}
    except StudioError as error:
        return {"error": error.to_dict()}


def voice_choice(studio: Studio, catalogue: Catalogue, cards: str, value: str, head: str, *, elem_id: str) -> gr.HTML:
    """The control: a `choice` of voices under a heading, with a filter and previews."""

    def hear_voice(voice_id: str) -> Json:
        return hear(studio, voice_id)

    before = head + voice_filter(catalogue.voices)
    return choice("Voice", cards, value, elem_id=elem_id, layout="voices", before=before, server=[hear_voice])


def build(studio: Studio, catalogue: Catalogue, value: str) -> VoicesPanel:
    """Place the tab's components. The cards come when the tab is opened."""
    hint = f"{len(catalogue.voices)} voices. Press play to hear one; the one you choose speaks your script."
    with gr.Column(elem_classes=["card"]):
        chosen = voice_choice(studio, catalogue, "", value, heading("Voices", hint), elem_id="voice-browser")
    return VoicesPanel(chosen)


def wire(panel: VoicesPanel, tab: gr.Tab, voice: gr.HTML, catalogue: Catalogue) -> None:
    """Connect the tab: a voice that is chosen here is the one that speaks."""
    everything = voice_cards(catalogue.voices)

    def fill() -> gr.HTML:
        return gr.HTML(cards=everything)

    def take(chosen: str) -> gr.HTML:
        return gr.HTML(value=chosen, cards=everything)

    tab.select(fill, outputs=[panel.voices], **PRIVATE)
    panel.voices.pick(take, inputs=[panel.voices], outputs=[voice], **PRIVATE)
    voice.all(fill, outputs=[voice], **PRIVATE)
    follow(voice, panel.voices)
