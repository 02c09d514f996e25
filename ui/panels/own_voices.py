"""Voices: those that were made here, and the mixer of built-in ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.catalogue import Catalogue
from ui.desk import POLL_SECONDS, Update
from ui.flow import look as look_at_job
from ui.flow import submit
from ui.html import address, heading, problem
from ui.listeners import PRIVATE, event_data, kept, place_here, ticking
from ui.making import tags_of
from ui.received import received
from ui.studio import Json, Studio
from ui.views import blends, own_voices
from ui.views.voices import voice_cards

_ON_LOAD = 'Voicereel.ownVoices({element, trigger, server, upload, watch, events: ["amend", "remove", "bring", "use"]})'
_ON_BLEND = 'Voicereel.blend({element, trigger, server, watch, events: ["keep"]})'


@dataclass(frozen=True)
class OwnVoicesPanel:
    """The list and the mixer."""

    shelf: gr.HTML
    blend: gr.HTML
    saving: gr.BrowserState
    """``{"job"}`` of a blend that is being saved."""
    timer: gr.Timer

    def refreshed(self, studio: Studio, said: str = "") -> Update:
        """The list as it is now, under HTML that says what happened."""
        try:
            return {self.shelf: own_voices.draw(studio.call("list_voices", {})["voices"], said)}
        except StudioError as error:
            return {self.shelf: problem(error)}

    def use(self, studio: Studio) -> Callable[[gr.EventData], gr.HTML]:
        """A listener that lets a voice speak the script."""

        def use_it(event: gr.EventData) -> gr.HTML:
            cards = voice_cards(studio.call("list_voices", {})["voices"])
            return gr.HTML(value=str(event_data(event, "voice_id")), cards=cards)

        return use_it


def hear(studio: Studio, voice_id: str) -> Json:
    """``{"url"}`` of a voice's preview, or ``{"error"}`` with what went wrong."""
    try:
        return {"url": address(studio.voice_preview(str(voice_id)))}
    except StudioError as error:
        return {"error": error.to_dict()}


def build(studio: Studio, catalogue: Catalogue) -> OwnVoicesPanel:
    """Place the list and the mixer. The list is filled when the tab is opened."""

    def hear_voice(voice_id: str) -> Json:
        return hear(studio, voice_id)

    def export_voice(voice_id: str) -> Json:
        """Link to the voice as a zip; called by the list's own script."""
        try:
            file = studio.call("export_voice", {"voice_id": str(voice_id)})
        except StudioError as error:
            return {"error": error.to_dict()}
        return {"url": address(file, download=True), "name": file["name"]}

    plain: dict[str, Any] = {"apply_default_css": False, "elem_classes": ["bare"]}
    with gr.Column(elem_classes=["card"]):
        drawn = heading("Your voices", "Looking…")
        shelf = gr.HTML(
            drawn, js_on_load=_ON_LOAD, elem_id="own-voices", server_functions=[hear_voice, export_voice], **plain
        )
    with gr.Column(elem_classes=["card"]):
        drawn = blends.draw(blends.mixable(catalogue.voices))
        blend = gr.HTML(drawn, js_on_load=_ON_BLEND, elem_id="blend", server_functions=[hear_voice], **plain)
    saving = kept("blend", render=False)
    return OwnVoicesPanel(shelf, blend, saving, ticking(POLL_SECONDS))


def wire(panel: OwnVoicesPanel, studio: Studio, tab: gr.Tab, catalogue: Catalogue, voice: gr.HTML) -> None:
    """Connect the list and the mixer."""

    def fill() -> Update:
        return panel.refreshed(studio)

    def amend(event: gr.EventData) -> Update:
        given: Json = {"voice_id": str(event_data(event, "voice_id")), "name": str(event_data(event, "name"))}
        given["tags"] = tags_of(event_data(event, "tags"))
        if event_data(event, "transcript", None) is not None:
            given["transcript"] = str(event_data(event, "transcript"))
        return _done(panel, studio, "update_voice", given, lambda _: "")

    def remove(event: gr.EventData) -> Update:
        arguments = {"voice_id": str(event_data(event, "voice_id"))}
        return _done(panel, studio, "delete_voice", arguments, own_voices.removed)

    def bring(event: gr.EventData) -> Update:
        try:
            path = received(str(event_data(event, "path")))
            kept = studio.upload(path, str(event_data(event, "name")) or path.name)
        except StudioError as error:
            return panel.refreshed(studio, problem(error))
        return _done(panel, studio, "import_voice", {"file": kept["file_id"]}, own_voices.imported)

    tab.select(fill, outputs=[panel.shelf], **PRIVATE)
    panel.shelf.amend(amend, outputs=[panel.shelf], **PRIVATE)
    panel.shelf.remove(remove, outputs=[panel.shelf], **PRIVATE)
    panel.shelf.bring(bring, outputs=[panel.shelf], **PRIVATE)
    panel.shelf.use(panel.use(studio), outputs=[voice], **PRIVATE)
    _wire_blend(panel, studio, tab, catalogue)


def _done(panel: OwnVoicesPanel, studio: Studio, operation: str, arguments: Json, say: Callable[[Json], str]) -> Update:
    """Do something with a voice and show the list as it is then."""
    try:
        return panel.refreshed(studio, say(studio.call(operation, arguments)))
    except StudioError as error:
        return panel.refreshed(studio, problem(error))


def _wire_blend(panel: OwnVoicesPanel, studio: Studio, tab: gr.Tab, catalogue: Catalogue) -> None:
    voices = blends.mixable(catalogue.voices)

    def keep(event: gr.EventData) -> Update:
        arguments = {"recipe": str(event_data(event, "recipe")), "name": str(event_data(event, "name"))}
        try:
            job = submit(studio, "blend_voices", arguments)
        except StudioError as error:
            return {panel.blend: blends.draw(voices, problem(error))}
        return {panel.saving: {"job": job}, panel.timer: gr.Timer(active=True)}

    def look(saving: Any) -> Update:
        glance = look_at_job(studio, str((saving or {}).get("job", "")))
        if glance.running:
            return {panel.timer: gr.Timer(active=True)}
        ended: Update = {panel.saving: {}, panel.timer: gr.Timer(active=False)}
        wrong = glance.error or (glance.status or {}).get("error")
        if glance.result is not None:
            said = blends.saved(glance.result)
            return {**ended, **panel.refreshed(studio, said), panel.blend: blends.draw(voices, said)}
        return {**ended, panel.blend: blends.draw(voices, problem(wrong))} if wrong else ended

    place_here(panel.saving, panel.timer)
    outputs = [panel.blend, panel.saving, panel.timer]
    panel.blend.keep(keep, outputs=outputs, **PRIVATE)
    for asked in (panel.timer.tick, tab.select):
        asked(look, inputs=[panel.saving], outputs=[*outputs, panel.shelf], trigger_mode="once", **PRIVATE)
