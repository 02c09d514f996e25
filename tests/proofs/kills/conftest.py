from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.engines import ENGINES
from backend.engines.table import LISTENERS
from tests.proofs.kills.homes import Home
from tests.proofs.kills.lives import Nursery, nursery
from tests.proofs.kills.tiny import without_models


@pytest.fixture(scope="package", name="nursery")
def one_nursery() -> Iterator[Nursery]:
    """Where studios come from."""
    with nursery() as one:
        yield one


@pytest.fixture
def home(tmp_path: Path, nursery: Nursery) -> Iterator[Home]:
    """An empty home; this process has the lives' table of engines meanwhile."""
    tables = [(table, dict(table)) for table in (ENGINES, LISTENERS)]
    without_models()
    home = Home(tmp_path / "home", nursery)
    yield home
    home.close()
    for table, before in tables:
        table.update(before)
