from __future__ import annotations

import pytest

from tests.ui.desk_studio import DeskStudio
from ui.choices import Choices
from ui.samples import MUSIC, PICTURES, Samples, sample_names
from ui.studio import Json


def test_a_first_visitor_gets_the_defaults() -> None:
    assert Choices.remembered(None) == Choices()
    assert Choices.remembered({}) == Choices()


def test_choices_survive_the_browser() -> None:
    chosen = Choices(script="Hello", voice="bf_emma", speed=1.2, sizes=("1080x1080",), duck="off")
    assert Choices.remembered(chosen.to_memory()) == chosen


@pytest.mark.parametrize(
    "memory",
    [{"speed": "fast"}, {"speed": True}, {"sizes": "1080x1920"}, {"sizes": ["9x9"]}, {"script": 7}, {"unknown": 1}],
)
def test_what_an_older_page_left_falls_back_to_the_defaults(memory: dict[str, object]) -> None:
    assert Choices.remembered(memory) == Choices()


def test_controls_come_in_the_order_of_the_fields() -> None:
    values = tuple(Choices(script="x").to_memory().values())
    assert Choices.given(values).script == "x"


def test_a_video_of_a_script_carries_every_choice() -> None:
    chosen = Choices(script="Hi", speed=1.5, motion="pan", position="top", capitals="off", music_volume=0.4)
    arguments = chosen.video_arguments("#000000", "up_1")
    assert arguments["script"] == "Hi"
    assert arguments["background"] == "#000000"
    assert arguments["music"] == "up_1"
    assert arguments["image_effect"] == "pan"
    assert arguments["options"] == {"speed": 1.5, "layout": {"position": "top", "uppercase": False}}


def test_a_video_of_a_narration_does_not_speak_again() -> None:
    arguments = Choices(script="Hi").video_arguments(None, None, {"narration_id": "nar_1"})
    assert arguments["narration_id"] == "nar_1"
    assert "script" not in arguments
    assert arguments["options"] == {}


@pytest.mark.parametrize(
    ("choice", "background"),
    [
        ("gradient", None),
        ("colour:#F2452B", "#F2452B"),
        ("files:up_1.1.a.png", "up_1.1.a.png"),
        ("files:up_1.1.a.png,up_2.1.b.mp4", ["up_1.1.a.png", "up_2.1.b.mp4"]),
        ("sample:../../app.py", None),
        ("nonsense", None),
        ("files:", None),
    ],
)
def test_backgrounds_mean_what_operations_take(studio: DeskStudio, choice: str, background: object) -> None:
    assert Samples(studio).background(choice) == background
    assert studio.uploaded == []


def test_a_sample_is_handed_to_the_studio_once(studio: DeskStudio) -> None:
    picture = sample_names(PICTURES)[0]
    samples = Samples(studio)
    assert samples.background(f"sample:{picture}") == samples.background(f"sample:{picture}")
    assert studio.uploaded == [picture]


def test_music_is_a_sample_or_a_file_or_none(studio: DeskStudio) -> None:
    samples = Samples(studio)
    assert samples.music("") is None
    assert samples.music("file:up_1.1.a.mp3") == "up_1.1.a.mp3"
    assert [samples.music(f"sample:{name}") for name in sample_names(MUSIC)] == [
        f"made_1.1.{name}" for name in sample_names(MUSIC)
    ]


def test_layers_go_to_the_studio_without_what_is_the_pages_own() -> None:
    logo = {"kind": "image", "file": "up_1", "_name": "logo.png", "position": "top_right"}
    untold, told = ({"kind": "title", "text": text} for text in (" ", "Doors"))
    chosen = Choices.remembered({"layers": {"1": logo, "2": untold, "3": told, "4": "no layer"}})
    layers = chosen.video_arguments(None, None)["options"]["layers"]
    assert layers == [{"kind": "image", "file": "up_1", "position": "top_right"}, told]


def test_how_far_music_steps_back_is_said_where_there_is_music() -> None:
    chosen = Choices(duck_distance=12.0)
    assert chosen.video_arguments(None, "up_1")["options"]["duck_distance"] == 12.0
    assert "duck_distance" not in chosen.video_arguments(None, None)["options"]
    assert "duck_distance" not in Choices().video_arguments(None, "up_1")["options"]


def test_how_it_is_written_is_said_where_it_is_not_as_usual() -> None:
    chosen = Choices(fit="blur", quality="draft", codec="av1").video_arguments(None, None)
    assert (chosen["fit"], chosen["options"]["quality"], chosen["options"]["codec"]) == ("blur", "draft", "av1")
    assert {"quality", "codec"}.isdisjoint(Choices().video_arguments(None, None)["options"])


def test_what_the_studio_draws_is_taken_by_its_word(studio: DeskStudio) -> None:
    assert Samples(studio).background("word:waveform") == "waveform"
    assert Samples(studio).background("word:nothing") is None


def test_what_the_file_is_reaches_the_studio_where_it_is_not_as_usual() -> None:
    assert Choices().file_options() == {}
    chosen = Choices(encoder="hardware", loudness="-23", audio_export="mp3")
    options = chosen.video_arguments(None, None)["options"]
    assert {name: options[name] for name in ("encoder", "video_loudness", "audio_export")} == {
        "encoder": "hardware",
        "video_loudness": -23.0,
        "audio_export": "mp3",
    }
    assert Choices(loudness="as_it_is").file_options() == {"video_loudness": None}
    assert Choices(loudness="of an older page").file_options() == {}


def _of_two(*shots: Json) -> Choices:
    return Choices.remembered({"background": "files:up_1,up_2", "shots": {"files:up_1,up_2": {"shots": list(shots)}}})


def test_shots_are_told_in_the_order_they_are_shown_without_what_is_the_pages_own() -> None:
    door, sea = {"_file": "up_2", "_name": "door"}, {"_file": "up_1", "sentences": [1], "at_end": "hold"}
    told = _of_two(door, sea).video_arguments(["up_1", "up_2"], None)
    assert told["background"] == ["up_2", "up_1"]
    assert told["options"]["shots"] == [{}, {"sentences": [1], "at_end": "hold"}]


def test_shots_that_nobody_changed_are_not_told_but_their_order_is() -> None:
    plain = {"sentences": None, "trim_start": 0, "trim_end": None, "at_end": "loop", "fit": None, "image_effect": None}
    told = _of_two({"_file": "up_2", **plain}, {"_file": "up_1", **plain}).video_arguments(["up_1", "up_2"], None)
    assert told["background"] == ["up_2", "up_1"] and "shots" not in told["options"]


def test_shots_of_other_backgrounds_or_of_no_shape_are_left_alone() -> None:
    trimmed = {"_file": "up_1", "trim_start": 1.0}
    for choices in (_of_two(trimmed), Choices(shots={"files:up_9": {"shots": [trimmed]}}), _of_two()):
        told = choices.video_arguments(["up_1", "up_2"], None)
        assert told["background"] == ["up_1", "up_2"] and "shots" not in told["options"]
    odd = Choices(background="files:up_1", shots={"files:up_1": {"shots": "no list"}})
    assert odd.shown("up_1") == ("up_1", []) and _of_two(trimmed).shown(None) == (None, [])
    alone = Choices(background="files:up_1", shots={"files:up_1": {"shots": [trimmed]}})
    assert alone.shown("up_1") == ("up_1", [{"trim_start": 1.0}])
