"""The real Whisper: what it hears, where there is a voice, and which of its sizes listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import Engines
from backend.engines.weights import WEIGHTS, Weights
from backend.errors import InvalidRequest, WeightsUnavailable
from backend.work import Work
from tests.engines.conftest import request

RATE = 24_000
TEXT = "The baker opens her door at five and lets the warm smell out."
EnginesMaker = Callable[[dict[str, Weights], Path], Engines]


@pytest.fixture(scope="module")
def said(engines: Engines) -> np.ndarray:
    return engines.speak("kokoro", request(TEXT), Work()).samples


@pytest.fixture
def with_weights(tmp_path: Path) -> Iterator[EnginesMaker]:
    made: list[Engines] = []

    def make(weights: dict[str, Weights], models_folder: Path) -> Engines:
        made.append(
            Engines(
                models_folder=models_folder,
                engines_folder=tmp_path,
                run_folder=tmp_path,
                weights_folder=None,
                hub_offline=True,
                idle_seconds=600,
                weights=weights,
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


def written(folder: Path, samples: np.ndarray) -> Path:
    path = folder / "recording.wav"
    soundfile.write(path, samples, RATE)
    return path


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE), np.float32)


def test_where_there_is_a_voice_is_told_beside_the_words(engines: Engines, said: np.ndarray, tmp_path: Path) -> None:
    recording = written(tmp_path, np.concatenate([silence(2), said, silence(3)]))
    heard = engines.listen("whisper", recording, "en", Work())
    assert len(heard.words) == len(TEXT.split())
    assert heard.language == "en"
    length = len(said) / RATE
    assert heard.speech[0][0] == pytest.approx(2.0, abs=0.5)
    assert heard.speech[-1][1] == pytest.approx(2.0 + length, abs=0.7)
    assert all(a < b for a, b in heard.speech)


@pytest.mark.parametrize(("level", "seconds"), [(0.0, 4), (0.001, 4), (0.001, 40)])
def test_where_nobody_speaks_nothing_is_heard(engines: Engines, tmp_path: Path, level: float, seconds: int) -> None:
    noise = np.random.default_rng(1).normal(size=seconds * RATE).astype(np.float32) * level
    heard = engines.listen("whisper", written(tmp_path, noise), "en", Work())
    assert (heard.text, heard.words, heard.speech) == ("", (), ())


def test_a_long_recording_is_heard_to_its_end_with_every_word_in_its_place(
    engines: Engines, said: np.ndarray, tmp_path: Path
) -> None:
    """Longer than Whisper hears at once, with a long silence inside."""
    times = [1.0, 9.0, 17.0, 40.0, 52.0]
    samples = silence(58)
    for time in times:
        samples[round(time * RATE) :][: len(said)] = said
    fractions: list[float] = []
    work = Work(lambda fraction, *_, **__: fractions.append(fraction))
    heard = engines.listen("whisper", written(tmp_path, samples), "auto", work)
    assert heard.duration == pytest.approx(58, abs=0.01)
    doors = [word.start for word in heard.words if word.text.strip(".,").lower() == "door"]
    first = doors[0] - times[0]
    assert [round(start - first, 1) for start in doors] == pytest.approx(times, abs=0.35)
    assert all(before.start <= after.start for before, after in pairwise(heard.words))
    assert fractions and all(0 <= fraction <= 1 for fraction in fractions)


def test_the_encoder_says_the_same_of_the_same_sound_wherever_it_is(
    engines: Engines, said: np.ndarray, tmp_path: Path
) -> None:
    """Also where two of the windows that are heard at once meet."""
    times = [1.0, 9.0, 22.0, 40.0]
    samples = silence(58)
    for time in times:
        samples[round(time * RATE) :][: len(said)] = said
    recording, rows = written(tmp_path, samples), tmp_path / "rows"
    fractions: list[float] = []
    work = Work(lambda fraction, *_, **__: fractions.append(fraction))
    width = engines.encode("whisper", [(recording, rows), (recording, tmp_path / "again")], "en", work)
    encoded = np.fromfile(rows, np.float16).reshape(-1, width).astype(np.float32)
    assert len(encoded) == 58 * 50
    assert (tmp_path / "again").read_bytes() == rows.read_bytes()
    standard = (encoded - encoded.mean(0)) / encoded.std(0)
    spoken = [standard[round(time * 50) :][: len(said) * 50 // RATE] for time in times]
    alike = [
        np.mean(np.sum(one * spoken[0], 1) / np.linalg.norm(one, axis=1) / np.linalg.norm(spoken[0], axis=1))
        for one in spoken[1:]
    ]
    assert min(alike) > 0.6
    assert fractions == sorted(fractions) and fractions[-1] == 1


def test_the_largest_size_that_is_there_listens(
    with_weights: EnginesMaker, models_folder: Path, said: np.ndarray, tmp_path: Path
) -> None:
    """A copy of the smallest stands for the larger one, which cannot be had everywhere."""
    larger = replace(WEIGHTS["whisper"], name="whisper-small.en")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / larger.name).symlink_to(models_folder / "whisper")
    engines = with_weights({"whisper": WEIGHTS["whisper"], larger.name: larger}, tmp_path / "models")
    assert engines.listener("en-us") == engines.revision("whisper-small.en")
    heard = engines.listen("whisper", written(tmp_path, said), "en-us", Work())
    assert "baker" in heard.text
    assert engines._pools["whisper-small.en"].loaded and "whisper" not in engines._pools


def test_a_language_no_size_here_knows_is_told(engines: Engines, said: np.ndarray, tmp_path: Path) -> None:
    assert engines.listener("es") is None
    with pytest.raises(WeightsUnavailable, match="'es'") as caught:
        engines.listen("whisper", written(tmp_path, said), "es", Work())
    assert "python -m backend weights whisper-small" in caught.value.hint


def test_a_size_can_be_asked_for_if_it_knows_the_language(engines: Engines, said: np.ndarray, tmp_path: Path) -> None:
    recording = written(tmp_path, said)
    assert "baker" in engines.listen("whisper", recording, "en", Work(), {"size": "tiny.en"}).text
    with pytest.raises(InvalidRequest, match="English only"):
        engines.listen("whisper", recording, "fr", Work(), {"size": "base.en"})
    with pytest.raises(InvalidRequest) as caught:
        engines.listen("whisper", recording, "en", Work(), {"size": "enormous"})
    assert caught.value.code == "invalid_options"
    with pytest.raises(WeightsUnavailable, match=r"whisper-base\.en"):
        engines.listen("whisper", recording, "en", Work(), {"size": "base.en"})


def test_a_number_is_one_word(engines: Engines, tmp_path: Path) -> None:
    spoken = engines.speak("kokoro", request("It costs $1,200, or so, at 10%."), Work())
    heard = engines.listen("whisper", written(tmp_path, spoken.samples), "en", Work())
    assert [word.text for word in heard.words if word.text[0] in "$1"] == ["$1,200,", "10%."]
