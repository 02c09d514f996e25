"""Which jobs wait for a graphics card where somebody has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from backend import requests
from backend.services.placing import wants_card
from backend.settings import Settings
from backend.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path / "home")) as studio:
        yield studio


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        (requests.GenerateSpeech(script="Hello."), False),
        (requests.GenerateSpeech(script="Hello.", engine="silence"), False),
        (requests.GenerateCaptionedVideo(script="Hello."), False),
        (requests.InstallEngine(engine="f5"), True),
        (requests.InstallEngine(engine="kokoro"), False),
        (requests.Transcribe(media="up_x.1.file.wav"), True),
    ],
)
def test_what_a_card_makes_faster_wants_one(studio: Studio, request_: BaseModel, wanted: bool) -> None:
    assert wants_card(request_, studio.narrations, studio.voices) is wanted
