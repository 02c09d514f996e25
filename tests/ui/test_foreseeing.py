"""What the buttons of the cards for joining and overlays take, as their scripts hear it."""

from __future__ import annotations

from backend.errors import InvalidRequest
from tests.ui.desk_studio import DeskStudio, link
from ui import colorkey, merging
from ui.merging import Merge
from ui.views import merging as view

ASKED = {"videos": ["up_1", "up_2"], "music": "", "form": {"transition": "slide", "transition_seconds": "0.3"}}


def test_joining_is_foreseen_as_the_form_has_it(studio: DeskStudio) -> None:
    assert merging.foresee(studio, ASKED) == {"said": "About 12 s · 8.0 MB", "known": []}
    (asked,) = studio.asked("estimate")
    assert (asked["operation"], asked["arguments"]["videos"]) == ("merge_videos", ["up_1", "up_2"])
    assert (asked["arguments"]["transition"], asked["arguments"]["transition_seconds"]) == ("slide", 0.3)


def test_one_video_is_joined_with_nothing_but_music(studio: DeskStudio) -> None:
    assert merging.foresee(studio, {"videos": ["up_1"], "form": {}}) == {}
    assert merging.foresee(studio, "nothing") == {}
    assert merging.foresee(studio, {"videos": ["up_1"], "music": "up_3", "form": {}})["said"]
    assert studio.asked("estimate")[0]["arguments"]["background_music"] == "up_3"


def test_an_overlay_is_foreseen_as_it_is_tuned(studio: DeskStudio) -> None:
    asked = {"video": "up_1", "overlay": "up_2", "settings": {"scale": 0.5, "unknown": 1}}
    assert colorkey.foresee(studio, asked)["said"] == "About 12 s · 8.0 MB"
    arguments = studio.asked("estimate")[0]["arguments"]
    assert (arguments["video"], arguments["overlay"], arguments["scale"]) == ("up_1", "up_2", 0.5)
    assert "unknown" not in arguments


def test_what_was_never_done_and_what_would_be_refused_is_told(studio: DeskStudio) -> None:
    unknown = "No videos have been joined like this on this machine yet, so nobody knows how long it takes."
    studio.estimate = {"seconds": None, "disk_bytes": 8_000_000, "cost": None, "warnings": [unknown]}
    told = merging.foresee(studio, ASKED)
    assert told == {"said": "About 8.0 MB", "known": ["How long it takes is known after the first."]}
    studio.refuse = InvalidRequest("Video 2 is too short.", hint="Cut.", code="transition_too_long")
    assert merging.foresee(studio, ASKED) == {"said": "", "known": ["Video 2 is too short. Cut."]}


def test_the_card_names_its_files_for_the_script() -> None:
    videos = tuple({**link(f"{name}.mp4"), "file_id": name, "seconds": 1.0, "width": 2, "height": 2} for name in "ab")
    drawn = view.draw(Merge(videos, link("tune.mp3")))
    assert drawn.index('data-video="a"') < drawn.index('data-video="b"') < drawn.index('data-music="made_1')
    assert "data-foreseen" in drawn
