"""Each fault of a store, whatever is asked of it, is named in time, and nothing is lost by it."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.errors import NotFound, StorageError
from backend.ids import StoredFile, new_id
from backend.storage import s3 as module
from backend.storage.artifacts import Artifacts
from backend.storage.bucket import Bucket
from backend.storage.links import LinkSigner
from backend.storage.outbox import OutboxStore
from backend.storage.s3 import S3Store
from tests.proofs.scale import Scale
from tests.proofs.storage.faults import FAULTS, Fault
from tests.s3_server import S3Server
from tests.storage.faulty import FaultyNetwork

pytestmark = [pytest.mark.s3, pytest.mark.timeout(900)]
OPERATIONS = ("put", "put in parts", "get", "delete")
MOST_SECONDS = 30.0
LARGE_BYTES = 18 << 20
"""Over two parts."""
Record = Callable[[str, object], None]


@pytest.fixture
def network(s3: S3Server) -> Iterator[FaultyNetwork]:
    with FaultyNetwork(s3.port) as network:
        yield network


@pytest.fixture
def whole(s3: S3Server) -> Iterator[S3Store]:
    """The store itself, in a place of its own in the bucket."""
    store = S3Store(replace(s3.bucket, prefix=f"proof-{secrets.token_hex(6)}/"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("files")
    (folder / "small.json").write_bytes(os.urandom(10_000))
    (folder / "large.mp4").write_bytes(os.urandom(LARGE_BYTES))
    return {"small": folder / "small.json", "large": folder / "large.mp4"}


@pytest.fixture(autouse=True)
def impatient(scale: Scale, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Nobody waits for time-outs at each commit; in full, and where all is just slow, they are those people have."""
    slow = "slow" in request.node.name
    if not (scale.full or slow):
        monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)
        monkeypatch.setattr(module, "TRANSFER_SECONDS", 0.3)
        monkeypatch.setattr(S3Store._client, "__defaults__", (0.3,))


def behind(fault: Fault, bucket: Bucket, network: FaultyNetwork) -> S3Store:
    """The same place over the network."""
    return S3Store(replace(bucket, endpoint=fault.endpoint or f"http://127.0.0.1:{network.port}"))


def act(store: S3Store, operation: str, files: dict[str, Path], folder: Path) -> None:
    if operation == "put":
        store.put("videos/new/1/a.json", files["small"], "application/json")
    elif operation == "put in parts":
        store.put("videos/new/1/a.mp4", files["large"], "video/mp4")
    elif operation == "get":
        store.fetch("videos/old/1/a.json", folder / "fetched")
    else:
        store.delete("videos/old/1/a.json")


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_named_in_time_and_leaves_nothing_half_done(
    fault: Fault,
    operation: str,
    whole: S3Store,
    network: FaultyNetwork,
    files: dict[str, Path],
    tmp_path: Path,
    record_property: Record,
) -> None:
    whole.put("videos/old/1/a.json", files["small"], "application/json")
    store = behind(fault, whole.bucket, network)
    fault.begin(network)
    begun, code = time.monotonic(), ""
    try:
        act(store, operation, files, tmp_path)
    except StorageError as error:
        code = error.code
        assert error.hint
    seconds = time.monotonic() - begun
    store.close()
    record_property("code", code or "none: it ended well")
    record_property("s", round(seconds, 1))
    assert seconds <= MOST_SECONDS or not code, "what ends well may take as long as it takes"
    happened = _happened(whole, operation, files)
    if fault.happens and operation != "get":  # only the answer is lost: whoever is not told must find it done
        assert code in fault.codes or (code == "" and happened)
    else:
        assert code in fault.codes if fault.codes else code == "" and happened
        assert not (fault.codes and happened and operation != "get")
    if fault.codes:
        assert list(tmp_path.iterdir()) == []


def _happened(whole: S3Store, operation: str, files: dict[str, Path]) -> bool:
    """Whether it was done, and then all of it."""
    if operation == "delete":
        return whole.list("videos/old/") == []
    assert whole.read("videos/old/1/a.json") == files["small"].read_bytes()
    for key in whole.list("videos/new/"):
        assert whole.read(key) == files["small" if key.endswith(".json") else "large"].read_bytes()
    return operation == "get" or whole.list("videos/new/") != []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_is_published_meanwhile_is_there_and_arrives_whole(
    fault: Fault,
    whole: S3Store,
    network: FaultyNetwork,
    files: dict[str, Path],
    scale: Scale,
    tmp_path: Path,
    record_property: Record,
) -> None:
    signer = LinkSigner(tmp_path / "home", "http://studio.test")
    far = behind(fault, whole.bucket, network)
    outbox = OutboxStore(tmp_path / "outbox", far)
    artifacts, arrived = Artifacts(outbox, signer), Artifacts(whole, signer)
    fault.begin(network)
    kinds = ["small", *(["large"] if scale.full and fault.codes else [])]
    made = []
    for number in range(scale(short=2, full=6)):
        owner = new_id("vid")
        path = files[kinds[number % len(kinds)]]
        artifacts.publish(owner, 1, {f"a{path.suffix}": path}, {"number": number})
        made.append((StoredFile(owner, 1, f"a{path.suffix}"), path))
    for stored, path in made:
        assert artifacts.local(stored.file_id, tmp_path).read_bytes() == path.read_bytes()
    waited = len(outbox.waiting())
    network.mend()
    if fault.endpoint:  # the same outbox, with an address that is right
        outbox = OutboxStore(tmp_path / "outbox", whole)
    outbox.send()
    assert outbox.waiting() == []
    lost = [stored for stored, path in made if _read(arrived, stored) != path.read_bytes()]
    record_property("results", len(made))
    record_property("files that waited", waited)
    record_property("lost", len(lost))
    assert lost == []
    assert bool(waited) is bool(fault.codes)
    far.close()


def _read(artifacts: Artifacts, stored: StoredFile) -> bytes:
    try:
        artifacts.manifest(stored.owner)
        return artifacts.read(stored)
    except NotFound:
        return b""
