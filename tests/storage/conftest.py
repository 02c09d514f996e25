from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.storage import LocalStore, MemoryStore, Store
from backend.storage.artifacts import Artifacts
from backend.storage.bucket import Bucket
from backend.storage.links import LinkSigner
from backend.storage.outbox import OutboxStore
from backend.storage.s3 import S3Store
from backend.storage.tenancy import TenantStore
from tests.s3_server import S3Server
from tests.storage.faulty import FaultyNetwork


@pytest.fixture(params=["local", "memory", "outbox", "tenant", pytest.param("s3", marks=pytest.mark.s3)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Every kind of store, one after the other."""
    if request.param == "s3":
        made: Store = request.getfixturevalue("s3_store")
        return made
    if request.param == "outbox":
        return OutboxStore(tmp_path / "outbox", MemoryStore())
    if request.param == "tenant":
        return TenantStore(LocalStore(tmp_path / "store"), "anna")
    return LocalStore(tmp_path / "store") if request.param == "local" else MemoryStore()


@pytest.fixture
def bucket(s3: S3Server) -> Bucket:
    """An empty place of its own in the bucket of a real server."""
    return replace(s3.bucket, prefix=f"test-{secrets.token_hex(6)}/")


@pytest.fixture
def s3_store(bucket: Bucket) -> Iterator[S3Store]:
    store = S3Store(bucket)
    yield store
    store.close()


@pytest.fixture
def faulty(s3: S3Server) -> Iterator[FaultyNetwork]:
    """A way to the real server that can break."""
    with FaultyNetwork(s3.port) as network:
        yield network


@pytest.fixture
def signer(tmp_path: Path) -> LinkSigner:
    return LinkSigner(tmp_path / "home", "http://studio.test")


@pytest.fixture
def artifacts(store: Store, signer: LinkSigner) -> Artifacts:
    return Artifacts(store, signer)


@pytest.fixture
def local_artifacts(tmp_path: Path, signer: LinkSigner) -> Artifacts:
    return Artifacts(LocalStore(tmp_path / "store"), signer)
