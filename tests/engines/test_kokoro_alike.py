"""Kokoro's two engines on the same real numbers: torch speaks what the int8 graph was made from."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.engines import ENGINES, Engines, wire
from backend.engines.host import Host
from backend.engines.kokoro.onnx_model import MODEL
from backend.engines.weights import WEIGHTS, Places, ensure
from backend.work import Work
from tests.engines.conftest import request
from tests.engines.real import MAKERS, environment
from tests.engines.test_graph import spectrum
from tests.engines.test_kokoro import OTHER_LANGUAGES, SENTENCES, plain
from tests.engines.test_kokoro_torch import OPEN, hosted
from tests.engines.unquantized import parameters_of

pytestmark = [pytest.mark.engines, pytest.mark.long, pytest.mark.timeout(600)]
CASES = [*(("en-us", "af_heart", text) for text in SENTENCES), *OTHER_LANGUAGES]


@pytest.fixture(scope="module")
def numbers(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the published model, its numbers those of the int8 graph."""
    models = tmp_path_factory.mktemp("models")
    (models / "kokoro").symlink_to(models_folder / "kokoro")
    published = WEIGHTS["kokoro-gpu"]
    others = tuple(file for file in published.files if not file.name.endswith(".pth"))
    folder = ensure(replace(published, files=others), Places(models, hub_offline=True), Work())
    np.savez(folder / "numbers.npz", **parameters_of(models_folder / "kokoro" / MODEL))  # type: ignore[arg-type]
    python = environment("kokoro").python("kokoro")
    maker = MAKERS / "kokoro_filled.py"
    subprocess.run([python, "-I", maker, folder / "numbers.npz", folder], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def both(models_folder: Path, numbers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Host]]:
    """The engine for processors and the one for graphics cards, running."""
    log = tmp_path_factory.mktemp("run")
    hosts = (
        hosted(OPEN, models_folder / "kokoro", log / "onnx", variant=""),
        hosted(OPEN, numbers, log / "torch"),
    )
    for host in hosts:
        host.start(Work())
    yield hosts
    for host in hosts:
        host.stop()


Sound = NDArray[np.float32]


@pytest.fixture(scope="module")
def spoken(both: tuple[Host, Host]) -> list[tuple[Sound, Sound]]:
    """Every case, as either says it."""

    def say(host: Host, language: str, voice: str, text: str) -> Sound:
        asked = wire.to_speak(ENGINES["kokoro"], request(text, voice=voice, language=language))
        return np.frombuffer(host.ask("speak", asked, Work())["samples"], "<f4")

    return [(say(both[0], *case), say(both[1], *case)) for case in CASES]


def test_tokens_last_as_long_on_both_up_to_what_eight_bits_lose(both: tuple[Host, Host]) -> None:
    differences: list[int] = []
    for language, _, text in CASES:
        tokens = both[0].ask("tokens", {"language": language, "text": text}, Work())
        plain_lengths, torch_lengths = (
            host.ask("lengths", {"numbers": tokens, "speed": 1.0}, Work())["lengths"] for host in both
        )
        differences += [abs(one - other) for one, other in zip(plain_lengths, torch_lengths, strict=True)]
    assert np.mean(np.equal(differences, 0)) > 0.93
    assert max(differences) <= 1


def test_both_sound_alike_and_are_equally_loud(spoken: list[tuple[Sound, Sound]]) -> None:
    for plain_sound, torch_sound in spoken:
        assert float(np.abs(spectrum(plain_sound) - spectrum(torch_sound)).mean()) < 1.0
        assert 20 * abs(np.log10(np.std(plain_sound) / np.std(torch_sound))) < 0.5
        assert abs(len(plain_sound) - len(torch_sound)) < 0.03 * len(plain_sound)


def test_what_torch_says_is_understood(spoken: list[tuple[Sound, Sound]], engines: Engines, tmp_path: Path) -> None:
    heard = []
    for index in range(len(SENTENCES)):
        path = tmp_path / f"{index}.wav"
        soundfile.write(path, spoken[index][1], 24_000)
        heard.append(engines.listen("whisper", path, "en", Work()).text)
    assert jiwer.wer([plain(text) for text in SENTENCES], [plain(text) for text in heard]) < 0.1
