"""A moment of a video, seen before it is rendered, is what the video then shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from backend.errors import InvalidRequest, NotFound
from backend.settings import Settings
from backend.studio import Studio
from tests.google_server import write_tones
from tests.media.makers import frames_of

SCRIPT = "Every lighthouse keeper learns one rule first. Never paint the door in the fog."
SIZE, WIDE = "180x320", "320x180"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("previews"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def asked(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """A video of two pictures that move, below a title and a bar."""
    folder = tmp_path_factory.mktemp("pictures")
    files = []
    for name, (first, second) in {"sea": ("#103050", "#80c0e0"), "dusk": ("#401020", "#f0a060")}.items():
        picture = Image.linear_gradient("L").resize((360, 640))
        Image.composite(Image.new("RGB", picture.size, first), Image.new("RGB", picture.size, second), picture).save(
            folder / f"{name}.png"
        )
        files.append(studio.upload(folder / f"{name}.png", f"{name}.png")["file_id"])
    narration = studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})
    looks = {"background": files, "image_effect": "ken_burns", "captions_style": "bold_pop"}
    bar = {"kind": "progress_bar", "height": 0.05, "color": "#00ff40"}
    layers = [{"kind": "title", "text": "Doors", "start": 0.2, "end": 1.2}, bar]
    return {"narration_id": narration["narration_id"], "sizes": [SIZE], "options": {"layers": layers}, **looks}


def pixels(studio: Studio, file: Json) -> Any:
    with Image.open(studio.local_file(file["file_id"])) as picture:
        return np.asarray(picture.convert("RGB"), np.int16)


def test_it_is_the_frame_of_the_video(studio: Studio, asked: Json) -> None:
    made = studio.call("generate_captioned_video", asked)
    video = made["videos"][0]
    for time in (0.7, video["duration"] * 0.75):
        preview = studio.call("preview_video", {**asked, "time": time})
        frame = studio.call("extract_frame", {"video": video["file"]["file_id"], "timestamp": time})
        seen, shown = pixels(studio, preview["picture"]), pixels(studio, frame)
        assert np.abs(seen - shown).mean() < 4
        assert np.abs(seen[-12:] - shown[-12:]).mean() < 8, "the bar is elsewhere"
        assert preview["guessed"] is False
        assert abs(preview["duration"] - video["duration"]) < 0.05
    early, late = (studio.call("preview_video", {**asked, "time": time}) for time in (0.7, video["duration"] * 0.75))
    assert np.abs(pixels(studio, early["picture"]) - pixels(studio, late["picture"])).mean() > 20


def test_a_few_seconds_of_it_move_with_its_layers_and_captions(studio: Studio, asked: Json) -> None:
    seen = studio.call("preview_video", {**asked, "time": 0.7, "seconds": 0.4})
    assert seen["picture"] is None
    moving = np.stack(frames_of(studio.local_file(seen["clip"]["file_id"]))).astype(np.int16)
    assert moving.shape == (12, 320, 180, 3)
    for number in (0, 11):
        still = studio.call("preview_video", {**asked, "time": 0.7 + number / 30})["picture"]
        assert np.abs(moving[number] - pixels(studio, still)).mean() < 4
    late = studio.call("preview_video", {**asked, "time": 1e4, "seconds": 3, "width": 91})
    assert [frame.shape for frame in frames_of(studio.local_file(late["clip"]["file_id"]))] == [(162, 92, 3)]


def test_it_is_drawn_in_any_size_and_as_wide_as_asked(studio: Studio, asked: Json) -> None:
    wide = studio.call("preview_video", {**asked, "time": 0.7, "size": WIDE, "width": 160})
    assert (wide["size"], pixels(studio, wide["picture"]).shape) == (WIDE, (90, 160, 3))
    assert wide["picture"]["media_type"] == "image/jpeg"
    never_larger = studio.call("preview_video", {**asked, "width": 2000})
    assert pixels(studio, never_larger["picture"]).shape == (320, 180, 3)


def test_bars_move_with_the_voice_as_they_will_in_the_video(studio: Studio, asked: Json) -> None:
    bars = {**asked, "background": "waveform", "image_effect": "none"}
    video = studio.call("generate_captioned_video", bars)["videos"][0]
    frame = studio.call("extract_frame", {"video": video["file"]["file_id"], "timestamp": 1.0})
    preview = studio.call("preview_video", {**bars, "time": 1.0})
    assert np.abs(pixels(studio, preview["picture"]) - pixels(studio, frame)).mean() < 4
    later = studio.call("preview_video", {**bars, "background": "moving_gradient", "time": 1.0})
    assert np.abs(pixels(studio, preview["picture"]) - pixels(studio, later["picture"])).mean() > 4


def test_captions_that_were_edited_are_shown_as_they_are(studio: Studio, asked: Json) -> None:
    made = studio.call("make_captions", {"source": asked["narration_id"], "size": SIZE})
    for cue in made["cues"]:
        cue["text"], cue["words"] = "", []
    empty = studio.call("update_captions", {"captions_id": made["captions_id"], "cues": made["cues"][:0]})
    bare = studio.call("preview_video", {**asked, "time": 0.7, "captions_id": empty["captions_id"]})
    said = studio.call("preview_video", {**asked, "time": 0.7})
    assert np.abs(pixels(studio, bare["picture"]) - pixels(studio, said["picture"])).max() > 100


def test_a_script_that_nobody_spoke_yet_is_shown_by_a_guess(studio: Studio, asked: Json) -> None:
    unspoken = {"script": SCRIPT, "sizes": [SIZE], "background": "#203040", "options": {"engine": "silence"}}
    preview = studio.call("preview_video", {**unspoken, "time": 2.0})
    assert preview["guessed"] is True
    assert 2 < preview["duration"] < 15
    assert np.ptp(pixels(studio, preview["picture"])) > 150, "no letters in it"
    past = studio.call("preview_video", {**unspoken, "time": 500.0})
    assert past["time"] == pytest.approx(past["duration"], abs=0.01)


def test_a_recording_that_nobody_listened_to_is_shown_without_captions(studio: Studio, tmp_path: Path) -> None:
    write_tones(tmp_path / "said.wav", 16_000, 3.0, [0.5, 1.5])
    media = studio.upload(tmp_path / "said.wav", "said.wav")["file_id"]
    preview = studio.call("preview_video", {"audio": media, "background": "#203040", "size": SIZE, "time": 0.6})
    assert preview["warnings"] and preview["duration"] == pytest.approx(3.0, abs=0.01)
    assert np.abs(pixels(studio, preview["picture"]) - (0x20, 0x30, 0x40)).max() < 4


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"size": "2x100000"}, "invalid_size"),
        ({"size": "big"}, "invalid_size"),
        ({"background": "grellow"}, "invalid_background"),
        ({"captions_style": "nobody's"}, "unknown_style"),
        ({"options": {"warp": 1}}, "invalid_options"),
        ({"script": "Two sources."}, "invalid_source"),
        ({"time": -1}, "invalid_time"),
        ({"width": 5}, "invalid_width"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_said_at_once(studio: Studio, asked: Json, wrong: Json, code: str) -> None:
    with pytest.raises((InvalidRequest, NotFound)) as error:
        studio.call("preview_video", {**asked, **wrong})
    assert error.value.code == code
