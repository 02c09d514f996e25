"""Captions: how they look, what they say, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui.catalogue import Catalogue
from ui.choice import choice, pills
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.editing import bring, catch_up, edit, realigning, restore
from ui.flow import restyle
from ui.html import address, heading, problem, span
from ui.listeners import PRIVATE, event_data
from ui.panels import fonts, style_editor
from ui.show import Show
from ui.studio import Json, Studio
from ui.views.cues import draw

_POSITIONS = {"auto": "As the style", "top": "Top", "center": "Middle", "bottom": "Bottom"}
_LINES = {"cut": "Cut for the style", "keep": "As in the file"}
_CAPITALS = {"auto": "As the style", "on": "CAPITALS", "off": "As written"}
_ON_LOAD = 'Voicereel.cues({element, trigger, server, watch, events: ["settled", "realign"]})'


@dataclass(frozen=True)
class CaptionsPanel:
    """The tab's components."""

    style: gr.HTML
    editor: gr.HTML
    """Its value: what was changed of the style and not saved."""
    position: gr.HTML
    capitals: gr.HTML
    problem: gr.HTML
    cues: gr.HTML
    lines: gr.HTML
    """Whether the captions of a file that is brought stay as they are: ``cut`` or ``keep``."""
    bring: gr.UploadButton
    fonts: gr.HTML


def style_choice(studio: Studio, cards: str, value: str, head: str, *, elem_id: str, layout: str) -> gr.HTML:
    """The control: a `choice` of styles under a heading; the renderer's own pictures follow when the page is there."""

    def picture_style(style: str) -> Json:
        try:
            return {"url": address(studio.style_preview(str(style)))}
        except StudioError as error:
            return {"error": error.to_dict()}

    drawn_by = [picture_style]
    return choice("Caption style", cards, value, elem_id=elem_id, layout=layout, before=head, server=drawn_by)


def build(studio: Studio, chosen: Choices) -> CaptionsPanel:
    """Place the tab's components. The styles' cards come when the tab is opened."""
    with gr.Column(elem_classes=["card"]):
        head = heading("Style", "Pick one: the stage shows it at once, drawn as it will be burned in.")
        style = style_choice(studio, "", chosen.style, head, elem_id="caption-style", layout="styles")
        with gr.Row(elem_classes=["settings"]):
            _bare(span("setting-label", "Place"))
            position = choice("Place", pills(_POSITIONS), chosen.position, elem_id="caption-position", layout="pills")
        with gr.Row(elem_classes=["settings"]):
            _bare(span("setting-label", "Letters"))
            capitals = choice("Letters", pills(_CAPITALS), chosen.capitals, elem_id="caption-capitals", layout="pills")
        editor = style_editor.build(studio, chosen)
    problem = gr.HTML("", apply_default_css=False, elem_id="captions-problem", elem_classes=["bare", "rolling"])
    with gr.Column(elem_classes=["card", "cue-card"]):
        cues = _editor(studio)
        bring = gr.UploadButton(
            "Bring your own: SRT, VTT, ASS, CSV, JSON",
            file_types=[".srt", ".vtt", ".ass", ".csv", ".json"],
            size="sm",
            elem_id="import-captions",
            elem_classes=["small-button"],
        )
        lines = choice("Captions of a file", pills(_LINES), "cut", elem_id="import-lines", layout="pills")
    return CaptionsPanel(style, editor, position, capitals, problem, cues, lines, bring, fonts.build())


def _editor(studio: Studio) -> gr.HTML:
    """The table, whose script asks for each change itself and is told what changed."""

    def edit_cues(asked: Json) -> Json:
        return edit(studio, asked)

    def restore_cues(asked: Json) -> Json:
        return restore(studio, asked)

    return gr.HTML(
        draw(Show()),
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="cues",
        elem_classes=["bare"],
        server_functions=[edit_cues, restore_cues],
    )


def _bare(html: str) -> gr.HTML:
    return gr.HTML(html, apply_default_css=False, elem_classes=["bare"])


def wire(
    panel: CaptionsPanel,
    desk: Desk,
    tab: gr.Tab,
    controls: Sequence[Any],
    catalogue: Catalogue,
    speech_style: gr.HTML,
) -> None:
    """Connect the tab. ``speech_style``: the styles on the other tab."""

    def change(make: Callable[[Show, Choices], Show], values: tuple[Any, ...]) -> Update:
        choices, current, show = Choices.given(values[:-2]), values[-2], values[-1]
        try:
            changed = make(show, choices)
        except StudioError as error:
            return {panel.problem: problem(error)}
        job = str((current or {}).get("job", ""))
        put = desk.put(changed, choices, current, job)
        return {**{name: value for name, value in put.items() if name is not desk.job}, panel.problem: ""}

    def change_look(*values: Any) -> Update:
        return change(lambda show, choices: restyle(desk.studio, show, choices), values)

    def settle(event: gr.EventData, *values: Any) -> Update:
        """The editor shows its changes itself; the rest follows: only where a video or another style was seen, anew."""
        before = values[-1]
        try:
            show = catch_up(desk.studio, before, str(event_data(event, "captions")))
        except StudioError as error:
            return {panel.problem: problem(error)}
        styles = {each.captions[each.size]["style"] for each in (before, show) if each.size in each.captions}
        if not before.videos and len(styles) == 1:
            return {desk.show: show, panel.problem: ""}
        return change(lambda *_: show, values)

    def realign(event: gr.EventData, current: Any, show: Show) -> Update:
        asked = {name: event_data(event, name, None) for name in ("captions", "first", "last", "media")}
        return desk.begin("realign_captions", realigning(asked), current, show)

    def bring_file(path: str, lines: str, *values: Any) -> Update:
        def brought(show: Show, choices: Choices) -> Show:
            file = desk.studio.upload(Path(path), Path(path).name)
            return bring(desk.studio, show, str(file["file_id"]), choices, keep=lines == "keep")

        return change(brought, values)

    inputs: list[Any] = [*controls, desk.current, desk.show]
    outputs = [*desk.listened(), panel.problem]
    refill = style_editor.wire(panel.editor, (panel.style, speech_style), panel.problem, desk, tab, controls, catalogue)
    fonts.wire(panel.fonts, desk.studio, tab, refill, controls, (panel.style, panel.editor))
    for control in (panel.position, panel.capitals):
        control.pick(change_look, inputs=inputs, outputs=outputs, **PRIVATE)
    panel.cues.settled(settle, inputs=inputs, outputs=outputs, **PRIVATE)
    panel.cues.realign(realign, inputs=[desk.current, desk.show], outputs=desk.listened(), **PRIVATE)
    panel.bring.upload(bring_file, inputs=[panel.bring, panel.lines, *inputs], outputs=outputs, **PRIVATE)
