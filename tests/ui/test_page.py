"""The page as a whole: it can be built, asks for nothing outside, and adds nothing to the public API."""

from __future__ import annotations

import re

import gradio as gr
import pytest

from backend.operations import OPERATIONS
from tests.ui.conftest import place
from tests.ui.desk_studio import DeskStudio
from ui import page_options
from ui.assets import CSS, SHEETS, head
from ui.catalogue import read_catalogue
from ui.choices import Choices
from ui.page import TABS, Panels, _tabs, build
from ui.panels.own_voices import hear
from ui.panels.video import keep_files, recall


@pytest.fixture
def page(studio: DeskStudio) -> gr.Blocks:
    return place(lambda: build(studio))


def test_the_public_api_is_the_operations_and_no_listener(page: gr.Blocks) -> None:
    assert list(page.get_api_info()["named_endpoints"]) == [f"/{name}" for name in OPERATIONS]
    assert page.get_api_info()["unnamed_endpoints"] == {}


def test_only_long_operations_wait_in_a_queue(page: gr.Blocks) -> None:
    waiting = {listener.api_name for listener in page.fns.values() if listener.fn is not None and listener.queue}
    assert waiting == {operation.name for operation in OPERATIONS.values() if operation.queue}


def test_the_page_needs_no_heavy_components(page: gr.Blocks) -> None:
    kinds = {type(block).__name__ for block in page.blocks.values()}
    assert kinds.isdisjoint({"Audio", "Video", "Dataframe", "Image", "Gallery", "File", "Chatbot"})


def test_the_parts_that_others_rely_on_have_their_names(page: gr.Blocks) -> None:
    names = {getattr(block, "elem_id", None) for block in page.blocks.values()}
    assert {"script", "make-video", "speak-only", "stage", "strip", "cues", "voice", "style", "render"} <= names


def test_controls_stand_in_the_order_of_the_choices(studio: DeskStudio) -> None:
    panels = place(lambda: _panels(studio))
    values = [control.value for control in panels.controls()]
    assert list(panels.tabs) == list(TABS)
    assert Choices.given(tuple(values)) == Choices()


def _panels(studio: DeskStudio) -> Panels:
    with gr.Blocks():
        return _tabs(studio, read_catalogue(studio))


def test_the_page_is_built_without_starting_anything(studio: DeskStudio) -> None:
    place(lambda: build(studio))
    assert {name for name, _ in studio.calls} == {"list_voices", "list_caption_styles", "list_fonts"}


def test_each_style_sheet_is_its_own() -> None:
    sheets = [(CSS / f"{name}.css").read_text(encoding="utf-8").splitlines()[0] for name in SHEETS]
    assert len(set(sheets)) == len(sheets)


def test_nothing_in_the_head_leads_to_another_host() -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}", head()) == []


def test_run_history_and_monitoring_are_off() -> None:
    options = page_options()
    assert options["run_history"] is False
    assert options["enable_monitoring"] is False
    assert options["footer_links"] == []


def test_a_voice_is_heard_or_said_why_not(studio: DeskStudio) -> None:
    assert hear(studio, "af_heart")["url"].startswith("files/voice.wav?")
    assert hear(studio, "nobody")["error"]["code"] == "unknown_voice"


def test_several_pictures_are_one_background(studio: DeskStudio) -> None:
    value, shown = keep_files(studio, ["/tmp/a.png", "/tmp/b.png"])
    assert value == "files:made_1.1.a.png,made_1.1.b.png"
    assert shown["count"] == 2


def test_what_was_brought_comes_back_at_the_next_visit(studio: DeskStudio) -> None:
    chosen = Choices(background="files:up_1.1.a.jpg,up_2.1.b.jpg", music="file:up_3.1.c.mp3")
    kept, uploads, music = recall(studio, chosen)
    assert kept == chosen
    assert uploads[chosen.background]["count"] == 2
    assert music is not None


def test_what_is_gone_at_the_next_visit_is_forgotten(studio: DeskStudio) -> None:
    kept, uploads, music = recall(studio, Choices(background="files:gone", music="file:gone"))
    assert (kept.background, kept.music) == ("gradient", "")
    assert (uploads, music) == ({}, None)
