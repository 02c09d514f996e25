"""Voices: making one, those that were made, recordings said in them, the built-in ones to search and to hear."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.catalogue import Catalogue
from ui.choice import choice
from ui.html import heading
from ui.listeners import PRIVATE, follow
from ui.panels import converting, making, own_voices
from ui.panels.own_job import JobCard
from ui.panels.own_voices import hear
from ui.studio import Json, Studio
from ui.views.voices import voice_cards, voice_filter


@dataclass(frozen=True)
class VoicesPanel:
    """The tab where voices are made, browsed and heard."""

    making: making.MakingPanel
    own: own_voices.OwnVoicesPanel
    converting: JobCard
    voices: gr.HTML


def voice_choice(studio: Studio, catalogue: Catalogue, cards: str, value: str, head: str, *, elem_id: str) -> gr.HTML:
    """The control: a `choice` of voices under a heading, with a filter and previews."""

    def hear_voice(voice_id: str) -> Json:
        return hear(studio, voice_id)

    before = head + voice_filter(catalogue.voices)
    return choice("Voice", cards, value, elem_id=elem_id, layout="voices", before=before, server=[hear_voice])


def build(studio: Studio, catalogue: Catalogue, value: str) -> VoicesPanel:
    """Place the tab's components. The cards come when the tab is opened."""
    made = making.build(studio)
    own = own_voices.build(studio, catalogue)
    converted = converting.build(studio)
    hint = "Press play to hear one; the one you choose speaks your script."
    with gr.Column(elem_classes=["card"]):
        chosen = voice_choice(studio, catalogue, "", value, heading("All voices", hint), elem_id="voice-browser")
    return VoicesPanel(made, own, converted, chosen)


def wire(
    page: gr.Blocks, panel: VoicesPanel, studio: Studio, tab: gr.Tab, voice: gr.HTML, catalogue: Catalogue
) -> None:
    """Connect the tab: a voice that is chosen here is the one that speaks."""

    def fill() -> gr.HTML:
        return gr.HTML(cards=voice_cards(studio.call("list_voices", {})["voices"]))

    def take(chosen: str) -> gr.HTML:
        return gr.HTML(value=chosen, cards=voice_cards(studio.call("list_voices", {})["voices"]))

    tab.select(fill, outputs=[panel.voices], **PRIVATE)
    panel.voices.pick(take, inputs=[panel.voices], outputs=[voice], **PRIVATE)
    voice.all(fill, outputs=[voice], **PRIVATE)
    follow(voice, panel.voices)
    own_voices.wire(panel.own, studio, tab, catalogue, voice)
    converting.wire(panel.converting, studio, tab, panel.own.shelf)
    making.wire(page, panel.making, panel.own, studio, voice)
