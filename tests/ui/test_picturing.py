"""Pictures out of a finished video: asked for, watched, found again."""

from __future__ import annotations

from tests.ui.desk_studio import NASTY, DeskStudio, link
from ui.choices import Choices
from ui.flow import present
from ui.picturing import Picturing, begin, look_at, of_stage, stop
from ui.show import Show
from ui.views import picturing as view

VIDEO = "made_1.1.1080x1920.mp4"


def stage(studio: DeskStudio) -> Show:
    return present(studio, studio.video(["1080x1920", "1080x1080"]), None, Choices())


def test_it_is_of_the_video_that_is_looked_at(studio: DeskStudio) -> None:
    file = of_stage(stage(studio))
    assert file is not None and file["file_id"] == VIDEO
    assert of_stage(Show()) is None and of_stage(None) is None
    assert view.draw(look_at(studio, {}, Show())) == ""


def test_a_thumbnail_is_there_at_once_in_the_captions_style(studio: DeskStudio) -> None:
    show = stage(studio)
    made = begin(studio, {}, show, {"kind": "thumbnail", "text": NASTY, "moment": "2.5"}, "neon")
    asked = {"video": VIDEO, "text": NASTY, "layout": {"position": "top"}, "timestamp": 2.5, "style": "neon"}
    assert studio.asked("make_thumbnail") == [asked]
    again = look_at(studio, made.remember(), show)
    assert again.result is not None and again.form == made.form
    drawn = view.draw(again)
    assert "data-share" in drawn and "<img src=x" not in drawn


def test_a_sheet_and_a_moving_picture_are_jobs(studio: DeskStudio) -> None:
    show = stage(studio)
    studio.results["make_contact_sheet"] = link("sheet.jpg", "image/jpeg")
    made = begin(studio, {}, show, {"kind": "sheet", "layout": "5x4"}, "neon")
    assert made.result is not None
    studio.state = "running"
    running = begin(studio, made.remember(), show, {"kind": "moving", "start": "x", "seconds": "2"}, "neon")
    assert running.running and "data-stop" in view.draw(running)
    sheet, moving = (each["arguments"] for each in studio.asked("submit_job"))
    assert sheet == {"video": VIDEO, "columns": 5, "rows": 4}
    assert moving == {"video": VIDEO, "start": 0.0, "seconds": 2.0, "animation_format": "gif"}
    assert not stop(studio, running.remember(), show).running
    assert studio.asked("cancel_job") == [{"job_id": "job_1"}]


def test_of_another_video_only_the_form_stays(studio: DeskStudio) -> None:
    memory = {
        "video": "vid_9.1.x.mp4",
        "job": "job_1",
        "form": {"kind": "sheet", "layout": "100x100", "place": "x", "other": "x"},
    }
    now = look_at(studio, memory, stage(studio))
    assert (now.job, now.result, now.form["kind"], now.form["layout"]) == ("", None, "sheet", "4x3")
    assert now.form["place"] == "top"


def test_what_is_refused_is_told_and_the_form_stays(studio: DeskStudio) -> None:
    studio.refuse_job = "make_animation"
    refused = begin(studio, {}, stage(studio), {"kind": "moving", "seconds": "4"}, "neon")
    drawn = view.draw(refused)
    assert "This cannot be done." in drawn and 'value="4"' in drawn
    assert view.draw(Picturing()) == ""
