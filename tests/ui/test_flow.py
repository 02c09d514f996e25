"""From a button to the stage, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gradio as gr
import pytest

from backend.errors import EngineError, InvalidRequest
from tests.ui.desk_studio import DeskStudio, narration
from ui.choices import Choices
from ui.desk import Desk
from ui.flow import caption, find_again, look, present, resize, restyle, still
from ui.page import welcome
from ui.panels.jobs import respeak, stop, watch
from ui.panels.speech import start_video
from ui.samples import Samples
from ui.show import Show, show_narration

CHOICES = Choices(script="One two three.")


def test_the_button_starts_a_job_that_is_watched(desk: Desk, studio: DeskStudio) -> None:
    told = start_video(desk, CHOICES, Samples(studio), {"size": "1080x1080"}, None)
    assert told[desk.current] == {"size": "1080x1080", "job": "job_1"}
    assert told[desk.timer].active is True
    assert 'data-job="job_1"' in told[desk.strip]
    assert studio.asked("submit_job")[0]["operation"] == "generate_captioned_video"


def test_a_refused_request_is_explained_beside_the_button(desk: Desk, studio: DeskStudio) -> None:
    told = start_video(desk, Choices(script=" "), Samples(studio), None, show_narration(narration()))
    assert set(told) == {desk.job, desk.video_problem, desk.recording}
    assert "script_empty" in told[desk.video_problem]
    assert told[desk.job].endswith(told[desk.video_problem])
    assert "data-respeak" in told[desk.job]


def test_a_running_job_is_looked_at_again(desk: Desk, studio: DeskStudio) -> None:
    studio.state = "running"
    told = watch(desk, CHOICES, {"job": "job_1"}, None)
    assert desk.timer not in told
    assert desk.stage not in told
    assert "1 running" in told[desk.pill]


def test_a_finished_job_goes_on_the_stage(desk: Desk) -> None:
    told = watch(desk, CHOICES, {"job": "job_1"}, Show())
    assert told[desk.timer].active is False
    assert "<video" in told[desk.stage]
    assert "data-cues=" in told[desk.cues]
    assert "data-respeak" in told[desk.job]
    assert told[desk.strip] == ""
    assert told[desk.current]["job"] == ""
    assert told[desk.current]["done"] == "job_1"
    assert told[desk.current]["item"] == {"kind": "video", "id": "vid_1"}


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_job_that_ended_badly_stops_the_timer(desk: Desk, studio: DeskStudio, state: str) -> None:
    studio.state = state
    told = watch(desk, CHOICES, {"job": "job_1", "size": "1080x1080"}, Show())
    assert told[desk.timer].active is False
    assert told[desk.current] == {"job": "", "size": "1080x1080"}
    assert f'data-job-state="{state}"' in told[desk.job]


def test_a_job_that_is_gone_is_explained(desk: Desk) -> None:
    told = watch(desk, CHOICES, {"job": "job_9"}, Show())
    assert "job_not_found" in told[desk.job]
    assert told[desk.current]["job"] == ""


def test_stop_cancels_the_job_itself(desk: Desk, studio: DeskStudio) -> None:
    studio.state = "running"
    told = stop(desk, {"job": "job_1"}, None)
    assert studio.asked("cancel_job") == [{"job_id": "job_1"}]
    assert told[desk.timer].active is False


def test_one_sentence_is_spoken_again(desk: Desk, studio: DeskStudio) -> None:
    respeak(desk, 0, {}, show_narration(narration()))
    job = studio.asked("submit_job")[0]
    assert job["operation"] == "regenerate_sentence"
    seed = job["arguments"].pop("seed")
    assert 0 <= seed < 2**31
    assert job["arguments"] == {"narration_id": "nar_1", "index": 0}


def test_nothing_is_asked_without_a_job(studio: DeskStudio) -> None:
    assert look(studio, "").status is None
    assert studio.calls == []


def test_a_narration_gets_captions_in_the_chosen_style(studio: DeskStudio) -> None:
    show = present(studio, narration(), None, replace(CHOICES, style="marker"))
    assert show.captions["1080x1920"]["style"] == "marker"
    assert show.videos == {}


def test_another_shape_is_captioned_when_it_is_looked_at(studio: DeskStudio) -> None:
    show = present(studio, narration(), None, CHOICES)
    wide = resize(studio, show, "1920x1080", CHOICES)
    assert set(wide.captions) == {"1080x1920", "1920x1080"}
    assert resize(studio, wide, "1080x1920", CHOICES).captions == wide.captions
    assert resize(studio, wide, "7x7", CHOICES) == wide


def test_another_style_puts_the_old_video_aside(studio: DeskStudio) -> None:
    show = present(studio, studio.video(["1080x1920"]), None, CHOICES)
    styled = restyle(studio, show, replace(CHOICES, style="neon"))
    assert styled.videos == {}
    assert styled.captions["1080x1920"]["style"] == "neon"


def test_the_same_style_again_changes_nothing(studio: DeskStudio) -> None:
    show = present(studio, studio.video(["1080x1920"]), None, CHOICES)
    assert restyle(studio, show, CHOICES) is show


def test_a_still_is_drawn_by_the_renderer(studio: DeskStudio) -> None:
    assert still(studio, "cap_1", 1.5, "#000000") == {"url": "files/preview.png?expires=1&signature=ab"}
    assert studio.asked("preview_captions") == [{"captions_id": "cap_1", "time": 1.5, "background": "#000000"}]


def test_a_still_that_cannot_be_drawn_says_why(studio: DeskStudio) -> None:
    studio.refuse = EngineError("No.", hint="Later.")
    assert still(studio, "cap_1", 1.5, None)["error"]["message"] == "No."


def test_a_reload_finds_the_video_again(desk: Desk) -> None:
    told = welcome(desk, CHOICES, {"item": {"kind": "video", "id": "vid_1"}, "size": "1080x1920"}, "")
    assert "<video" in told[desk.stage]


def test_a_reload_finds_edited_captions_again(studio: DeskStudio) -> None:
    show = caption(studio, show_narration(narration()), CHOICES)
    edited = studio.call("update_captions", {"captions_id": "cap_1", "style": "hype"})
    found = find_again(studio, show.remember(), CHOICES)
    assert found.captions["1080x1920"] == edited
    assert len(studio.asked("make_captions")) == 1


def test_a_reload_in_the_middle_of_a_job_goes_on_watching(desk: Desk, studio: DeskStudio) -> None:
    studio.state = "running"
    told = welcome(desk, CHOICES, {"job": "job_1"}, "")
    assert told[desk.timer].active is True
    assert told[desk.current] == {"job": "job_1"}


def test_a_link_to_a_job_opens_it_anywhere(desk: Desk) -> None:
    assert "<video" in welcome(desk, CHOICES, {}, "job_1")[desk.stage]


def test_a_link_to_a_job_that_was_seen_does_not_undo_later_edits(desk: Desk, studio: DeskStudio) -> None:
    welcome(desk, CHOICES, {"done": "job_1", "item": {"kind": "narration", "id": "nar_1"}}, "job_1")
    assert studio.asked("job_result") == []


def test_what_is_gone_leaves_an_empty_stage(desk: Desk) -> None:
    told: dict[Any, Any] = welcome(desk, CHOICES, {"item": {"kind": "video", "id": "vid_9"}}, "")
    assert told == {desk.strip: ""}


def test_a_studio_that_refuses_everything_is_explained(desk: Desk, studio: DeskStudio) -> None:
    studio.refuse = InvalidRequest("No.", hint="Later.", code="closed")
    told = watch(desk, CHOICES, {"job": "job_1"}, Show())
    assert "closed" in told[desk.job]
    assert isinstance(told[desk.timer], gr.Timer)
