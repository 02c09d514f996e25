"""The whole page: the header, the tabs with their panels on the left, the stage on the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.api import add_api
from ui.catalogue import Catalogue, read_catalogue
from ui.choices import Choices
from ui.desk import POLL_SECONDS, Desk, Update
from ui.flow import find_again
from ui.listeners import PRIVATE, follow, kept, remember
from ui.panels import captions, colorkey, jobs, library, merging, recording, room, speech, stage, system, video, voices
from ui.panels.jobs import watch
from ui.panels.own_job import JobCard
from ui.panels.style_editor import cards, settled
from ui.panels.video import recall
from ui.received import trust_no_drawings
from ui.samples import Samples
from ui.sessions import keep_sessions_small
from ui.show import Show
from ui.speaking import ask_speaking
from ui.studio import Json, Studio
from ui.views.header import header
from ui.views.progress import strip
from ui.views.swatches import music_cards, swatches
from ui.views.voices import first_cards

TABS = ("Voices", "Speech", "Captions", "Video", "Library", "System")


@dataclass(frozen=True)
class Panels:
    """The panels of the tabs, and the tabs themselves by name."""

    voices: voices.VoicesPanel
    speech: speech.SpeechPanel
    recording: recording.RecordingPanel
    captions: captions.CaptionsPanel
    video: video.VideoPanel
    merging: JobCard
    colorkey: JobCard
    library: library.LibraryPanel
    system: system.SystemPanel
    room: JobCard
    tabs: dict[str, gr.Tab]

    def controls(self) -> list[Any]:
        """The controls in the order of the fields of `Choices`."""
        said = [self.speech.script, self.speech.voice, self.speech.speed, self.speech.style]
        seen = [self.video.background, self.video.motion, self.video.sizes]
        heard = [self.video.music, self.video.volume, self.video.duck]
        how = [self.speech.engine, self.speech.verify, self.speech.options]
        look = [self.captions.position, self.captions.capitals]
        return [*said, *seen, *heard, *look, *how, self.captions.editor, self.video.layers, *self.video.finish()]


def build(studio: Studio) -> gr.Blocks:
    """The page over a studio, with the public API. Nothing is started; what is shown is asked for when a visitor comes.

    Both in one block: Gradio makes its whole application anew at the end of each.
    """
    samples, catalogue = Samples(studio), read_catalogue(studio)
    page = gr.Blocks(title="Voicereel", fill_width=True, analytics_enabled=False)
    with page:
        pill = gr.HTML(header(), apply_default_css=False, elem_id="masthead", elem_classes=["bare"])
        with gr.Row(elem_id="workbench"):
            with gr.Column(elem_id="work"):
                panels = _tabs(studio, catalogue)
            with gr.Column(elem_id="stage-column"):
                shown = stage.build(studio, samples)
        memory = kept("choices")
        desk = _desk(studio, panels, shown, pill)
        _wire_tabs(page, desk, panels, samples, catalogue)
        stage.wire(shown, desk, panels.controls(), samples)
        jobs.wire(desk, panels.controls())
        remember(panels.controls(), memory)
        _wire_arrival(page, desk, panels, memory, catalogue)
        add_api(studio)
    keep_sessions_small(page)
    trust_no_drawings(page)
    return page


def _tabs(studio: Studio, catalogue: Catalogue) -> Panels:
    chosen = Choices()
    tabs: dict[str, gr.Tab] = {}
    made: dict[str, Any] = {}
    places: dict[str, Callable[[], Any]] = {
        "Voices": lambda: voices.build(studio, catalogue, chosen.voice),
        "Speech": lambda: speech.build(studio, catalogue, chosen),
        "Captions": lambda: captions.build(studio, chosen),
        "Video": lambda: video.build(studio, chosen),
        "Library": library.build,
        "System": system.build,
    }
    with gr.Tabs(selected="speech", elem_id="tabs"):
        for name in TABS:
            with gr.Tab(name, id=name.lower(), elem_id=f"tab-{name.lower()}") as tabs[name]:
                if name == "Captions":
                    made["recording"] = recording.build(studio)
                made[name.lower()] = places[name]()
                if name == "System":
                    made["room"] = room.build()
                if name == "Video":
                    made["merging"], made["colorkey"] = merging.build(studio), colorkey.build(studio)
    return Panels(**made, tabs=tabs)


def _desk(studio: Studio, panels: Panels, shown: stage.StagePanel, pill: gr.HTML) -> Desk:
    return Desk(
        studio=studio,
        current=kept("current"),
        show=gr.State(Show()),
        timer=gr.Timer(POLL_SECONDS, active=False),
        pill=pill,
        job=panels.speech.job,
        strip=shown.strip,
        stage=shown.stage,
        cues=panels.captions.cues,
        video_problem=panels.video.problem,
        video_job=panels.video.job,
        recording=panels.recording.told,
    )


def _wire_tabs(page: gr.Blocks, desk: Desk, panels: Panels, samples: Samples, catalogue: Catalogue) -> None:
    controls, tabs = panels.controls(), panels.tabs
    follow(panels.speech.style, panels.captions.style)
    follow(panels.captions.style, panels.speech.style)
    voices.wire(page, panels.voices, desk.studio, tabs["Voices"], panels.speech.voice, catalogue)
    speech.wire(panels.speech, desk, tabs["Speech"], controls, samples)
    captions.wire(panels.captions, desk, tabs["Captions"], controls, catalogue, panels.speech.style)
    recording.wire(panels.recording, desk, tabs["Captions"], panels.video)
    video.wire(panels.video, desk, tabs["Video"], controls, samples)
    merging.wire(page, panels.merging, desk.studio)
    colorkey.wire(page, panels.colorkey, desk.studio)
    library.wire(panels.library, desk, tabs["Library"], controls)
    system.wire(page, panels.system, desk.studio, tabs["System"])
    room.wire(panels.room, desk.studio, tabs["System"])


def _wire_arrival(page: gr.Blocks, desk: Desk, panels: Panels, memory: gr.BrowserState, catalogue: Catalogue) -> None:
    controls = panels.controls()
    video = panels.video
    twins = [panels.voices.voices, panels.captions.style]

    def arrive(left: Any, current: Any, request: gr.Request) -> Update:
        choices, uploads, music = recall(desk.studio, Choices.remembered(left))
        styles = desk.studio.call("list_caption_styles", {})["styles"]
        choices = settled(choices, styles)
        # Only what differs from the page as it was sent: a first visitor may be typing already. Groups of cards are
        # always given (see `choice`).
        fresh, remembered = Choices().to_memory(), choices.to_memory()
        chosen = zip(controls, remembered.values(), fresh.values(), strict=True)
        values: Update = {
            control: value for control, value, default in chosen if value != default or isinstance(control, gr.HTML)
        }
        values.update(zip(twins, (choices.voice, choices.style), strict=True))
        values[panels.captions.editor] = gr.HTML(value=dict(choices.draft), fields="")
        values[panels.speech.style] = gr.HTML(value=choices.style, cards=cards(desk.studio, catalogue, styles))
        known = desk.studio.call("list_voices", {})["voices"]
        values[panels.speech.voice] = gr.HTML(value=choices.voice, cards=first_cards(known, choices.voice))
        values.update(speech.show_manner(panels.speech, ask_speaking(desk.studio, choices, known), choices))
        if uploads:
            values[video.uploads] = uploads
            values[video.background] = gr.HTML(value=choices.background, cards=swatches(uploads))
        if music:
            values[video.uploaded_music] = music
            values[video.music] = gr.HTML(value=choices.music, cards=music_cards(music))
        linked = str(request.query_params.get("job", "")) if request.query_params else ""
        return {**values, **welcome(desk, choices, current, linked)}

    outputs = [*controls, *twins, video.uploads, video.uploaded_music, *desk.listened()]
    page.load(arrive, inputs=[memory, desk.current], outputs=outputs, **PRIVATE)


def welcome(desk: Desk, choices: Choices, current: Json | None, linked: str) -> Update:
    """What a visitor finds: the job that still runs (or that a link names), or what was on the stage before."""
    current = dict(current or {})
    if linked and linked != current.get("done"):
        try:
            desk.studio.call("job_status", {"job_id": linked})
        except StudioError as error:
            return desk.complain(error, None)  # and nothing else: somebody may have pressed a button meanwhile
        current["job"] = linked
    if current.get("job"):
        seen = watch(desk, choices, current, None)
        # Not stopped means that the job goes on: watch it, wherever it was started.
        return seen if desk.timer in seen else {**seen, desk.timer: gr.Timer(active=True), desk.current: current}
    show = find_again(desk.studio, current, choices)
    if show.empty:
        return {desk.strip: strip(None)}
    return desk.put(show, choices, current)
