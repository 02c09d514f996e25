"""Videos made of videos, through the studio: merged and overlaid, found in uploads, made again from their manifests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, MediaRejected
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.studio import Studio
from tests.media.makers import Maker


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("clips"), Ffmpeg(find_ffmpeg(None)))


@pytest.fixture(scope="module")
def clips(studio: Studio, make: Maker) -> list[str]:
    paths = [make.clip("one.mp4", seconds=0.5), make.clip("two.mp4", seconds=0.4)]
    return [str(studio.upload(path, path.name)["file_id"]) for path in paths]


@pytest.fixture(scope="module")
def screen(studio: Studio, make: Maker) -> str:
    drawing = "color=0x12a63c:s=160x120:r=30:d=0.3,drawbox=60:40:40:40:white:fill,format=yuv420p"
    path = make.media("screen.mp4", "-f", "lavfi", "-i", drawing)
    return str(studio.upload(path, path.name)["file_id"])


def content(studio: Studio, made: dict[str, Any]) -> bytes:
    return studio.local_file(made["file_id"]).read_bytes()


@pytest.mark.parametrize("transition", ["none", "wipe"])
def test_merged_videos_are_made_again_to_the_byte(studio: Studio, clips: list[str], transition: str) -> None:
    arguments = {"videos": clips, "transition": transition, "transition_seconds": 0.2}
    made = studio.call("merge_videos", arguments)
    again = studio.call("make_again", {"manifest": made["file_id"]})
    assert (made["name"], again["warnings"]) == ("merged.mp4", [])
    assert content(studio, again) == content(studio, made)
    assert made["file_id"] in [file["file_id"] for file in studio.call("list_files", {"prefix": "merged"})["files"]]
    length = studio.call("get_video_info", {"video": made["file_id"]})["duration"]
    assert length == pytest.approx(0.9 if transition == "none" else 0.7, abs=0.05)


def test_an_overlay_is_made_again_with_the_screen_that_was_found(studio: Studio, clips: list[str], screen: str) -> None:
    made = studio.call("add_colorkey_overlay", {"video": clips[0], "overlay": screen, "scale": 0.5})
    manifest = studio.artifacts.manifest(made["file_id"].split(".")[0])["made_by"]
    assert manifest["color"] == "green"
    assert abs(int(manifest["screen"][3:5], 16) - 0xA6) <= 4
    again = studio.call("make_again", {"manifest": made["file_id"]})
    assert content(studio, again) == content(studio, made)


def test_a_look_at_an_overlay_is_a_picture_and_the_screens_colour(
    studio: Studio, clips: list[str], screen: str
) -> None:
    asked = {"video": clips[0], "overlay": screen, "time": 0.2, "height": 90}
    seen = [studio.call("preview_colorkey_overlay", {**asked, "view": view}) for view in ("result", "matte")]
    assert len({look["color"] for look in seen}) == 1
    assert seen[0]["picture"]["media_type"] == "image/jpeg"
    assert content(studio, seen[0]["picture"]) != content(studio, seen[1]["picture"])


def test_what_cannot_be_done_is_refused_before_anything_is_queued(
    studio: Studio, clips: list[str], make: Maker
) -> None:
    jobs = len(studio.call("list_jobs", {})["jobs"])
    picture = make.picture()
    still = str(studio.upload(picture, picture.name)["file_id"])
    with pytest.raises(InvalidRequest, match="Video 2 lasts 0"):
        studio.call("merge_videos", {"videos": [clips[0], clips[1], clips[0]], "transition": "fade"})
    with pytest.raises(MediaRejected, match="Video 2 is a picture"):
        studio.call("merge_videos", {"videos": [clips[0], still]})
    with pytest.raises(InvalidRequest, match="size"):
        studio.call("merge_videos", {"videos": clips, "size": "2x100000"})
    with pytest.raises(InvalidRequest, match="'gren' is not a colour"):
        studio.call("add_colorkey_overlay", {"video": clips[0], "overlay": clips[1], "color": "gren"})
    assert len(studio.call("list_jobs", {})["jobs"]) == jobs


def test_more_inputs_than_a_job_may_have_are_refused(studio: Studio, clips: list[str]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        studio.call("merge_videos", {"videos": clips[:1] * 101})
    assert refused.value.code == "invalid_videos"


def test_names_of_files_reach_no_graph(studio: Studio, make: Maker, tmp_path: Path) -> None:
    hostile = tmp_path / "-i ..';movie=x.mp4"
    hostile.write_bytes(make.clip("one.mp4", seconds=0.5).read_bytes())
    file_id = str(studio.upload(hostile, "it's; [a]\n'.mp4")["file_id"])
    assert studio.call("merge_videos", {"videos": [file_id, file_id], "transition": "cut"})["bytes"] > 0
