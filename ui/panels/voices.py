"""Voices: cards to choose from, to search and to hear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import gradio as gr

from backend.errors import StudioError
from ui.choice import choice
from ui.html import address, heading
from ui.listeners import follow
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


def voice_choice(studio: Studio, voices: Sequence[Json], value: str, elem_id: str, layout: str) -> gr.HTML:
    """The control: a `choice` of voices with a filter and previews."""

    def hear_voice(voice_id: str) -> Json:
        return hear(studio, voice_id)

    return choice(
        "Voice",
        voice_cards(voices),
        value,
        elem_id=elem_id,
        layout=layout,
        before=voice_filter(voices),
        server=[hear_voice],
    )


def build(studio: Studio, voices: Sequence[Json], value: str) -> VoicesPanel:
    """Place the tab's components."""
    with gr.Column(elem_classes=["card"]):
        gr.HTML(
            heading(
                "Voices",
                f"{len(voices)} voices that speak on this machine. Press play to hear one, choose one to write for it.",
            ),
            apply_default_css=False,
            elem_classes=["bare"],
        )
        chosen = voice_choice(studio, voices, value, "voice-browser", "voices all")
    return VoicesPanel(chosen)


def wire(panel: VoicesPanel, voice: gr.HTML) -> None:
    """Connect the tab: a voice that is chosen here is the one that speaks."""
    follow(panel.voices, voice)
    follow(voice, panel.voices)
