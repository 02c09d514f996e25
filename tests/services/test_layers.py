"""Shots and layers from a request to the finished video, and again from its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import StudioError
from backend.fronts.paths import take_paths
from backend.layers import ProgressBar
from backend.operations import find_operation
from backend.services.layers import margins, never_seen
from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker, frames_of

Json = dict[str, Any]
SCRIPT = "Every keeper learns one rule. Never paint the door. Not in the fog."


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("layers"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def logo(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("logo") / "logo.png"
    Image.new("RGB", (40, 20), (0, 255, 0)).save(path)
    return str(studio.upload(path, "logo.png")["file_id"])


def asked(logo: str, **options: Any) -> Json:
    layers = [
        {"kind": "image", "file": logo, "position": "top_left", "width": 0.25, "safe_zone": False},
        {"kind": "progress_bar", "color": "yellow", "height": 0.04},
        {"kind": "title", "text": "One {\\b1}rule", "template": "card", "end": 1.0},
        {"kind": "progress_bar", "start": 3600},
    ]
    shots = [{"sentences": [0]}, {"sentences": [1, 2]}]
    return {
        "script": SCRIPT,
        "background": ["#ff0000", "#0000ff"],
        "sizes": ["128x224"],
        "options": {"engine": "silence", "shots": shots, "layers": layers, **options},
    }


def test_a_video_has_its_shots_and_layers_and_is_made_again_with_them(studio: Studio, logo: str) -> None:
    made = studio.call("generate_captioned_video", asked(logo))
    [warning] = made["warnings"]
    assert "Layer 3" in warning
    path = studio.local_file(made["videos"][0]["file"]["file_id"])
    frames = frames_of(path)
    change = round(made["narration"]["sentences"][0]["end"] * 30)
    assert frames[change - 2][200, 64, 0] > 200
    assert frames[change + 2][200, 64, 2] > 200
    assert all(frame[12, 16, 1] > 200 for frame in frames[::10]), "the logo is always there"
    assert tuple(frames[-1][221, 100] > 200) == (True, True, False)
    again = studio.call("make_again", {"manifest": made["video_id"]})
    assert studio.local_file(again["videos"][0]["file"]["file_id"]).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"shots": [{"sentences": [0]}]}, "invalid_shots"),
        ({"shots": [{"sentences": [0]}, {"sentences": [7]}]}, "invalid_shots"),
        ({"shots": [{"trim_start": 1}, {}]}, "invalid_shots"),
        ({"shots": [{"sentences": "all"}, {}]}, "invalid_options"),
        ({"layers": [{"kind": "image", "file": "nothing"}]}, "file_not_found"),
        ({"layers": [{"kind": "progress_bar", "color": "blurple"}]}, "unknown_colour"),
        ({"layers": [{"kind": "title", "text": "x", "accent": "url(x)"}]}, "unknown_colour"),
        ({"layers": [{"kind": "title", "text": "x", "start": 4, "end": 2}]}, "invalid_options"),
        ({"layers": [{"kind": "hologram"}]}, "invalid_options"),
        ({"layers": [{"kind": "title", "text": "x"}] * 13}, "invalid_options"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_is_told_before_anything_is_queued(studio: Studio, logo: str, options: Json, code: str) -> None:
    before = len(studio.call("list_jobs", {})["jobs"])
    with pytest.raises(StudioError) as refused:
        studio.call("submit_job", {"operation": "generate_captioned_video", "arguments": asked(logo, **options)})
    assert refused.value.code == code
    assert len(studio.call("list_jobs", {})["jobs"]) == before


def test_only_pictures_are_layers(studio: Studio, tmp_path: Path) -> None:
    clip = studio.upload(Maker(tmp_path, studio.ffmpeg).clip(), "clip.mp4")["file_id"]
    layer = {"kind": "image", "file": clip}
    with pytest.raises(StudioError) as refused:
        studio.call("generate_captioned_video", asked("x", layers=[layer]))
    assert refused.value.code == "invalid_layers"


def test_a_frame_of_the_preview_has_the_layers(studio: Studio, logo: str, tmp_path: Path) -> None:
    seen = studio.call("preview_video", {**asked(logo), "time": 0.5})
    with Image.open(studio.local_file(seen["picture"]["file_id"])) as picture:
        frame = np.asarray(picture.convert("RGB").resize((128, 224)))
    assert frame[12, 16, 1] > 180
    assert frame[200, 64, 0] > 180


def test_logos_keep_out_of_where_apps_draw() -> None:
    assert margins((1080, 1920)) == (0.15, 0.1778, 0.35, 0.111)
    assert margins((1920, 1080)) == (0.05,) * 4
    assert margins((1080, 1080)) == (0.0,) * 4
    assert list(never_seen([ProgressBar(kind="progress_bar", start=1.0)], 2.0)) == []


def test_a_layer_may_be_a_path_for_who_sits_at_the_machine(studio: Studio, tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "mark.png")
    asked = {"script": "Hi.", "options": {"layers": [{"kind": "image", "file": str(tmp_path / "mark.png")}]}}
    taken = take_paths(studio, find_operation("generate_captioned_video"), asked)
    [layer] = taken["options"]["layers"]
    assert studio.call("file_status", {"file_id": layer["file"]})["status"] == "ready"
    assert take_paths(studio, find_operation("generate_captioned_video"), {"options": {"layers": "x"}}) == {
        "options": {"layers": "x"}
    }


def test_addresses_of_layers_are_fetched_only_where_any_are(studio: Studio) -> None:
    layer = {"kind": "image", "file": "https://example.org/logo.png"}
    with pytest.raises(StudioError) as refused:
        studio.call("generate_captioned_video", asked("x", layers=[layer]))
    assert refused.value.code == "url_inputs_off"


def test_letters_of_titles_that_no_font_has_are_told_first(studio: Studio) -> None:
    arguments = asked("x", shots=[], layers=[{"kind": "title", "text": "Hi \U00013000"}])
    told = studio.call("estimate", {"operation": "generate_captioned_video", "arguments": arguments})["warnings"]
    assert any("\U00013000" in warning for warning in told)
