"""What work on videos would take, and that it is refused at once where the disk has no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.services.paces import Paces
from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker

Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("estimates"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def clips(studio: Studio, tmp_path_factory: pytest.TempPathFactory, ffmpeg: Ffmpeg) -> list[str]:
    make = Maker(tmp_path_factory.mktemp("media"), ffmpeg)
    return [studio.upload(make.clip(name), name)["file_id"] for name in ("one.mp4", "two.mp4")]


def paces(studio: Studio) -> Paces:
    return Paces(studio.settings.home / "paces")


def estimate(studio: Studio, operation: str, **arguments: Any) -> Json:
    answer: Json = studio.call("estimate", {"operation": operation, "arguments": arguments})
    return answer


def test_joining_is_foreseen_by_how_it_would_be_done(studio: Studio, clips: list[str]) -> None:
    unknown = estimate(studio, "merge_videos", videos=clips)
    assert unknown["seconds"] is None and "joined like this on this machine yet" in unknown["warnings"][0]
    paces(studio).note("join", "copy", 10.0, 1.0, 1_000_000)
    paces(studio).note("join", "ffmpeg", 1.0, 30.0, 1_000_000)
    copied = estimate(studio, "merge_videos", videos=clips)
    encoded = estimate(studio, "merge_videos", videos=clips, size="320x240")
    assert copied["seconds"] == pytest.approx(0.2, abs=0.05) and copied["warnings"] == []
    assert encoded["seconds"] == pytest.approx(30 * 2 * 320 * 240 / 1e6, abs=0.2)
    refused = estimate(studio, "merge_videos", videos=clips, transition="fade", transition_seconds=1.5)
    assert refused["seconds"] is None and "transition" in refused["warnings"][0]


def test_an_overlay_is_foreseen_by_the_size_and_length_of_its_video(studio: Studio, clips: list[str]) -> None:
    asked = {"video": clips[0], "overlay": clips[1]}
    assert estimate(studio, "add_colorkey_overlay", **asked)["seconds"] is None
    paces(studio).note("overlay", "ffmpeg", 1.0, 40.0, 500_000)
    known = estimate(studio, "add_colorkey_overlay", **asked)
    assert known["seconds"] == pytest.approx(40 * 160 * 120 / 1e6, abs=0.1) and known["disk_bytes"] > 0
    assert "colour" in estimate(studio, "add_colorkey_overlay", **asked, color="greenish")["warnings"][0]


def test_a_file_that_is_not_there_is_told(studio: Studio, clips: list[str]) -> None:
    nobody = "up_00000000000000000000000000.1.file.mp4"
    assert "not in the store" in estimate(studio, "merge_videos", videos=[clips[0], nobody])["warnings"][0]


def test_a_video_that_cannot_fit_the_disk_is_refused_before_anything_is_queued(studio: Studio) -> None:
    made_of = [{"script": "One rule."}, {"narration_id": ""}]
    narration = studio.call("generate_speech", {"script": "One rule.", "engine": "silence"})
    made_of[1]["narration_id"] = narration["narration_id"]
    paces(studio).note("render", "ffmpeg", 1.0, 1.0, made_bytes=10**16)
    before = len(studio.call("list_jobs", {})["jobs"])
    for source in made_of:
        with pytest.raises(MediaFailed, match=r"GB are needed, [\d.]+ GB free") as refused:
            studio.call("generate_captioned_video", {**source, "sizes": ["128x128"], "options": {"engine": "silence"}})
        assert refused.value.code == "disk_full"
    assert len(studio.call("list_jobs", {})["jobs"]) == before
    told = estimate(studio, "generate_captioned_video", **made_of[1], sizes=["128x128"])
    assert any("GB are free" in warning for warning in told["warnings"])
