"""Real engines, real ffmpeg, takes in a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.engines import Engines
from backend.media.ffmpeg import Ffmpeg
from backend.speech import Narrator, TakeStore


@pytest.fixture
def narrator(engines: Engines, ffmpeg: Ffmpeg, tmp_path: Path) -> Narrator:
    return Narrator(engines, TakeStore(tmp_path / "takes"), ffmpeg)
