from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.settings import Settings
from backend.studio import Studio
from tests.proofs.scale import Scale
from tests.proofs.upkeep.filling import fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, scale: Scale) -> Path:
    """The home of a studio with many things in it; nobody works there any more."""
    folder = tmp_path_factory.mktemp("filled")
    with Studio(Settings(home=folder / "home")) as studio:
        studio.start()
        fill(studio, folder, scale(short=2, full=30), scale(short=1, full=12), random.Random(7))
    return folder / "home"


@pytest.fixture
def studio(filled: Path, tmp_path: Path) -> Iterator[Studio]:
    """Over a copy of it, for each test."""
    shutil.copytree(filled, tmp_path / "home")
    with Studio(Settings(home=tmp_path / "home")) as studio:
        yield studio
