"""The command line with engines that have environments of their own: their real code on tiny random weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.settings import Settings
from backend.voices import VoiceLibrary
from backend.voices.shelf import Shelf
from tests.end_to_end.test_command_line import run
from tests.engines.real import make_chatterbox, make_weights
from tests.voices.making import make_clip, record_of

pytestmark = [pytest.mark.engines, pytest.mark.long]
TEXT = "The door was painted in the fog."


def new_home(folder: Path) -> Path:
    """An empty home with the machine's environments of engines."""
    folder.mkdir()
    (folder / "engines").symlink_to(Settings().engines_folder)
    return folder


class CommandLine:
    """A home with a voice in it, and the commands of the studio."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = new_home(folder / "home")
        self.given = folder / "given"
        make_weights("f5", self.given)
        make_chatterbox(self.given)
        clip = make_clip(folder / "clip.wav", seconds=6.0)
        self.voice = record_of(clip, transcript="Some call me nature, others call me mother nature.")
        VoiceLibrary(Shelf(self.home / "voices")).add(self.voice, clip)

    def call(
        self,
        operation: str,
        arguments: dict[str, Any],
        *more: str,
        status: int = 0,
        home: Path | None = None,
        weights_folder: Path | None = None,
    ) -> Any:
        """``python -m backend call …`` on this home, or another."""
        return run(
            home or self.home,
            *("call", operation, json.dumps(arguments), *more),
            status=status,
            program=("tests.end_to_end.tiny_backend", str(self.given)),
            STUDIO_WEIGHTS_FOLDER=str(weights_folder or self.given),
            STUDIO_DEVICE="cpu",
        )


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("line"))


@pytest.mark.parametrize("engine", ["f5", "chatterbox"])
def test_an_engine_is_installed_with_its_weights(line: CommandLine, engine: str) -> None:
    told = line.call("install_engine", {"engine": engine})
    assert told["engine"] == engine and told["installed"] and told["weights"] == "there" and told["warnings"] == []


@pytest.mark.parametrize(
    ("operation", "fields", "engine"),
    [
        ("generate_f5_tts", {"nfe_step": 4, "cfg_strength": 1.5, "seed": 9, "speed": 1.1}, "f5"),
        ("generate_chatterbox_tts", {"exaggeration": 0.6, "cfg_weight": 0.4, "temperature": 0.7}, "chatterbox"),
    ],
)
def test_a_voice_speaks_by_the_older_names_and_the_files_are_saved(
    line: CommandLine, tmp_path: Path, operation: str, fields: dict[str, Any], engine: str
) -> None:
    arguments = {"text": TEXT, "voice": line.voice.voice_id, **fields}
    made = line.call(operation, arguments, "--save", str(tmp_path))
    assert made["engine"] == engine and made["voice"] == line.voice.voice_id
    samples, rate = soundfile.read(made["audio"]["path"])
    assert len(samples) / rate == pytest.approx(made["duration"]) and np.abs(samples).max() > 0
    assert {Path(file["path"]).suffix for file in made["timings"].values()} == {".srt", ".vtt", ".csv", ".json", ".ass"}


def test_a_recording_given_by_its_path_is_said_in_another_voice(line: CommandLine, tmp_path: Path) -> None:
    source = make_clip(tmp_path / "said.wav", 5, seconds=2.5)
    arguments = {"media": str(source), "voice": line.voice.voice_id}
    made = line.call("convert_voice", arguments, "--save", str(tmp_path / "out"))
    samples, rate = soundfile.read(made["path"])
    assert made["name"] == "Anna.wav" and len(samples) / rate == pytest.approx(2.5, abs=0.01)


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("install_engine", {"engine": "f6"}, "unknown_engine"),
        ("generate_f5_tts", {"text": TEXT, "voice": "af_heart"}, "voice_of_another_engine"),
        ("generate_chatterbox_tts", {"text": TEXT, "voice": "nobody"}, "unknown_voice"),
        ("convert_voice", {"media": "/nowhere.wav", "voice": "af_heart"}, "voice_without_reference"),
    ],
)
def test_mistakes_end_with_status_one_and_an_error_that_helps(
    line: CommandLine, operation: str, arguments: dict[str, Any], code: str
) -> None:
    error = line.call(operation, arguments, status=1)["error"]
    assert error["code"] == code and error["message"] and error["hint"]


def test_weights_with_one_byte_changed_are_refused_by_name_and_nothing_of_them_is_kept(
    line: CommandLine, tmp_path: Path
) -> None:
    shutil.copytree(line.given, tmp_path / "spoilt")
    model = tmp_path / "spoilt" / "chatterbox" / "t3_cfg.safetensors"
    model.write_bytes(model.read_bytes()[:-1] + b"\x01")
    home = new_home(tmp_path / "home")
    told = line.call("install_engine", {"engine": "chatterbox"}, home=home, weights_folder=tmp_path / "spoilt")
    assert told["installed"] and told["weights"] == "not fetched yet"
    assert "t3_cfg.safetensors is not the file it should be" in told["warnings"][0]
    assert not [path for path in (home / "models").rglob("t3_cfg*")]
    VoiceLibrary(Shelf(home / "voices")).add(line.voice, line.folder / "clip.wav")
    arguments = {"text": TEXT, "voice": line.voice.voice_id}
    refused = line.call("generate_chatterbox_tts", arguments, status=1, home=home, weights_folder=tmp_path / "spoilt")[
        "error"
    ]
    assert refused["code"] == "weights_unavailable" and "t3_cfg.safetensors" in refused["message"] and refused["hint"]
    # The right file, put there later, is taken.
    assert line.call("install_engine", {"engine": "chatterbox"}, home=home)["weights"] == "there"
