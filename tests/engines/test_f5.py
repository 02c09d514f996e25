"""F5-TTS: its real code in its real environment, on a tiny random checkpoint."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import ENGINES, Engines, Reference, SpeakRequest, wire
from backend.engines.environments import CODE
from backend.engines.host import Host
from backend.engines.weights import WEIGHTS
from backend.errors import (
    Cancelled,
    EngineLoadFailed,
    EngineOutOfMemory,
    EngineRequestFailed,
    InvalidRequest,
    WeightsUnavailable,
)
from backend.media.ffmpeg import find_ffmpeg
from backend.settings import Settings
from backend.work import Work
from tests.engines.real import environment, make_reference, make_weights, weights_in
from tests.engines.test_host import wait_for

pytestmark = pytest.mark.engines
TEXT = "I don't really care what you call me."
FAST = {"preset": "fast"}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weights for the f5 engine."""
    folder = tmp_path_factory.mktemp("given")
    make_weights("f5", folder)
    return folder


@pytest.fixture(scope="module")
def f5(given: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """All engines, with tiny weights for f5 that go the usual way."""
    engines = engines_with(given, tmp_path_factory.mktemp("f5"))
    yield engines
    engines.close()


def engines_with(given: Path, folder: Path, weights_folder: Path | None = None) -> Engines:
    return Engines(
        models_folder=folder / "models",
        engines_folder=Settings().engines_folder,
        run_folder=folder / "run",
        weights_folder=weights_folder or given,
        hub_offline=True,
        idle_seconds=600,
        device="cpu",
        weights={**WEIGHTS, "f5": weights_in(given / "f5", "f5")},
    )


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return make_reference(tmp_path_factory.mktemp("reference") / "voice.wav")


@pytest.fixture
def ask(reference: Reference) -> SpeakRequest:
    return SpeakRequest(TEXT, voice="voice_mine", reference=reference, seed=7, options=FAST)


def described(engines: Engines) -> dict[str, Any]:
    return next(each for each in engines.describe() if each["engine"] == "f5")


def test_a_sentence_takes_its_share_of_the_references_pace(f5: Engines, ask: SpeakRequest) -> None:
    spoken = f5.speak("f5", ask, Work())
    pace = 2.05 / len("Some call me nature. ")
    assert spoken.sample_rate == 24_000 and spoken.words is None and spoken.seed == 7
    assert len(spoken.samples) / 24_000 == pytest.approx(pace * len(TEXT), abs=0.05)
    assert np.isfinite(spoken.samples).all() and np.abs(spoken.samples).max() > 0
    faster = f5.speak("f5", replace(ask, speed=2.0), Work())
    assert len(faster.samples) / len(spoken.samples) == pytest.approx(0.5, abs=0.02)


def test_the_same_seed_gives_the_same_sound_and_another_seed_another(f5: Engines, ask: SpeakRequest) -> None:
    first, again, other = (f5.speak("f5", replace(ask, seed=seed), Work()).samples for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_same_seed_gives_the_same_sound_in_another_process(
    f5: Engines, ask: SpeakRequest, given: Path, tmp_path: Path
) -> None:
    other = engines_with(given, tmp_path)
    try:
        assert np.array_equal(f5.speak("f5", ask, Work()).samples, other.speak("f5", ask, Work()).samples)
    finally:
        other.close()


def test_without_a_seed_one_is_chosen_that_gives_the_same_again(f5: Engines, ask: SpeakRequest) -> None:
    chosen = f5.speak("f5", replace(ask, seed=None), Work())
    assert chosen.seed is not None
    assert np.array_equal(f5.speak("f5", replace(ask, seed=chosen.seed), Work()).samples, chosen.samples)
    assert f5.speak("f5", replace(ask, seed=None), Work()).seed == chosen.seed


@pytest.mark.parametrize(
    ("options", "steps"), [({}, 16), ({"preset": "best"}, 32), (FAST, 7), ({"preset": "best", "nfe_step": 4}, 4)]
)
def test_each_model_step_is_told(f5: Engines, ask: SpeakRequest, options: dict[str, Any], steps: int) -> None:
    said: list[tuple[float, str]] = []
    f5.speak("f5", replace(ask, options=options), Work(lambda fraction, message, **_: said.append((fraction, message))))
    assert [message for _, message in said] == [f"Step {step + 1} of {steps}" for step in range(steps)]
    assert [fraction for fraction, _ in said] == pytest.approx([step / steps for step in range(steps)])


def test_stop_ends_a_sentence_within_a_step_and_the_engine_goes_on(f5: Engines, ask: SpeakRequest) -> None:
    expected = f5.speak("f5", ask, Work()).samples
    after_stop: list[str] = []

    def report(fraction: float, message: str, **_: Any) -> None:
        if work.cancel.is_set():
            after_stop.append(message)
        work.cancel.set()

    work = Work(report)
    slow = replace(ask, text=TEXT * 3, options={"nfe_step": 64})
    with pytest.raises(Cancelled):
        f5.speak("f5", slow, work)
    assert len(after_stop) < 60, "it went on to the end"
    assert described(f5)["loaded"]
    assert np.array_equal(f5.speak("f5", ask, Work()).samples, expected)


def test_a_long_sentence_is_said_in_pieces(f5: Engines, ask: SpeakRequest, tmp_path: Path) -> None:
    long = make_reference(tmp_path / "long.wav", "Some call me nature, others call me mother nature. " * 4, 12.0)
    said: list[str] = []
    work = Work(lambda fraction, message, **_: said.append(message))
    spoken = f5.speak("f5", replace(ask, text="word " * 100, reference=long), work)
    assert len(said) == 7 * 3, "three pieces of at most ten seconds beside twelve of reference"
    assert len(spoken.samples) / 24_000 == pytest.approx(12.05 / 205 * 500, rel=0.1)


@pytest.mark.parametrize("text", ["Hi.", "你好，今天天气很好。", "Ünïcödé… «quotes» — and 😀 more"])
def test_short_and_foreign_text_is_spoken(f5: Engines, ask: SpeakRequest, text: str) -> None:
    spoken = f5.speak("f5", replace(ask, text=text), Work())
    assert len(spoken.samples) > 4_000 and np.isfinite(spoken.samples).all()


@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a"])
def test_its_sound_carries_the_watermark_and_keeps_it_through_encoding(
    f5: Engines, ask: SpeakRequest, tmp_path: Path, suffix: str
) -> None:
    spoken = f5.speak("f5", replace(ask, text=TEXT * 2), Work())
    plain, encoded, decoded = tmp_path / "plain.wav", tmp_path / f"encoded.{suffix}", tmp_path / "decoded.wav"
    soundfile.write(plain, spoken.samples, spoken.sample_rate, subtype="PCM_16")
    ffmpeg = str(find_ffmpeg(None))
    for source, target in ((plain, encoded), (encoded, decoded)):
        subprocess.run([ffmpeg, "-loglevel", "error", "-y", "-i", str(source), str(target)], check=True)
    assert ask.reference
    assert f5.find_mark("f5", decoded, Work()) > 0.9 > 0.5 > f5.find_mark("f5", ask.reference.path, Work())


def test_a_missing_watermarker_is_an_error_at_start(given: Path, tmp_path: Path) -> None:
    broken = tmp_path / "code"
    broken.mkdir()
    for path in (CODE / "f5").glob("*.py"):
        (broken / path.name).write_text(path.read_text("utf-8"), "utf-8")
    # As perth itself behaves where pkg_resources is missing.
    engine = broken / "engine.py"
    engine.write_text(engine.read_text("utf-8") + "\nimport perth\nperth.PerthImplicitWatermarker = None\n", "utf-8")
    python = environment("f5").python("f5")
    host = Host("f5", code=broken, models=given / "f5", log=tmp_path / "log", python=python, options={"device": "cpu"})
    with pytest.raises(EngineLoadFailed, match="watermarker"):
        host.start(Work())


def test_nothing_is_left_in_its_temporary_folder(f5: Engines, ask: SpeakRequest, tmp_path: Path) -> None:
    for number in range(3):
        fresh = make_reference(tmp_path / f"{number}.wav", seconds=2.0 + number / 10)
        f5.speak("f5", replace(ask, reference=fresh), Work())
    folders = list(f5._run_folder.glob("*.tmp"))
    assert folders and not [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_a_prepared_reference_is_kept_and_belongs_to_its_hash(f5: Engines, ask: SpeakRequest, tmp_path: Path) -> None:
    voice = make_reference(tmp_path / "voice.wav", seconds=3.0)
    first = f5.speak("f5", replace(ask, reference=voice), Work()).samples
    voice.path.unlink()  # it is not read again
    assert np.array_equal(f5.speak("f5", replace(ask, reference=voice), Work()).samples, first)
    with pytest.raises(EngineRequestFailed):
        f5.speak("f5", replace(ask, reference=replace(voice, sha256="0" * 64)), Work())


@pytest.mark.parametrize(
    ("text", "seconds", "level", "said"),
    [("Some call me nature.", 2.0, 0.0, "no sound"), ("", 2.0, 0.1, "transcript"), ("I", 6.0, 0.1, "transcript")],
)
def test_a_reference_it_cannot_speak_from_is_refused_in_words(
    f5: Engines, ask: SpeakRequest, tmp_path: Path, text: str, seconds: float, level: float, said: str
) -> None:
    voice = make_reference(tmp_path / "voice.wav", text, seconds)
    samples, rate = soundfile.read(voice.path)
    soundfile.write(voice.path, samples * level, rate)
    with pytest.raises(EngineRequestFailed, match=said):
        f5.speak("f5", replace(ask, reference=replace(voice, sha256=f"{level}{text}")), Work())


def test_other_kinds_of_recordings_are_understood(f5: Engines, ask: SpeakRequest, tmp_path: Path) -> None:
    voice = make_reference(tmp_path / "voice.wav")
    samples, _ = soundfile.read(voice.path)
    soundfile.write(tmp_path / "stereo.flac", np.stack([samples[::1]] * 2, axis=1), 48_000)
    spoken = f5.speak("f5", replace(ask, reference=Reference(tmp_path / "stereo.flac", voice.text, "stereo")), Work())
    assert len(spoken.samples) / 24_000 == pytest.approx(1.05 / 21 * len(TEXT), abs=0.05)


def test_it_needs_a_reference(f5: Engines) -> None:
    with pytest.raises(InvalidRequest) as caught:
        f5.speak("f5", SpeakRequest("x"), Work())
    assert caught.value.code == "reference_needed" and "upload_voice" in caught.value.hint


def test_it_tells_its_device_and_what_it_is(f5: Engines, ask: SpeakRequest) -> None:
    f5.speak("f5", ask, Work())
    told = described(f5)
    assert told["device"] == "cpu" and told["installed"] and told["weights"] == "there"
    assert told["environment"]["bytes"] > 500_000_000
    assert [each["name"] for each in told["parameters"]] == ["preset", "nfe_step", "cfg_strength"]
    assert "commercial" in told["forbids"] and told["watermarks"]


def test_a_killed_engine_is_started_again(f5: Engines, ask: SpeakRequest) -> None:
    expected = f5.speak("f5", ask, Work()).samples
    host = f5._pools["f5"]._hosts[0]
    assert host and host.pid
    os.kill(host.pid, signal.SIGKILL)
    wait_for(lambda: not host.alive)
    assert np.array_equal(f5.speak("f5", ask, Work()).samples, expected)


def test_sentences_asked_at_once_sound_as_if_asked_one_by_one(f5: Engines, ask: SpeakRequest) -> None:
    asked = [replace(ask, text=text) for text in ("One two three.", "Four five six seven.", "Eight nine.")]
    alone = [f5.speak("f5", each, Work()).samples for each in asked]
    together: dict[int, Any] = {}

    def speak(index: int) -> None:
        together[index] = f5.speak("f5", asked[index], Work()).samples

    threads = [threading.Thread(target=speak, args=(index,)) for index in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(alone[index], together[index]) for index in range(3))


def test_weights_with_one_byte_changed_are_refused_by_name(given: Path, tmp_path: Path, ask: SpeakRequest) -> None:
    table = weights_in(given / "f5", "f5")
    spoilt = tmp_path / "given" / "f5"
    for file in table.files:
        (spoilt / file.name).parent.mkdir(parents=True, exist_ok=True)
        (spoilt / file.name).write_bytes((given / "f5" / file.name).read_bytes())
    model = spoilt / "model.safetensors"
    model.write_bytes(model.read_bytes()[:-1] + b"\x00")
    engines = engines_with(given, tmp_path, weights_folder=tmp_path / "given")
    try:
        with pytest.raises(WeightsUnavailable, match=r"model\.safetensors"):
            engines.speak("f5", ask, Work())
    finally:
        engines.close()


def test_a_checkpoint_of_another_model_fails_to_load_with_the_reason(given: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    (models / "vocos").mkdir(parents=True)
    for name in ("vocos/config.yaml", "vocos/pytorch_model.bin"):
        (models / name).write_bytes((given / "f5" / name).read_bytes())
    make = "import sys, torch; from safetensors.torch import save_file; save_file({'x': torch.zeros(1)}, sys.argv[1])"
    python = environment("f5").python("f5")
    subprocess.run([str(python), "-I", "-c", make, str(models / "model.safetensors")], check=True)
    host = Host("f5", code=CODE / "f5", models=models, log=tmp_path / "log", python=python, options={"device": "cpu"})
    with pytest.raises(EngineLoadFailed, match="no F5-TTS v1 checkpoint"):
        host.start(Work())


def test_memory_that_does_not_suffice_is_explained_and_the_engine_goes_on(f5: Engines, ask: SpeakRequest) -> None:
    expected = f5.speak("f5", ask, Work()).samples
    host = f5._pools["f5"]._hosts[0]
    assert host and host.pid
    process = psutil.Process(host.pid)
    limits = process.rlimit(psutil.RLIMIT_AS)
    process.rlimit(psutil.RLIMIT_AS, (process.memory_info().vms + 4_000_000, limits[1]))
    try:
        with pytest.raises(EngineOutOfMemory) as caught:
            f5.speak("f5", replace(ask, text=TEXT * 6), Work())
        assert caught.value.code == "engine_out_of_memory" and caught.value.hint
    finally:
        if host.alive:
            process.rlimit(psutil.RLIMIT_AS, limits)
    assert np.array_equal(f5.speak("f5", ask, Work()).samples, expected)


def test_asked_for_less_it_speaks_in_smaller_pieces(f5: Engines, ask: SpeakRequest) -> None:
    f5.speak("f5", ask, Work())
    host = f5._pools["f5"]._hosts[0]
    assert host
    steps: list[int] = []
    for smaller in (False, True):
        said: list[str] = []
        work = Work(lambda fraction, message, **_: said.append(message))  # noqa: B023 - used within this round
        asked = wire.to_speak(ENGINES["f5"], replace(ask, text="word " * 40))
        host.ask("speak", {**asked, "smaller": smaller}, work)
        steps.append(len(said))
    assert steps[1] > steps[0]
