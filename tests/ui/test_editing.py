from __future__ import annotations

import pytest

from backend.errors import StorageError
from tests.ui.desk_studio import DeskStudio
from ui.choices import Choices
from ui.editing import bring, catch_up, edit, restore
from ui.flow import present
from ui.show import Show


@pytest.fixture
def show(studio: DeskStudio) -> Show:
    return present(studio, studio.video(["1080x1920"]), None, Choices())


def asked(show: Show, **changes: object) -> dict[str, object]:
    captions = show.captions[show.size]
    return {"captions": captions["captions_id"], "version": captions["version"], "edit": changes}


def test_an_edit_is_answered_with_what_changed_only(studio: DeskStudio, show: Show) -> None:
    answer = edit(studio, asked(show, do="rewrite", index=1, text="New words"))
    assert (answer["first"], answer["gone"], [cue[2] for cue in answer["cues"]]) == (1, 1, ["New words"])
    assert answer["files"]["srt"].startswith("files/")
    assert answer["version"] == 2


def test_what_is_wrong_with_an_edit_is_said(studio: DeskStudio, show: Show) -> None:
    assert edit(studio, asked(show, do="merge", index=99))["error"]["code"] == "no_such_caption"
    assert edit(studio, asked(show, do="dance"))["error"]["code"] == "invalid_edit"
    assert "error" in edit(studio, {"captions": "cap_none", "edit": {"do": "merge", "index": 0}})
    assert "error" in restore(studio, {"captions": "cap_none", "version": "1"})


def test_the_stage_catches_up_and_puts_the_video_aside(studio: DeskStudio, show: Show) -> None:
    edit(studio, asked(show, do="rewrite", index=0, text="New"))
    after = catch_up(studio, show, str(asked(show)["captions"]))
    assert after.captions[show.size]["cues"][0]["text"] == "New"
    assert after.videos == {}
    assert after.replaced == ""


def test_a_stage_that_is_up_to_date_stays(studio: DeskStudio, show: Show) -> None:
    assert catch_up(studio, show, str(asked(show)["captions"])) is show
    assert catch_up(studio, show, "cap_other") is show


def test_a_store_that_refuses_leaves_the_stage_as_it_is(studio: DeskStudio, show: Show) -> None:
    studio.refuse_edits = StorageError("The disk is full.", hint="Free some space.", code="disk_full")
    assert edit(studio, asked(show, do="delete", index=0))["error"]["code"] == "disk_full"


def test_a_subtitle_file_becomes_captions_in_the_chosen_style(studio: DeskStudio, show: Show) -> None:
    before = show.captions[show.size]
    brought = bring(studio, show, "up_1.1.a.srt", Choices(style="marker"))
    assert studio.asked("make_captions")[-1]["source"] == "up_1.1.a.srt"
    assert brought.captions[show.size]["style"] == "marker"
    assert brought.replaced == f"{before['captions_id']}:{before['version']}"
