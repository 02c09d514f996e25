"""Kokoro for graphics cards: its real code in its real environment, on small random weights and a processor."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.engines import ENGINES, Engines, Spoken, wire
from backend.engines import engines as studio_side
from backend.engines.environments import CODE
from backend.engines.host import Host
from backend.engines.plan import usable_cores
from backend.engines.weights import WEIGHTS
from backend.errors import Cancelled, EngineLoadFailed, EngineOutOfMemory, EngineRequestFailed, WeightsUnavailable
from backend.settings import Settings
from backend.voices import VoiceLibrary
from backend.voices.shelf import Shelf
from backend.work import Work
from tests.engines.conftest import request
from tests.engines.real import environment, make_weights, weights_in

pytestmark = pytest.mark.engines
NAME = "kokoro-gpu"
OPEN = Path(__file__).with_name("open_kokoro")
TEXT = "Hello there, my friend."
LONG = "Every lighthouse keeper learns one rule first, " * 13 + "and that is all."
FRAME = 600


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weights for the engine."""
    folder = tmp_path_factory.mktemp("given")
    make_weights(NAME, folder)
    return folder


def engines_with(given: Path, folder: Path, weights_folder: Path | None = None) -> Engines:
    """Args: ``given``: weights as they should be; ``weights_folder``: those that are found instead."""
    return Engines(
        models_folder=folder / "models",
        engines_folder=Settings().engines_folder,
        run_folder=folder / "run",
        weights_folder=weights_folder or given,
        hub_offline=True,
        idle_seconds=600,
        device="cpu",
        weights={**WEIGHTS, NAME: weights_in(given / NAME, NAME)},
    )


@pytest.fixture(scope="module")
def kokoro(given: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """All engines, with small weights for this one that go the usual way."""
    engines = engines_with(given, tmp_path_factory.mktemp("kokoro"))
    yield engines
    engines.close()


def hosted(code: Path, models: Path, log: Path, variant: str = "torch") -> Host:
    python = environment("kokoro").python("kokoro") if variant else None
    options = {"device": "cpu", "variant": variant, "threads": usable_cores()}
    return Host("kokoro", code=code, models=models, log=log, python=python, options=options)


@pytest.fixture(scope="module")
def opened(given: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The running engine with windows."""
    host = hosted(OPEN, given / NAME, tmp_path_factory.mktemp("run") / "log")
    host.start(Work())
    yield host
    host.stop()


def speak(engines: Engines, text: str = TEXT, **fields: Any) -> Spoken:
    return engines.speak(NAME, request(text, **fields), Work())


# ------------------------------------------------------------ sound


def test_every_word_has_its_time_in_order_inside_a_finite_sound(kokoro: Engines) -> None:
    spoken = speak(kokoro)
    assert spoken.sample_rate == 24_000 and len(spoken.samples) % FRAME == 0
    assert np.isfinite(spoken.samples).all() and np.abs(spoken.samples).max() > 0
    assert spoken.words is not None and len(spoken.words) == 4
    assert all(0 <= start < end <= len(spoken.samples) for start, end in spoken.words)
    assert all(before[1] <= after[0] for before, after in pairwise(spoken.words))
    assert spoken.words[-1][1] > len(spoken.samples) / 2


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_the_sound_is_as_long_as_its_tokens_together(opened: Host, speed: float) -> None:
    numbers = list(range(43, 60))
    told = opened.ask("lengths", {"numbers": numbers, "speed": speed}, Work())
    assert len(told["lengths"]) == len(numbers) + 2 and min(told["lengths"]) >= 1
    assert told["samples"] == sum(told["lengths"]) * FRAME


def test_the_same_seed_gives_the_same_bytes_in_any_process_and_another_seed_others(
    kokoro: Engines, opened: Host
) -> None:
    first, again, other, unasked = (speak(kokoro, seed=seed) for seed in (7, 7, 8, None))
    assert first.samples.tobytes() == again.samples.tobytes() != other.samples.tobytes()
    assert first.words == again.words == other.words, "chance is in the noise, not in the pace"
    assert speak(kokoro).samples.tobytes() == unasked.samples.tobytes()
    assert opened.ask("speak", {**wired(TEXT), "seed": 7}, Work())["samples"] == first.samples.tobytes()


def test_speed_changes_the_length(kokoro: Engines) -> None:
    assert len(speak(kokoro, speed=2.0).samples) < 0.8 * len(speak(kokoro).samples)


def test_voices_and_their_blends_differ(kokoro: Engines) -> None:
    voices = ("af_heart", "am_puck", "af_heart(2)+am_puck(1)", "af_heart(1)+am_puck(2)")
    sounds = {voice: speak(kokoro, "Hello.", voice=voice).samples.tobytes() for voice in voices}
    assert len(set(sounds.values())) == len(voices)
    assert speak(kokoro, "Hello.", voice="af_heart(1)+af_heart(1)").samples.tobytes() == sounds["af_heart"]


@pytest.mark.parametrize("voice", ["nobody", "../config", "af_heart(1)+nobody(1)"])
def test_a_voice_that_is_not_there_fails_this_request_only(kokoro: Engines, voice: str) -> None:
    with pytest.raises(EngineRequestFailed, match="voice"):
        speak(kokoro, voice=voice)
    assert len(speak(kokoro, "Hi.").samples)


def test_nothing_to_say_gives_no_sound(kokoro: Engines) -> None:
    assert len(speak(kokoro, "").samples) == 0


def test_stop_is_looked_at_before_each_layer(opened: Host) -> None:
    whole = opened.ask("looks", {"stop_at": None}, Work())
    assert whole > 100
    assert opened.ask("looks", {"stop_at": whole // 2}, Work()) == whole // 2


def test_stop_ends_a_sentence_and_the_engine_goes_on(kokoro: Engines) -> None:
    expected = speak(kokoro).samples
    work = Work()
    threading.Timer(0.3, work.cancel.set).start()
    with pytest.raises(Cancelled):
        kokoro.speak(NAME, request(LONG * 2), work)
    assert next(each for each in kokoro.describe() if each["engine"] == NAME)["loaded"]
    assert np.array_equal(speak(kokoro).samples, expected)


# ------------------------------------------------------------ the same as on a processor


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en-us", "The quick brown fox, it costs $100, jumped over 1,200.50 lazy dogs!"),
        ("en-gb", "Can't ask for tomatoes."),
        ("es", "Los amigos de la casa comen pan, ¿no es así?"),
        ("ja", "東京は 2024年、 「とても」 暑かったです。"),
        ("cmn", "今天 天气 很好， 我们 去 公园 玩 3 个 小时 吧。"),
    ],
)
def test_both_engines_tell_the_model_the_same(opened: Host, plain: Host, language: str, text: str) -> None:
    asked = {"language": language, "text": text}
    told = opened.ask("tokens", asked, Work())
    assert len(told) > len(text) / 3
    assert told == plain.ask("tokens", asked, Work())


@pytest.fixture(scope="module")
def plain(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The engine for processors, with the same windows."""
    host = hosted(OPEN, models_folder / "kokoro", tmp_path_factory.mktemp("run") / "log", variant="")
    host.start(Work())
    yield host
    host.stop()


# ------------------------------------------------------------ memory


def test_memory_that_does_not_suffice_is_explained_and_the_engine_goes_on(opened: Host) -> None:
    asked = {**wired("Hello."), "seed": 1}
    expected = opened.ask("speak", asked, Work())["samples"]
    with pytest.raises(EngineOutOfMemory) as caught:
        opened.ask("run_out_of_memory", asked, Work())
    assert caught.value.code == "engine_out_of_memory" and caught.value.hint
    assert opened.ask("speak", asked, Work())["samples"] == expected


def test_asked_for_less_it_speaks_in_smaller_pieces(opened: Host) -> None:
    said: list[float] = []
    work = Work(lambda fraction, message, **_: said.append(fraction))
    text = "One, two. " * 26
    assert 255 < len(opened.ask("tokens", {"text": text, "language": "en-us"}, Work())) < 510
    opened.ask("speak", {**wired(text), "speed": 50.0, "smaller": True}, work)
    assert said == [0.5, 1.0]


def wired(text: str) -> dict[str, Any]:
    """A request as it crosses to the engine's process."""
    return wire.to_speak(ENGINES[NAME], request(text))


# ------------------------------------------------------------ weights


def test_weights_with_one_byte_changed_are_refused_by_name(given: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "given" / NAME
    for file in weights_in(given / NAME, NAME).files:
        (spoilt / file.name).parent.mkdir(parents=True, exist_ok=True)
        (spoilt / file.name).write_bytes((given / NAME / file.name).read_bytes())
    model = bytearray((spoilt / "kokoro-v1_0.pth").read_bytes())
    model[len(model) // 2] ^= 1
    (spoilt / "kokoro-v1_0.pth").write_bytes(model)
    engines = engines_with(given, tmp_path, tmp_path / "given")
    try:
        with pytest.raises(WeightsUnavailable, match=r"kokoro-v1_0\.pth"):
            speak(engines)
    finally:
        engines.close()


def spoil(given: Path, models: Path, change: str) -> None:
    """Put the weights into a folder, with a change of their tensors."""
    models.mkdir(parents=True, exist_ok=True)
    (models / "config.json").write_bytes((given / NAME / "config.json").read_bytes())
    code = f"import sys, torch; parts = torch.load(sys.argv[1]); {change}; torch.save(parts, sys.argv[2])"
    files = (given / NAME / "kokoro-v1_0.pth", models / "kokoro-v1_0.pth")
    subprocess.run([environment("kokoro").python("kokoro"), "-I", "-c", code, *files], check=True)


@pytest.mark.long
def test_a_file_with_a_tensor_too_many_fails_to_load_with_the_reason(given: Path, tmp_path: Path) -> None:
    spoil(given, tmp_path, "parts['bert']['more'] = parts['bert']['module.pooler.bias']")
    with pytest.raises(EngineLoadFailed, match=r"does not fit Kokoro-82M: bert\.more"):
        hosted(CODE / "kokoro", tmp_path, tmp_path / "log").start(Work())


# ------------------------------------------------------------ who speaks


@pytest.fixture
def with_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which a graphics card seems to work."""
    monkeypatch.setattr(studio_side, "card_works", lambda device: True)


def taken(engines: Engines, folder: Path) -> set[str]:
    """The engines that speak a voice and a blend where nobody asks for one."""
    library = VoiceLibrary(Shelf(folder), engines.installed, engines.suits)
    voices = ("af_heart", "af_heart(2)+am_puck(1)")
    listed = {voice.engine for voice in library.find()}
    return listed | {library.engine(voice) for voice in voices} | {library.get(voice).engine for voice in voices}


def test_without_a_graphics_card_everything_is_as_it_was(given: Path, tmp_path: Path) -> None:
    engines = engines_with(given, tmp_path)
    engines.ensure(NAME, Work())
    assert engines.installed(NAME)
    assert taken(engines, tmp_path) == {"kokoro"}
    assert VoiceLibrary(Shelf(tmp_path), engines.installed, engines.suits).engine("af_heart", NAME) == NAME


@pytest.mark.usefixtures("with_card")
def test_with_a_graphics_card_it_speaks_once_it_is_there(given: Path, tmp_path: Path) -> None:
    engines = engines_with(given, tmp_path)
    assert taken(engines, tmp_path) == {"kokoro"}, "its weights would have to be fetched first"
    engines.ensure(NAME, Work())
    assert taken(engines, tmp_path) == {NAME}
    assert VoiceLibrary(Shelf(tmp_path), engines.installed, engines.suits).engine("af_heart", "kokoro") == "kokoro"


@pytest.mark.usefixtures("with_card")
def test_it_is_not_taken_where_it_turned_out_to_run_on_a_processor(kokoro: Engines, tmp_path: Path) -> None:
    speak(kokoro, "Hi.")
    assert taken(kokoro, tmp_path) == {"kokoro"}


@pytest.mark.usefixtures("with_card")
def test_one_that_cannot_be_loaded_is_not_taken_again(given: Path, tmp_path: Path) -> None:
    spoil(given, tmp_path / "given" / NAME, "del parts['decoder']")
    engines = engines_with(tmp_path / "given", tmp_path)
    engines.ensure(NAME, Work())
    assert taken(engines, tmp_path) == {NAME}
    try:
        with pytest.raises(EngineLoadFailed, match="does not fit Kokoro-82M"):
            speak(engines)
        assert taken(engines, tmp_path) == {"kokoro"}
    finally:
        engines.close()
