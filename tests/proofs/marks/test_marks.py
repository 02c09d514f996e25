"""What a cloned voice says is found marked, whatever it is sent as, and nothing else is."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import Engines, SpeakRequest
from backend.engines.environments import CODE
from backend.media.audio import encode_audio
from backend.media.ffmpeg import Ffmpeg
from backend.models import AudioFormat
from backend.voices.catalogue import find_voices
from backend.work import Work
from tests.engines.real import environment
from tests.proofs.scale import Scale

pytestmark = [pytest.mark.engines, pytest.mark.timeout(3600)]
FOUND = 0.5
SENTENCES = (
    "Every lighthouse keeper learns one rule before the first winter.",
    "Nobody has ever asked him why the yellow door was never painted.",
)
PACES = (1.0, 0.9, 1.08, 1.17)
"""Samples are read so much faster: higher and shorter, another voice."""
RATE = 24_000

Ask = Callable[[dict[str, object]], list[float]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """F5's own code, asked line by line."""
    python = environment("f5").python("f5")
    command = ["/usr/bin/env", "OMP_NUM_THREADS=1", str(python), "-I", str(Path(__file__).with_name("marker.py"))]
    with subprocess.Popen([*command, str(CODE)], stdin=-1, stdout=-1, text=True) as marker:
        assert marker.stdin and marker.stdout

        def ask(question: dict[str, object]) -> list[float]:
            assert marker.stdin and marker.stdout
            marker.stdin.write(json.dumps(question) + "\n")
            marker.stdin.flush()
            answered: list[float] = json.loads(marker.stdout.readline())
            return answered

        yield ask
        marker.stdin.close()


@pytest.fixture(scope="module")
def spoken(engines: Engines, scale: Scale, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Sentences as files, each of its own voice, words or pace."""
    folder, count = tmp_path_factory.mktemp("spoken"), scale(short=3, full=200)
    voices = sorted(voice.voice_id for voice in find_voices("kokoro", "any", "") if voice.language.startswith("en"))
    made: list[Path] = []
    for text, voice in product(SENTENCES, voices):
        if len(made) >= count:
            break
        said = engines.speak("kokoro", SpeakRequest(text, voice=voice), Work()).samples
        for pace in PACES[: scale(short=1, full=len(PACES))]:
            places = np.arange(0, len(said) - 1, pace)
            made.append(folder / f"{len(made)}.wav")
            soundfile.write(made[-1], np.interp(places, np.arange(len(said)), said), RATE, subtype="PCM_16")
    assert len(made) >= count
    return made[:count]


@pytest.fixture(scope="module")
def marked(spoken: list[Path], ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The same, as F5 marks what it says."""
    folder = tmp_path_factory.mktemp("marked")
    pairs = [(str(path), str(folder / path.name)) for path in spoken]
    assert min(ask({"mark": pairs})) > 2, "seconds"
    return [Path(target) for _, target in pairs]


@pytest.mark.parametrize("kind", ["m4a", "mp3"])
def test_what_a_cloned_voice_says_is_found_marked_after_encoding(
    marked: list[Path],
    ask: Ask,
    ffmpeg: Ffmpeg,
    kind: AudioFormat,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    decoded = [_through(ffmpeg, path, kind, tmp_path) for path in marked]
    marks = ask({"find": decoded})
    found = sum(mark > FOUND for mark in marks)
    record_property("outputs", len(marks))
    record_property("found", found)
    record_property("least sure", round(min(marks), 3))
    assert found >= 0.99 * len(marks)


def test_what_was_never_marked_is_not_taken_for_marked(
    spoken: list[Path], ask: Ask, record_property: Callable[[str, object], None]
) -> None:
    marks = ask({"find": [str(path) for path in spoken]})
    alarms = sum(mark > FOUND for mark in marks)
    record_property("sentences", len(marks))
    record_property("false alarms", alarms)
    record_property("surest", round(max(marks), 3))
    assert alarms <= 0.01 * len(marks)


def _through(ffmpeg: Ffmpeg, wave: Path, kind: AudioFormat, folder: Path) -> str:
    """Encoded by the studio and decoded again."""
    encoded = encode_audio(ffmpeg, wave, folder / f"{wave.stem}.{kind}", kind, Work())
    decoded = folder / f"{wave.stem}.wav"
    command = [str(ffmpeg.binary), "-loglevel", "error", "-y", "-i", str(encoded), "-ar", str(RATE), str(decoded)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    encoded.unlink()
    return str(decoded)
