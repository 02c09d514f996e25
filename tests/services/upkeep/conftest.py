"""A studio with one thing of everything, made by an engine without a model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.settings import Settings
from backend.studio import Studio
from tests.voices.making import make_clip, record_of

SIZE = "96x128"


@dataclass(frozen=True)
class Made:
    """What is in it."""

    studio: Studio
    narration: dict[str, Any]
    captions: dict[str, Any]
    video: dict[str, Any]
    upload: dict[str, Any]
    """A picture, the video's background."""
    unused: dict[str, Any]
    """An upload that nothing needs."""
    voice_id: str

    @property
    def home(self) -> Path:
        return self.studio.settings.home

    def stored(self, file_id: str) -> Path:
        """A file of the store."""
        return self.studio.local_file(file_id)


@pytest.fixture(scope="package")
def once(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made once; its studio is closed."""
    folder = tmp_path_factory.mktemp("once")
    with Studio(Settings(home=folder / "home")) as studio:
        studio.start()
        return fill(studio, folder)


@pytest.fixture
def made(once: Made, tmp_path: Path) -> Iterator[Made]:
    """A copy of it for each test. It takes no jobs."""
    shutil.copytree(once.home, tmp_path / "home")
    with Studio(Settings(home=tmp_path / "home")) as studio:
        yield replace(once, studio=studio)


@pytest.fixture
def working(made: Made) -> Made:
    """The same, and it takes jobs."""
    made.studio.start()
    return made


def fill(studio: Studio, folder: Path) -> Made:
    """Make one thing of everything."""
    spoken = {"script": "The fog came up. Nobody saw the door.", "engine": "silence"}
    first = studio.call("generate_speech", spoken)["narration_id"]
    narration = studio.call("regenerate_sentence", {"narration_id": first, "index": 1, "text": "So."})
    captions = studio.call("make_captions", {"source": first, "size": SIZE})
    (folder / "words.txt").write_text("Hello.")
    unused = studio.upload(folder / "words.txt", "words.txt")
    Image.new("RGB", (64, 64), (200, 80, 40)).save(folder / "picture.png")
    background = studio.upload(folder / "picture.png", "picture.png")
    wanted = {"narration_id": first, "sizes": [SIZE], "background": background["file_id"]}
    video = studio.call("generate_captioned_video", wanted)
    clip = make_clip(folder / "clip.wav")
    record = record_of(clip)
    studio.voices.shelf.add(record, clip)
    return Made(studio, narration, captions, video, background, unused, record.voice_id)
