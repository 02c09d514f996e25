from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.conftest import ffmpeg, make  # noqa: F401 - fixtures

FONTS = Path(__file__).parents[2] / "assets" / "fonts"


@pytest.fixture(scope="session")
def fonts() -> Path:
    """The bundled fonts."""
    return FONTS
