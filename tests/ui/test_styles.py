"""A style that is being changed, without a browser: tried on the stage, remembered, offered as one's own."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backend import captions as drawing
from backend.captions.style import CaptionStyle
from tests.ui.desk_studio import NASTY, DeskStudio, narration
from ui import styles
from ui.choices import Choices
from ui.flow import present, restyle
from ui.panels.style_editor import cards, settled
from ui.show import show_narration
from ui.studio import Json
from ui.views import style_editor

BASE = drawing.STYLES["bold_pop"].model_dump(mode="json")
CHANGED = {**BASE, "color": "#FFEE00"}
TRYING = Choices(script="Hi.", draft={"style": CHANGED})
OWN = {**BASE, "name": "sty_1", "title": NASTY, "own": True, "version": 2, "file_id": "sty_1.2.style.json"}


@pytest.fixture
def studio() -> DeskStudio:
    return DeskStudio()


def test_what_is_being_changed_outlives_the_browsers_reload() -> None:
    assert Choices.remembered(TRYING.to_memory()) == TRYING
    assert Choices.remembered({"draft": "x"}).draft == {} == Choices.remembered({"draft": {"style": 3}}).draft


def test_a_video_is_made_as_the_stage_shows_it() -> None:
    assert TRYING.video_arguments(None, None)["captions_style"] == CHANGED
    assert replace(TRYING, draft={}).video_arguments(None, None)["captions_style"] == "bold_pop"


def test_a_change_is_tried_on_the_captions_once(studio: DeskStudio) -> None:
    show = present(studio, narration(), None, Choices())
    tried = restyle(studio, show, TRYING)
    assert studio.asked("update_captions")[-1]["style"] == CHANGED
    assert tried.captions[show.size]["own_style"] == CHANGED
    assert restyle(studio, tried, TRYING) is tried
    back = restyle(studio, tried, Choices())
    assert back.captions[show.size]["style"] == "bold_pop"


def test_captions_in_an_own_style_follow_when_it_is_saved_anew(studio: DeskStudio) -> None:
    show = present(studio, narration(), None, Choices())
    assert restyle(studio, show, Choices()) is show
    assert restyle(studio, show, Choices(), anew=True) is not show


def test_nothing_is_restyled_where_there_are_no_captions(studio: DeskStudio) -> None:
    show = show_narration(narration())
    assert restyle(studio, show, TRYING) is show


def test_the_editor_shows_each_value_of_the_style_and_what_it_started_from(studio: DeskStudio) -> None:
    drawn = styles.editor(studio, TRYING, [BASE])
    assert 'value="#ffee00"' in drawn and "Bold pop" in drawn
    for path in ("font", "size", "uppercase", "accent", "outline", "shadow", "plate", "position", "highlight"):
        assert f'data-path="{path}"' in drawn
    assert 'data-path="rules.max_words"' in drawn and 'data-path="emphasis_words"' in drawn
    assert "data-delete" not in drawn and "Save as my style" in drawn


@pytest.mark.parametrize("name", drawing.STYLES)
def test_every_style_is_drawn_and_no_slider_moves_its_value(studio: DeskStudio, name: str) -> None:
    style = drawing.STYLES[name].model_dump(mode="json")
    drawn = style_editor.draw(style, style, drawing.list_fonts())
    assert f'value="{style["size"]:g}"' in drawn and "data-editor" in drawn


def test_all_bounds_of_the_controls_are_bounds_of_the_style(studio: DeskStudio) -> None:
    every = {**BASE, "shadow": style_editor.SHADOW, "plate": style_editor.PLATE, "active_color": "#000000"}
    CaptionStyle.model_validate(every)
    for kind in style_editor.HIGHLIGHTS:
        CaptionStyle.model_validate({**every, "highlight": kind})


def test_a_draft_of_another_time_gives_way_to_the_style_itself(studio: DeskStudio) -> None:
    for draft in ({"plate": {"colour": 1}}, {"rules": 3}, {"accent": None}, {"size": "large"}):
        broken = Choices(draft={"style": {**BASE, **draft}})
        assert 'data-path="size"' in styles.editor(studio, broken, [BASE])


def test_an_own_style_can_be_deleted_and_its_title_is_text(studio: DeskStudio) -> None:
    drawn = styles.editor(studio, Choices(style="sty_1"), [BASE, OWN])
    assert "data-delete" in drawn and "Save changes" in drawn and "data-export" in drawn
    assert "<img src=x" not in drawn


class _Catalogue:
    style_cards = "BUILT IN"
    voices = ()


def test_own_styles_are_offered_first_and_one_that_is_gone_gives_way(studio: DeskStudio) -> None:
    known: list[Json] = [BASE, OWN]
    drawn = cards(studio, _Catalogue(), known)  # type: ignore[arg-type]
    assert drawn.index('data-choice="sty_1"') < drawn.index("BUILT IN") and "<img src=x" not in drawn
    assert settled(Choices(style="sty_1"), known).style == "sty_1"
    gone = settled(Choices(style="sty_2", draft={"style": CHANGED}), known)
    assert (gone.style, gone.draft) == ("bold_pop", {})


def test_a_picture_of_what_is_no_style_is_an_error(studio: DeskStudio) -> None:
    assert styles.picture(studio, CHANGED)["url"].startswith("files/")
    assert json.dumps(styles.picture(studio, CHANGED)["drawn"])
