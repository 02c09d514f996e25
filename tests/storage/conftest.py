from __future__ import annotations

from pathlib import Path

import pytest

from backend.storage import LocalStore, MemoryStore, Store
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Every kind of store, one after the other."""
    return LocalStore(tmp_path / "store") if request.param == "local" else MemoryStore()


@pytest.fixture
def signer(tmp_path: Path) -> LinkSigner:
    return LinkSigner(tmp_path / "home", "http://studio.test")


@pytest.fixture
def artifacts(store: Store, signer: LinkSigner) -> Artifacts:
    return Artifacts(store, signer)


@pytest.fixture
def local_artifacts(tmp_path: Path, signer: LinkSigner) -> Artifacts:
    return Artifacts(LocalStore(tmp_path / "store"), signer)
