"""The ffmpegs that the media and video tests run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from tests.media.makers import Maker

OTHER = os.environ.get("STUDIO_TEST_FFMPEG")


@pytest.fixture(scope="session", params=["found", "other"] if OTHER else ["found"])
def ffmpeg(request: pytest.FixtureRequest) -> Ffmpeg:
    """The ffmpeg the studio finds, and the one that STUDIO_TEST_FFMPEG names."""
    return Ffmpeg(find_ffmpeg(Path(OTHER) if OTHER and request.param == "other" else None))


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Makes small media files, each once; two files of tests may give the same name to different ones."""
    return Maker(tmp_path_factory.mktemp("media"), Ffmpeg(find_ffmpeg(None)))
