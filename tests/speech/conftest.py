"""Real engines, real ffmpeg, takes in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.engines import Engines
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.speech import Narrator, TakeStore


@pytest.fixture(scope="package")
def engines(models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    folder = tmp_path_factory.mktemp("engines")
    engines = Engines(
        models_folder=models_folder,
        engines_folder=folder,
        run_folder=folder,
        weights_folder=None,
        hub_offline=True,
        idle_seconds=600,
    )
    yield engines
    engines.close()


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg(find_ffmpeg(None))


@pytest.fixture
def narrator(engines: Engines, ffmpeg: Ffmpeg, tmp_path: Path) -> Narrator:
    return Narrator(engines, TakeStore(tmp_path / "takes"), ffmpeg)
