"""Captions: started from a recording. The recorder is the page's own script; listening is a job like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import recordings
from ui.desk import Desk, Update
from ui.html import heading
from ui.listeners import PRIVATE, event_data, kept, place_here
from ui.panels.video import VideoPanel
from ui.received import received
from ui.recordings import Brought
from ui.studio import Json, Studio
from ui.views import recording
from ui.views.swatches import swatches

_ON_LOAD = 'Voicereel.recording({element, trigger, server, upload, watch, events: ["bring", "start", "discard"]})'
_ON_TOLD = 'Voicereel.told({element, trigger, watch, events: ["stop"]})'


@dataclass(frozen=True)
class RecordingPanel:
    """The card, what it needs to go on after a reload, and how its job is."""

    card: gr.HTML
    told: gr.HTML
    memory: gr.BrowserState
    """As `Brought.remember` gives it."""


def build(studio: Studio) -> RecordingPanel:
    """Place the card. It is filled when the tab is opened."""

    def foresee(asked: Json) -> str:
        """What the button would take; called by the card's own script."""
        return recordings.foresee(studio, asked)

    with gr.Column(elem_classes=["card"]):
        card = gr.HTML(
            heading("Start from a recording", "Looking…"),
            js_on_load=_ON_LOAD,
            apply_default_css=False,
            elem_id="recording",
            elem_classes=["bare"],
            server_functions=[foresee],
        )
        told = gr.HTML(
            "", js_on_load=_ON_TOLD, apply_default_css=False, elem_id="recording-told", elem_classes=["bare"]
        )
    return RecordingPanel(card, told, kept("recording", render=False))


def wire(panel: RecordingPanel, desk: Desk, tab: gr.Tab, video: VideoPanel) -> None:
    """Connect the card. ``video``: where the picture of a video becomes the background."""
    studio = desk.studio

    def show(brought: Brought) -> Update:
        return {
            panel.card: recording.draw(brought, recordings.recognisers(studio) if brought.file else ()),
            panel.memory: brought.remember(),
        }

    def look(memory: Any) -> Update:
        return show(recordings.find_again(studio, memory))

    def bring(event: gr.EventData, uploads: dict[str, Json]) -> Update:
        try:
            path = received(str(event_data(event, "path")))
            brought = recordings.bring(studio, path, str(event_data(event, "name")) or path.name)
        except StudioError as error:
            return {**show(Brought()), panel.told: recording.wrong(error.to_dict())}
        return {**show(brought), panel.told: "", **_behind(video, brought, uploads)}

    def start(event: gr.EventData, memory: Any, current: Any, shown: Any) -> Update:
        asked = {name: event_data(event, name) for name in ("script", "language", "recogniser")}
        operation, arguments = recordings.job_of({**asked, "file": (memory or {}).get("file", "")})
        return desk.begin(operation, arguments, current, shown)

    def discard() -> Update:
        return {**show(Brought()), panel.told: ""}

    place_here(panel.memory)
    mine = [panel.card, panel.memory]
    tab.select(look, inputs=[panel.memory], outputs=mine, trigger_mode="once", **PRIVATE)
    changed = [*mine, panel.told, video.uploads, video.background]
    panel.card.bring(bring, inputs=[video.uploads], outputs=changed, **PRIVATE)
    panel.card.start(start, inputs=[panel.memory, desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    panel.card.discard(discard, outputs=[*mine, panel.told], **PRIVATE)


def _behind(video: VideoPanel, brought: Brought, uploads: dict[str, Json]) -> Update:
    """The picture of a video stands behind its words, unless somebody chooses otherwise."""
    file = brought.file
    if file is None or not brought.has_picture:
        return {video.background: gr.HTML(cards=swatches(uploads))}
    value = f"files:{file['file_id']}"
    kept = {**uploads, value: {**file, "count": 1}}
    return {video.uploads: kept, video.background: gr.HTML(value=value, cards=swatches(kept))}
