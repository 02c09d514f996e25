"""Chatterbox's real code in its real environment, on small random weights made here."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.engines.host import Host
from backend.errors import Cancelled, EngineLoadFailed, EngineOutOfMemory, EngineRequestFailed
from backend.work import Work
from tests.engines.real import environment

ROOT = Path(__file__).resolve().parents[2]
TINY = Path(__file__).with_name("tiny_chatterbox")
RATE = 24_000
VARIANTS = ("english", "multilingual", "turbo")
LONG = "The tide came in over the stones, slowly at first; nobody on the pier was looking at it. " * 10

pytestmark = pytest.mark.engines

Samples = NDArray[np.float32]


# ------------------------------------------------------------ the engine


@pytest.fixture(scope="session")
def python() -> Path:
    """The interpreter of Chatterbox's environment, installed if it is not there."""
    return environment("chatterbox").python("chatterbox")


@pytest.fixture(scope="session")
def weights(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small random weights in a folder for each variant."""
    folder = tmp_path_factory.mktemp("chatterbox")
    command = ["/usr/bin/env", "OMP_NUM_THREADS=1", str(python), "-m", "tests.engines.tiny_chatterbox.make"]
    subprocess.run([*command, str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


Starter = Callable[[str], Host]


@pytest.fixture(scope="session")
def started(python: Path, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Starter]:
    """The running engine of a variant, started once."""
    hosts: dict[str, Host] = {}

    def start(variant: str) -> Host:
        if variant not in hosts:
            hosts[variant] = Host(
                f"chatterbox-{variant}",
                code=TINY,
                models=weights / variant,
                log=tmp_path_factory.mktemp("run") / "log",
                python=python,
                options={"variant": variant, "device": "cpu", "threads": 1},
            )
            hosts[variant].start(Work())
        return hosts[variant]

    yield start
    for host in hosts.values():
        host.stop()


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., dict[str, str]]:
    """Makes references: buzzing voices of a pitch, as recordings of a length."""
    folder = tmp_path_factory.mktemp("voices")

    def voice(hertz: int = 140, seconds: float = 6.0) -> dict[str, str]:
        path = folder / f"{hertz}-{seconds}.wav"
        if not path.exists():
            soundfile.write(path, buzz(hertz, seconds), RATE, subtype="PCM_16")
        return {"path": str(path), "text": "", "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}

    return voice


def buzz(hertz: int, seconds: float, rate: int = RATE) -> Samples:
    """Harmonics that swell and fade three times a second, and a little noise."""
    time = np.arange(round(seconds * rate)) / rate
    tones = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 12))
    noise = np.random.default_rng(hertz).standard_normal(len(time))
    return np.asarray(0.15 * tones * (1 + np.sin(6 * np.pi * time)) + 0.005 * noise, np.float32)


def spoken(answer: dict[str, Any]) -> Samples:
    return np.frombuffer(answer["samples"], "<f4")


def request(reference: dict[str, str], text: str = "Hello there, my friend.", **fields: Any) -> dict[str, Any]:
    return {
        "text": text,
        "words": [],
        "pronunciations": [],
        "voice": "",
        "language": "en-us",
        "speed": 1.0,
        "seed": 3,
        "reference": reference,
        "options": {},
        **fields,
    }


def say(host: Host, wanted: dict[str, Any], work: Work | None = None) -> Samples:
    answer = host.ask("speak", wanted, work or Work())
    assert answer["sample_rate"] == RATE and answer["words"] is None
    return spoken(answer)


def look(host: Host, **wanted: Any) -> dict[str, Any]:
    found: dict[str, Any] = host.ask("look", wanted, Work())
    return found


Voices = Callable[..., dict[str, str]]


# ------------------------------------------------------------ speaking


@pytest.mark.parametrize("variant", VARIANTS)
def test_speech_is_finite_marked_and_the_same_for_the_same_seed(started: Starter, voices: Voices, variant: str) -> None:
    host = started(variant)
    first = say(host, request(voices()))
    assert len(first) > RATE / 5 and np.isfinite(first).all() and np.abs(first).max() > 0
    assert look(host, samples=first.tobytes())["watermark"] > 0.9
    assert np.array_equal(first, say(host, request(voices())))
    assert not np.array_equal(first, say(host, request(voices(), seed=4)))


@pytest.mark.parametrize("variant", VARIANTS)
def test_another_voice_and_another_text_sound_different(started: Starter, voices: Voices, variant: str) -> None:
    host = started(variant)
    first = say(host, request(voices(140)))
    assert not np.array_equal(first, say(host, request(voices(220))))
    assert not np.array_equal(first, say(host, request(voices(140), "Goodbye for now.")))
    assert np.array_equal(first, say(host, request(voices(140))))


def test_the_seed_that_was_drawn_is_told_and_speaks_the_same_again(started: Starter, voices: Voices) -> None:
    host = started("english")
    drawn = host.ask("speak", request(voices(), seed=None), Work())
    assert np.array_equal(spoken(drawn), say(host, request(voices(), seed=drawn["seed"])))


@pytest.mark.parametrize(
    "options", [{"exaggeration": 2.0}, {"cfg_weight": 0.9}, {"cfg_weight": 0.0}, {"temperature": 0.3}]
)
@pytest.mark.parametrize("variant", ["english", "multilingual"])
def test_parameters_change_what_is_heard(
    started: Starter, voices: Voices, variant: str, options: dict[str, float]
) -> None:
    host = started(variant)
    # Hot, so that a small change of the odds is one of what is drawn.
    usual = {"exaggeration": 0.5, "cfg_weight": 0.5, "temperature": 1.5}
    first = say(host, request(voices(), options=usual))
    assert not np.array_equal(first, say(host, request(voices(), options={**usual, **options})))
    assert np.array_equal(first, say(host, request(voices(), options=usual)))


@pytest.mark.parametrize("variant", VARIANTS)
def test_parameters_left_out_are_the_usual_ones(started: Starter, voices: Voices, variant: str) -> None:
    usual = {"exaggeration": 0.5, "cfg_weight": 0.5, "temperature": 0.8}
    first = say(started(variant), request(voices(), options=usual))
    assert np.array_equal(first, say(started(variant), request(voices())))


@pytest.mark.parametrize("language", ["fr", "de", "pt-br", "cmn", "ja"])
def test_the_multilingual_model_speaks_other_languages(started: Starter, voices: Voices, language: str) -> None:
    text = {"cmn": "你好，今天天气很好。", "ja": "こんにちは、元気ですか。"}.get(language, "Bonjour, mon ami.")
    assert len(say(started("multilingual"), request(voices(), text, language=language)))


def test_an_unknown_language_is_refused_and_the_engine_goes_on(started: Starter, voices: Voices) -> None:
    host = started("multilingual")
    with pytest.raises(EngineRequestFailed, match="xx"):
        say(host, request(voices(), language="xx"))
    assert len(say(host, request(voices())))


def test_a_long_text_is_one_request_of_several_parts(started: Starter, voices: Voices) -> None:
    parts = len(say(started("english"), request(voices(), LONG))) / len(say(started("english"), request(voices())))
    assert 3.5 < parts < 7


@pytest.mark.parametrize("text", ["", "…", "!?"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_to_say_is_a_short_silence(started: Starter, voices: Voices, variant: str, text: str) -> None:
    sound = say(started(variant), request(voices(), text))
    assert 0 < len(sound) < RATE and not sound.any()


@pytest.mark.parametrize("text", ["A", "No.", "7", "Hm!"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_very_short_text_is_said_in_a_few_seconds(started: Starter, voices: Voices, variant: str, text: str) -> None:
    assert 0 < len(say(started(variant), request(voices(), text))) < 4 * RATE


def test_speed_changes_the_length(started: Starter, voices: Voices) -> None:
    usual, fast, slow = (len(say(started("english"), request(voices(), speed=speed))) for speed in (1.0, 2.0, 0.5))
    assert fast == pytest.approx(usual / 2, rel=0.05) and slow == pytest.approx(usual * 2, rel=0.05)


# ------------------------------------------------------------ references


def test_a_voice_is_prepared_once_and_not_for_ever(started: Starter, voices: Voices) -> None:
    host = started("english")
    for hertz in range(100, 118):
        say(host, request(voices(hertz, 1.0), "Yes."))
    assert look(host)["voices"] == 16


def test_turbo_needs_more_than_five_seconds_of_a_voice(started: Starter, voices: Voices) -> None:
    with pytest.raises(EngineRequestFailed, match=r"more than 5 s.*3\.0 s"):
        say(started("turbo"), request(voices(seconds=3.0)))
    assert len(say(started("turbo"), request(voices(seconds=5.5))))


def test_without_a_reference_nothing_is_spoken(started: Starter) -> None:
    with pytest.raises(EngineRequestFailed, match="cloned voice"):
        say(started("english"), {**request({}), "reference": None})


# ------------------------------------------------------------ in the long run


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_stop_ends_a_sentence_at_the_next_token_and_the_engine_lives_on(
    started: Starter, voices: Voices, variant: str
) -> None:
    host = started(variant)
    before = say(host, request(voices()))
    work, begun = Work(), threading.Event()
    pid = host.pid

    def stop(fraction: float, message: str, **_: Any) -> None:
        begun.set()
        work.cancel.set()

    with pytest.raises(Cancelled):
        host.ask("speak", request(voices(), LONG), Work(stop, work.cancel))
    assert begun.is_set() and host.pid == pid
    assert np.array_equal(before, say(host, request(voices())))


@pytest.mark.parametrize("variant", VARIANTS)
def test_progress_goes_up_to_the_end(started: Starter, voices: Voices, variant: str) -> None:
    told: list[float] = []
    say(started(variant), request(voices(), LONG), Work(lambda fraction, message, **_: told.append(fraction)))
    assert told == sorted(told) and len(told) > 8 and told[-1] == 1.0


def test_nothing_is_left_behind_in_the_multilingual_model(started: Starter, voices: Voices) -> None:
    host = started("multilingual")
    for _ in range(3):
        say(host, request(voices()))
    found = look(host)
    assert found["hooks"] == 0 and not found["slow_attention"]


def test_the_engine_is_offline_and_tells_its_device(started: Starter) -> None:
    assert look(started("english"))["offline"] and started("english").facts["device"] == "cpu"


@pytest.mark.parametrize("variant", ["english"])
def test_when_memory_does_not_suffice_the_engine_says_so_and_goes_on(
    started: Starter, voices: Voices, variant: str
) -> None:
    host = started(variant)
    with pytest.raises(EngineOutOfMemory, match="too little of it on the device in use \\(cpu\\)"):
        host.ask("run_out_of_memory", request(voices()), Work())
    assert look(host)["voices"] == 0
    assert len(say(host, request(voices(), LONG, smaller=True))) > len(say(host, request(voices(), LONG)))


# ------------------------------------------------------------ loading


def test_without_the_watermarker_nothing_is_loaded(python: Path, weights: Path, tmp_path: Path) -> None:
    host = Host(
        "chatterbox",
        code=TINY.with_name("unmarked_chatterbox"),
        models=weights / "english",
        log=tmp_path / "log",
        python=python,
        options={"variant": "english", "device": "cpu", "threads": 1},
    )
    with pytest.raises(EngineLoadFailed, match="watermarker"):
        host.start(Work())


def test_missing_weights_are_a_load_error(python: Path, tmp_path: Path) -> None:
    host = Host(
        "chatterbox", code=TINY, models=tmp_path, log=tmp_path / "log", python=python, options={"variant": "turbo"}
    )
    with pytest.raises(EngineLoadFailed, match="safetensors"):
        host.start(Work())


# ------------------------------------------------------------ converting


def converted(host: Host, source: Path, reference: dict[str, str], work: Work | None = None, **fields: Any) -> Samples:
    wanted = {"source": str(source), "reference": reference, "options": {}, **fields}
    return spoken(host.ask("convert", wanted, work or Work()))


@pytest.mark.parametrize("variant", ["english", "multilingual"])
def test_a_recording_is_said_again_as_long_as_it_was_and_marked(
    started: Starter, voices: Voices, variant: str, tmp_path: Path
) -> None:
    host = started(variant)
    soundfile.write(tmp_path / "a.wav", np.stack([buzz(180, 3.21, 44_100)] * 2, axis=1), 44_100)
    first = converted(host, tmp_path / "a.wav", voices())
    assert len(first) == pytest.approx(3.21 * RATE, abs=1) and np.isfinite(first).all()
    assert look(host, samples=first.tobytes())["watermark"] > 0.9
    assert np.array_equal(first, converted(host, tmp_path / "a.wav", voices()))
    assert not np.array_equal(first, converted(host, tmp_path / "a.wav", voices(220)))


def test_speaking_and_converting_do_not_disturb_each_other(started: Starter, voices: Voices, tmp_path: Path) -> None:
    host = started("english")
    before = say(host, request(voices()))
    soundfile.write(tmp_path / "a.wav", buzz(180, 2.0), RATE)
    converted(host, tmp_path / "a.wav", voices(220))
    assert np.array_equal(before, say(host, request(voices())))


@pytest.mark.parametrize(("seconds", "smaller"), [(0.01, False), (25.0, False), (25.0, True)])
def test_recordings_of_any_length_keep_it(
    started: Starter, voices: Voices, tmp_path: Path, seconds: float, smaller: bool
) -> None:
    soundfile.write(tmp_path / "a.wav", buzz(180, seconds, 16_000), 16_000)
    told: list[float] = []
    work = Work(lambda fraction, message, **_: told.append(fraction))
    sound = converted(started("english"), tmp_path / "a.wav", voices(), work, smaller=smaller)
    assert len(sound) == pytest.approx(seconds * RATE, abs=1)
    assert told == sorted(told) and told[-1] == 1.0


def test_turbo_does_not_convert(started: Starter, voices: Voices, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", buzz(180, 1.0), RATE)
    with pytest.raises(EngineRequestFailed, match="Use Chatterbox"):
        converted(started("turbo"), tmp_path / "a.wav", voices(seconds=6.0))


def test_a_stop_ends_a_conversion_within_a_step(started: Starter, voices: Voices, tmp_path: Path) -> None:
    host = started("english")
    soundfile.write(tmp_path / "a.wav", buzz(180, 45.0), RATE)
    work = Work()
    with pytest.raises(Cancelled):
        converted(host, tmp_path / "a.wav", voices(), Work(lambda *_, **__: work.cancel.set(), work.cancel))
    assert host.alive
