"""Voices: making one. The recorder and the form are the page's own script; the coach and the saving are jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import making
from ui.desk import POLL_SECONDS, Update
from ui.html import problem
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.making import Draft
from ui.panels.own_voices import OwnVoicesPanel
from ui.received import received
from ui.studio import Json, Studio
from ui.views import maker

_ON_LOAD = (
    "Voicereel.maker({element, trigger, server, upload, watch, "
    'events: ["bring", "keep", "discard", "stop", "use", "correct"]})'
)


@dataclass(frozen=True)
class MakingPanel:
    """The card, and what it needs to go on after a reload."""

    maker: gr.HTML
    memory: gr.BrowserState
    """As `Draft.remember` gives it."""
    timer: gr.Timer


def build(studio: Studio) -> MakingPanel:
    """Place the card."""

    def read_transcript(path: str) -> Json:
        """The text of a subtitle file that was brought; called by the form's own script."""
        try:
            kept = studio.upload(received(str(path)), received(str(path)).name)
            return {"text": studio.call("convert_transcript", {"file": kept["file_id"]})["text"]}
        except StudioError as error:
            return {"error": error.to_dict()}

    def write_down(asked: Json) -> Json:
        """What is said in a part of a recording, and whether what was written fits it."""
        return making.write_down(studio, asked if isinstance(asked, Mapping) else {})

    with gr.Column(elem_classes=["card", "maker-card"]):
        card = gr.HTML(
            maker.draw(Draft()),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="maker",
            elem_classes=["bare"],
            server_functions=[read_transcript, write_down],
        )
    memory = kept("voice", render=False)
    return MakingPanel(card, memory, ticking(POLL_SECONDS))


def languages(studio: Studio) -> list[str]:
    """Tags of the languages in which a recording can be spoken from, for the form."""
    try:
        engines = studio.call("system_status", {})["engines"]
    except StudioError:
        return []
    known = (tag for engine in engines if engine.get("clones") for tag in engine["languages"])
    return sorted({str(tag).partition("-")[0] for tag in known})


def show(panel: MakingPanel, studio: Studio, draft: Draft) -> Update:
    """The card for a draft; the timer goes while one of its jobs does."""
    known = languages(studio) if draft.report is not None else ()
    return {
        panel.maker: maker.draw(draft, known),
        panel.memory: draft.remember(),
        panel.timer: gr.Timer(active=draft.running),
    }


def wire(page: gr.Blocks, panel: MakingPanel, shelf: OwnVoicesPanel, studio: Studio, voice: gr.HTML) -> None:
    """Connect the card: to the list of voices, where a new one appears, and to the voice that speaks."""

    def bring(event: gr.EventData) -> Update:
        try:
            path = received(str(event_data(event, "path")))
        except StudioError as error:
            return show(panel, studio, Draft(error=error.to_dict()))
        return show(panel, studio, making.bring(studio, path, str(event_data(event, "name")) or path.name))

    def keep(event: gr.EventData, memory: Any) -> Update:
        form = event_data(event, "form", {})
        return show(panel, studio, making.save(studio, memory, form if isinstance(form, Mapping) else {}))

    def look(memory: Any) -> Update:
        draft = making.look_at(studio, memory)
        told = show(panel, studio, draft)
        return {**told, **shelf.refreshed(studio)} if draft.voice is not None else told

    def stop(memory: Any) -> Update:
        return show(panel, studio, making.stop(studio, memory))

    def discard() -> Update:
        return show(panel, studio, Draft())

    def come_back(memory: Any) -> Update:
        # Nothing was being made: the card is as it was sent, and a first visitor waits for nothing.
        return look(memory) if memory else {panel.timer: gr.Timer(active=False)}

    def correct(event: gr.EventData) -> Update:
        arguments = {"voice_id": str(event_data(event, "voice_id")), "transcript": str(event_data(event, "transcript"))}
        try:
            changed = studio.call("update_voice", arguments)
        except StudioError as error:
            return shelf.refreshed(studio, problem(error))
        return {**show(panel, studio, Draft(voice=changed)), **shelf.refreshed(studio)}

    place_here(panel.memory, panel.timer)
    mine = [panel.maker, panel.memory, panel.timer]
    everything = [*mine, shelf.shelf]
    panel.maker.bring(bring, outputs=mine, **PRIVATE)
    panel.maker.keep(keep, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.maker.stop(stop, inputs=[panel.memory], outputs=mine, **PRIVATE)
    panel.maker.discard(discard, outputs=mine, **PRIVATE)
    panel.maker.correct(correct, outputs=everything, **PRIVATE)
    panel.maker.use(shelf.use(studio), outputs=[voice], **PRIVATE)
    panel.timer.tick(look, inputs=[panel.memory], outputs=everything, trigger_mode="once", **PRIVATE)
    page.load(come_back, inputs=[panel.memory], outputs=everything, **PRIVATE)
