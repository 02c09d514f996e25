"""The video as it would be rendered now: what it is made of, and its frames."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

from backend.errors import InvalidRequest
from tests.ui.desk_studio import NASTY, DeskStudio, link, narration
from ui.choices import SHAPES, Choices
from ui.composing import PLACEHOLDER, clip, composition, frame
from ui.flow import present
from ui.samples import Samples
from ui.show import Show
from ui.views.composition import composed, frame_cards
from ui.views.progress import strip
from ui.views.stage import drawn_clip
from ui.views.video_job import told

_COLOUR = Choices(script="One two three.", background="colour:#17161A", motion="pan", music="file:up_1")


def test_it_is_what_the_button_would_render_but_silent(studio: DeskStudio) -> None:
    video = composition(studio, Samples(studio), _COLOUR, None)
    assert (video["script"], video["background"], video["image_effect"]) == ("One two three.", "#17161A", "pan")
    assert video["music"] is None


def test_what_stands_on_the_stage_is_in_it(studio: DeskStudio) -> None:
    show = present(studio, narration(), None, _COLOUR)
    video = composition(studio, Samples(studio), _COLOUR, show)
    assert (video["narration_id"], video["captions_id"]) == ("nar_1", [show.captions[show.size]["captions_id"]])
    assert "script" not in video


def test_before_there_is_a_script_a_sentence_of_ours_stands_there(studio: DeskStudio) -> None:
    assert composition(studio, Samples(studio), Choices(script=" \n"), None)["script"] == PLACEHOLDER


def test_a_frame_is_asked_for_in_its_size_and_no_wider_than_a_page_needs(studio: DeskStudio) -> None:
    seen = frame(studio, {"video": {"script": "Hi."}, "size": "1080x1080", "time": 1.5, "width": 40_000})
    assert studio.asked("preview_video") == [{"script": "Hi.", "size": "1080x1080", "time": 1.5, "width": 960}]
    assert seen["url"] == "files/frame-1080x1080.jpg?expires=1&signature=ab"
    assert (seen["duration"], seen["guessed"]) == (3.0, True)


def test_a_frame_that_cannot_be_drawn_says_why(studio: DeskStudio) -> None:
    studio.refuse = InvalidRequest("No.", hint="Change it.", code="refused")
    assert frame(studio, {"video": {}})["error"]["code"] == "refused"
    studio.refuse = None
    assert "url" in frame(studio, {"video": "nothing", "time": "x", "width": None})


def test_it_moves_on_the_stage_with_everything_that_lies_over_it(studio: DeskStudio) -> None:
    bar = {"kind": "progress_bar", "_name": "ours"}
    video = composition(studio, Samples(studio), replace(_COLOUR, layers={"1": bar}), None)
    assert clip(studio, video, "1080x1080", 1.5, 3.0) == {"url": "files/clip-1080x1080.mp4?expires=1&signature=ab"}
    asked = studio.asked("preview_video")[0]
    assert (asked["time"], asked["seconds"], asked["background"]) == (1.5, 3.0, "#17161A")
    assert asked["options"]["layers"] == [{"kind": "progress_bar"}]
    studio.refuse = InvalidRequest("No.", hint="Change it.", code="refused")
    failed = clip(studio, video, "1080x1080", 1.5, 3.0)
    assert failed["error"]["code"] == "refused"
    assert 'data-failed="No. Change it."' in drawn_clip(failed, "2") and 'data-asked="2"' in drawn_clip(failed, "2")


def test_what_people_wrote_stays_text_in_what_the_script_reads() -> None:
    drawn = composed({"script": NASTY}, 2.0)
    assert "<img" not in drawn
    written = re.search(r'data-video="([^"]*)"', drawn)
    assert written and json.loads(html.unescape(written[1])) == {"script": NASTY}


def test_each_shape_has_its_frame() -> None:
    assert re.findall(r'data-frame="(\w+)"', frame_cards()) == list(SHAPES)


def _rendering(state: str = "running", **details: object) -> dict[str, object]:
    status = {"job_id": "job_1", "operation": "generate_captioned_video", "state": state, "progress": 0.6}
    return {**status, "message": "Rendering 1920x1080", "seconds_left": 4.0, "queue_position": 0, "details": details}


def test_rendering_shows_how_far_it_is_and_the_latest_frame() -> None:
    running = told(_rendering(frame=link("frame.jpg", "image/jpeg")), Show())
    assert (
        "Rendering 16:9" in running
        and "Rendering 16:9" in strip(_rendering())
        and "4 s left" in running
        and "data-stop" in running
    )
    assert 'src="files/frame.jpg?expires=1&amp;signature=ab"' in running
    assert "<img" not in told(_rendering(), Show())


def test_stopping_says_what_is_left(studio: DeskStudio) -> None:
    assert "Stopped" in told(_rendering("cancelled"), Show())


def test_the_sound_alone_stands_below_the_videos(studio: DeskStudio) -> None:
    made = {**studio.video(["1080x1920"]), "audio": link(f"{NASTY}.mp3")}
    drawn = told(None, present(studio, made, None, _COLOUR))
    assert "Sound alone" in drawn and "MP3 · 1 kB" in drawn and drawn.count("data-share=") == 2
    assert "<img src=x" not in drawn
    assert "Sound alone" not in told(None, present(studio, studio.video(["1080x1920"]), None, _COLOUR))


def test_other_jobs_leave_the_videos_that_are_there(studio: DeskStudio) -> None:
    show = present(studio, studio.video(["1080x1920", "1080x1080"]), None, _COLOUR)
    made = told({**_rendering(), "operation": "generate_speech"}, show)
    assert made == told(None, show)
    assert re.findall(r'data-look="(\w+)"', made) == ["1080x1920", "1080x1080"]
    assert made.count("data-share=") == made.count(">Download<") == made.count("data-copy=") == 2
    assert told(None, Show()) == ""
