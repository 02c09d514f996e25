"""The style editor: the chosen style in parts, tried on the stage at once, kept as one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from backend.errors import StudioError
from ui import styles
from ui.catalogue import Catalogue
from ui.choices import Choices
from ui.desk import Desk, Update
from ui.flow import restyle
from ui.html import problem
from ui.listeners import IN_BROWSER, PRIVATE, event_data
from ui.received import received
from ui.show import Show
from ui.studio import Json, Studio
from ui.views import style_editor
from ui.views.styles import style_cards

_ON_LOAD = (
    "Voicereel.styleEditor({element, props, trigger, server, upload, watch, "
    'events: ["attempt", "back", "save", "remove", "bring"]})'
)
_SUMMARY = (
    "<summary><b>Make it your own</b><span class='hint'>Colours, letters, motion, place: all of it</span></summary>"
)


def build(studio: Studio, chosen: Choices) -> gr.HTML:
    """Place the editor, shut and empty; its fields come when the tab is opened. Its value is `Choices.draft`."""

    def picture_draft(asked: Any) -> Json:
        return styles.picture(studio, asked)

    def export_style(name: Any) -> Json:
        return styles.export(studio, str(name))

    return gr.HTML(
        value=dict(chosen.draft),
        html_template=f'<details class="style-own">{_SUMMARY}${{fields}}</details>',
        fields="",
        js_on_load=_ON_LOAD,
        apply_default_css=False,
        elem_id="style-editor",
        elem_classes=["bare"],
        server_functions=[picture_draft, export_style],
    )


def cards(studio: Studio, catalogue: Catalogue, known: Sequence[Json]) -> str:
    """Cards of all styles, own ones first."""
    own = [style for style in known if style.get("own")]
    fonts = studio.call("list_fonts", {})["fonts"] if own else ()
    return style_cards(own[::-1], fonts) + catalogue.style_cards


def settled(choices: Choices, known: Sequence[Json]) -> Choices:
    """The choices without a style that is gone."""
    there = any(style["name"] == choices.style for style in known)
    return choices if there else replace(choices, style=Choices().style, draft={})


def wire(
    editor: gr.HTML,
    groups: tuple[gr.HTML, gr.HTML],
    banner: gr.HTML,
    desk: Desk,
    tab: gr.Tab,
    controls: Sequence[Any],
    catalogue: Catalogue,
) -> Callable[..., Update]:
    """Connect the editor; what is returned shows the cards here and the editor anew, from the page's choices.

    Args:
        groups: the cards to choose a style from: on this tab, and on another.
        banner: where it is said what went wrong.
    """
    here, elsewhere = groups
    studio = desk.studio

    def read(values: tuple[Any, ...]) -> tuple[Choices, Any, Show]:
        return Choices.given(values[:-2]), values[-2], values[-1]

    def on_stage(choices: Choices, current: Any, show: Show, anew: bool = False) -> Update:
        put = desk.put(restyle(studio, show, choices, anew), choices, current, str((current or {}).get("job", "")))
        return {**{name: value for name, value in put.items() if name is not desk.job}, banner: ""}

    def fields(choices: Choices, known: Sequence[Json], said: str = "") -> gr.HTML:
        return gr.HTML(value=dict(choices.draft), fields=styles.editor(studio, choices, known, said))

    def listed() -> list[Json]:
        found: list[Json] = studio.call("list_caption_styles", {})["styles"]
        return found

    def fill(*values: Any) -> Update:
        known = listed()
        choices = settled(Choices.given(values), known)
        drawn = cards(studio, catalogue, known)
        return {here: gr.HTML(value=choices.style, cards=drawn), editor: fields(choices, known)}

    def attempt(*values: Any) -> Update:
        try:
            return on_stage(*read(values))
        except StudioError as error:
            return {banner: problem(error)}

    def begin(*values: Any) -> Update:
        """From the chosen style on, without what was changed before."""
        choices, current, show = read(values)
        choices = replace(choices, draft={})
        try:
            return {**on_stage(choices, current, show), editor: fields(choices, listed())}
        except StudioError as error:
            return {banner: problem(error), editor: gr.HTML(value={})}

    def settle(choices: Choices, current: Any, show: Show, said: str) -> Update:
        """Everything as it is after a style was kept, brought or deleted."""
        known = listed()
        choices = settled(replace(choices, draft={}), known)
        drawn = cards(studio, catalogue, known)
        chosen = {group: gr.HTML(value=choices.style, cards=drawn) for group in (here, elsewhere)}
        put = on_stage(choices, current, show, anew=True)
        return {**put, **chosen, editor: fields(choices, known, said)}

    def save(event: gr.EventData, *values: Any) -> Update:
        choices, current, show = read(values)
        title = str(event_data(event, "title")).strip()
        style, again = dict(event_data(event, "style", {}) or {}), event_data(event, "how") == "change"
        given: Json = {"style": style if again else {**style, "description": ""}}
        given.update({"title": title[:60]} if title else {}, **({"style_id": choices.style} if again else {}))
        return keep(given, choices, current, show)

    def bring(event: gr.EventData, *values: Any) -> Update:
        choices, current, show = read(values)
        try:
            path = received(str(event_data(event, "path")))
            file = studio.upload(path, str(event_data(event, "name")) or path.name)
        except StudioError as error:
            return {banner: problem(error)}
        return keep({"style": file["file_id"]}, choices, current, show)

    def keep(given: Json, choices: Choices, current: Any, show: Show) -> Update:
        try:
            kept = studio.call("save_caption_style", given)
            choices = replace(choices, style=str(kept["name"]))
            return settle(choices, current, show, style_editor.saved_card(kept))
        except StudioError as error:
            return {banner: problem(error)}

    def remove(*values: Any) -> Update:
        choices, current, show = read(values)
        try:
            gone = styles.find(listed(), choices.style)
            studio.call("delete_caption_style", {"style_id": choices.style})
            return settle(choices, current, show, style_editor.removed(gone))
        except StudioError as error:
            return {banner: problem(error)}

    everything = [*controls, desk.current, desk.show]
    stage, all_of_it = [*desk.listened(), banner], [*desk.listened(), banner, editor, here, elsewhere]
    tab.select(fill, inputs=list(controls), outputs=[here, editor], **PRIVATE)
    here.pick(begin, inputs=everything, outputs=[*stage, editor], **PRIVATE)
    elsewhere.pick(**IN_BROWSER, js="() => ({})", outputs=[editor])
    editor.attempt(attempt, inputs=everything, outputs=stage, trigger_mode="always_last", **PRIVATE)
    editor.back(begin, inputs=everything, outputs=[*stage, editor], **PRIVATE)
    editor.save(save, inputs=everything, outputs=all_of_it, **PRIVATE)
    editor.bring(bring, inputs=everything, outputs=all_of_it, **PRIVATE)
    editor.remove(remove, inputs=everything, outputs=all_of_it, **PRIVATE)
    return fill
