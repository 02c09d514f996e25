"""A voice of one's own speaks through the studio, with F5's real code on tiny random weights."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines.weights import WEIGHTS
from backend.errors import InvalidRequest
from backend.settings import Settings
from backend.studio import Studio
from tests.engines.real import environment, make_weights
from tests.voices.making import make_clip, record_of

pytestmark = pytest.mark.engines
TEXT = "The door was painted in the fog. Nobody asked the keeper why."


@pytest.fixture(scope="module")
def cloning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with the f5 engine, and weights for it in the folder it looks in first."""
    environment("f5")
    home, given = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("given")
    (home / "engines").symlink_to(Settings().engines_folder)
    weights = {**WEIGHTS, "f5": make_weights("f5", given)}
    settings = Settings(home=home, weights_folder=given, hub_offline=True, device="cpu")
    with Studio(settings, weights) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def voice(cloning: Studio, tmp_path_factory: pytest.TempPathFactory) -> str:
    clip = make_clip(tmp_path_factory.mktemp("clip") / "clip.wav", seconds=3.0)
    record = record_of(clip, transcript="Some call me nature, others call me mother nature.")
    cloning.voices.add(record, clip)
    return record.voice_id


def test_an_engine_is_installed_by_name_and_says_what_it_takes(cloning: Studio) -> None:
    told = cloning.call("install_engine", {"engine": "f5"})
    assert told["installed"] and told["weights"] == "there" and told["warnings"] == []
    assert told["environment"]["bytes"] > 0 and told["weights_bytes"] > 0


@pytest.mark.parametrize("engine", ["", "f6", "../f5"])
def test_an_unknown_engine_is_refused_before_anything_is_queued(cloning: Studio, engine: str) -> None:
    before = len(cloning.call("list_jobs", {})["jobs"])
    with pytest.raises(InvalidRequest) as caught:
        cloning.call("install_engine", {"engine": engine})
    assert caught.value.code == "unknown_engine"
    assert len(cloning.call("list_jobs", {})["jobs"]) == before


def test_a_voice_of_ones_own_speaks_a_script(cloning: Studio, voice: str) -> None:
    made = cloning.call("generate_speech", {"script": TEXT, "voice": voice, "seed": 3, "options": {"preset": "fast"}})
    assert made["engine"] == "f5" and made["voice"] == voice
    assert [sentence["seed"] for sentence in made["sentences"]] == [3, 3]
    samples, rate = soundfile.read(cloning.local_file(made["audio"]["file_id"]))
    assert len(samples) / rate == pytest.approx(made["duration"])
    again = cloning.call("generate_speech", {"script": TEXT, "voice": voice, "seed": 3, "options": {"preset": "fast"}})
    assert all(sentence["from_cache"] for sentence in again["sentences"])


def test_the_seed_that_was_chosen_is_told_and_gives_the_same_sound_again(cloning: Studio, voice: str) -> None:
    arguments = {"script": "Once more, with the same feeling.", "voice": voice, "options": {"preset": "fast"}}
    chosen = cloning.call("generate_speech", arguments)
    seed = chosen["sentences"][0]["seed"]
    again = cloning.call("generate_speech", {**arguments, "seed": seed})
    assert isinstance(seed, int) and not again["sentences"][0]["from_cache"]
    files = [cloning.local_file(made["audio"]["file_id"]).read_bytes() for made in (chosen, again)]
    assert files[0] == files[1]


def test_the_older_name_takes_its_older_fields(cloning: Studio, voice: str) -> None:
    arguments = {"text": "Short and old.", "voice": voice, "speed": 1.2, "nfe_step": 4, "cfg_strength": 1.5, "seed": 9}
    made = cloning.call("generate_f5_tts", {**arguments, "return_word_timings": True, "timing_format": "srt"})
    assert made["engine"] == "f5" and made["timing_urls"]["srt"] and made["status"] == "COMPLETED"
    name = cloning.call("list_voices", {"query": voice})["voices"][0]["name"]
    again = cloning.call("generate_f5_tts", {**arguments, "voice": f"{name.upper()}.wav"})
    assert again["voice"] == voice and again["sentences"][0]["from_cache"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"text": "Hello.", "voice": "af_heart"}, "voice_of_another_engine"),
        ({"text": "Hello.", "voice": "voice_nobody"}, "unknown_voice"),
        ({"text": "Hello.", "voice": None}, "invalid_voice"),
        ({"text": "Hello."}, "missing_field"),
        ({"text": "Hello.", "voice": "x", "nfe_step": 3}, "invalid_nfe_step"),
        ({"text": "Hello.", "voice": "x", "warp": 3}, "unknown_field"),
    ],
)
def test_what_f5_cannot_speak_is_refused_before_anything_is_queued(
    cloning: Studio, arguments: dict[str, Any], code: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        cloning.call("generate_f5_tts", arguments)
    assert caught.value.code == code and caught.value.hint


@pytest.mark.parametrize("options", [{"preset": "slow"}, {"nfe_step": 4.5}, {"cfg_strength": 6}, {"exaggeration": 1}])
def test_options_out_of_bounds_are_refused(cloning: Studio, voice: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as caught:
        cloning.call("generate_speech", {"script": "Hello.", "voice": voice, "options": options})
    assert caught.value.code == "invalid_options"


def test_progress_moves_within_a_sentence(cloning: Studio, voice: str) -> None:
    said: list[float] = []
    script = "One long sentence that takes a good while" + ", and then another while" * 9 + "."
    cloning.call(
        "generate_speech",
        {"script": script, "voice": voice, "options": {"nfe_step": 64}},
        watch=lambda fraction, message: said.append(fraction),
    )
    assert len({fraction for fraction in said if 0 < fraction < 0.9}) > 2


def test_an_engine_at_work_is_not_uninstalled(cloning: Studio, voice: str) -> None:
    started = threading.Event()
    arguments = {"script": "Word " * 60, "voice": voice, "seed": 1, "options": {"nfe_step": 64}}
    job = cloning.call("submit_job", {"operation": "generate_speech", "arguments": arguments})["job_id"]
    while not cloning.engines._pools["f5"].busy:
        started.wait(0.02)
    with pytest.raises(InvalidRequest) as caught:
        cloning.uninstall_engine("f5")
    assert caught.value.code == "engine_busy"
    cloning.call("cancel_job", {"job_id": job})


def test_an_engine_that_is_not_installed_is_refused_with_the_way_to_get_it(tmp_path: Path) -> None:
    with Studio(Settings(home=tmp_path, hub_offline=True)) as studio:
        clip = make_clip(tmp_path / "clip.wav")
        record = record_of(clip)
        studio.voices.add(record, clip)
        for name, arguments in (
            ("generate_speech", {"script": "Hello.", "voice": record.voice_id}),
            ("generate_f5_tts", {"text": "Hello.", "voice": record.voice_id}),
        ):
            with pytest.raises(InvalidRequest) as caught:
                studio.call(name, arguments)
            assert caught.value.code == "engine_not_installed" and "install_engine" in caught.value.hint
