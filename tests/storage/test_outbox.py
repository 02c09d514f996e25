"""Results while the store far away cannot be used: kept here, readable, sent later, in order, once."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from backend.errors import NotFound, StoreUnavailable
from backend.ids import StoredFile, new_id
from backend.storage import MemoryStore
from backend.storage import outbox as module
from backend.storage.artifacts import Artifacts
from backend.storage.bucket import Bucket
from backend.storage.links import LinkSigner
from backend.storage.outbox import OutboxStore
from backend.storage.s3 import S3Store
from tests.storage.faulty import FaultyNetwork
from tests.storage.test_s3 import get

KEY = "videos/vid_1/1/video.mp4"


class FarStore(MemoryStore):
    """A store on another machine that hands out links, can be out of reach, and remembers what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: StoreUnavailable | None = None
        self.sent: list[str] = []
        self.presigns = True

    def break_down(self, code: str = "store_unreachable") -> None:
        self.fault = StoreUnavailable("The store is out of reach.", hint="Wait.", code=code)

    def _reach(self) -> None:
        if self.fault:
            raise self.fault

    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        self._reach()
        self.sent.append(key)
        super().put_bytes(key, data, media_type)

    def read(self, key: str) -> bytes:
        self._reach()
        return super().read(key)

    def delete(self, key: str) -> bool:
        self._reach()
        return super().delete(key)

    def list(self, prefix: str) -> list[str]:
        self._reach()
        return super().list(prefix)

    def link(self, key: str, name: str, media_type: str, seconds: int) -> str | None:
        return f"https://far.test/{key}?name={name}" if self.presigns else None


@pytest.fixture
def far() -> FarStore:
    return FarStore()


@pytest.fixture
def store(far: FarStore, tmp_path: Path) -> OutboxStore:
    return OutboxStore(tmp_path / "outbox", far)


@pytest.fixture
def artifacts(store: OutboxStore, signer: LinkSigner) -> Artifacts:
    return Artifacts(store, signer)


def publish(artifacts: Artifacts, folder: Path, owner: str, version: int = 1) -> StoredFile:
    path = folder / "made.wav"
    path.write_bytes(b"sound of version %d" % version)
    artifacts.publish(owner, version, {"audio.wav": path, "b.wav": path}, {"version": version})
    return StoredFile(owner, version, "audio.wav")


def signed(url: str) -> tuple[str, int, str]:
    path, _, query = url.partition("?")
    values = dict(pair.split("=") for pair in query.split("&"))
    return path.rpartition("/")[2], int(values["expires"]), values["signature"]


def test_what_can_go_far_goes_at_once_and_leaves_nothing_here(
    store: OutboxStore, far: FarStore, tmp_path: Path
) -> None:
    store.put_bytes(KEY, b"x", "video/mp4")
    assert far.read(KEY) == b"x"
    assert store.waiting() == []
    assert [path for path in (tmp_path / "outbox" / "waiting").rglob("*") if path.is_file()] == []
    assert store.link(KEY, "x.mp4", "video/mp4", 60) == f"https://far.test/{KEY}?name=x.mp4"


def test_a_result_made_while_the_store_is_down_is_whole_here_and_can_be_opened(
    artifacts: Artifacts, store: OutboxStore, far: FarStore, tmp_path: Path
) -> None:
    far.break_down()
    stored = publish(artifacts, tmp_path, new_id("nar"))
    assert artifacts.manifest(stored.owner)["version"] == 1
    assert artifacts.list("nar") == [stored.owner]
    assert artifacts.local(stored.file_id, tmp_path).read_bytes() == b"sound of version 1"
    link = artifacts.link(stored, "x.wav")
    assert link.url.startswith("http://studio.test/files/")
    served = artifacts.serve(*signed(link.url))
    assert served.path is not None
    assert served.path.read_bytes() == b"sound of version 1"
    assert store.trouble is not None
    assert len(store.waiting()) == 3


def test_what_waited_is_sent_files_first_and_its_older_link_goes_on_working(
    artifacts: Artifacts, store: OutboxStore, far: FarStore, tmp_path: Path
) -> None:
    far.break_down()
    stored = publish(artifacts, tmp_path, new_id("nar"))
    link = artifacts.link(stored, "x.wav")
    in_use = artifacts.local(stored.file_id, tmp_path)
    store.send()
    assert len(store.waiting()) == 3
    far.fault = None
    store.send()
    assert (store.waiting(), store.trouble) == ([], None)
    assert far.sent[-1] == f"narrations/{stored.owner}/1/manifest.json"
    assert sorted(far.sent) == far.list("narrations/")
    assert artifacts.serve(*signed(link.url)).url.startswith(f"https://far.test/{stored.key}")
    assert artifacts.link(stored, "x.wav").url.startswith("https://far.test/")
    assert in_use.read_bytes() == b"sound of version 1"


def test_a_store_without_links_of_its_own_is_served_from_here(
    artifacts: Artifacts, far: FarStore, tmp_path: Path
) -> None:
    far.presigns = False
    stored = publish(artifacts, tmp_path, new_id("nar"))
    link = artifacts.link(stored, "x.wav")
    for _ in range(2):
        served = artifacts.serve(*signed(link.url))
        assert served.path is not None
        assert served.path.read_bytes() == b"sound of version 1"
    artifacts.delete(stored.owner)
    assert served.path is not None
    assert not served.path.exists()
    with pytest.raises(NotFound):
        artifacts.serve(*signed(link.url))


def test_a_manifest_never_overtakes_the_files_that_wait(
    artifacts: Artifacts, store: OutboxStore, far: FarStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_REST_SECONDS", 0.0)
    store._rest = 0.0  # tries again at each write
    owner = new_id("nar")
    calls = iter([True, False, False])
    write = far.put_bytes

    def sometimes(key: str, data: bytes, media_type: str) -> None:
        if next(calls, False):
            raise StoreUnavailable("A moment's trouble.", code="store_cut")
        write(key, data, media_type)

    monkeypatch.setattr(far, "put_bytes", sometimes)
    publish(artifacts, tmp_path, owner)
    assert far.sent == []
    assert len(store.waiting()) == 3
    store.send()
    assert far.sent[-1].endswith("manifest.json")


def test_while_it_rests_the_store_is_left_alone(store: OutboxStore, far: FarStore) -> None:
    far.break_down()
    store.put_bytes(KEY, b"first", "video/mp4")
    far.fault = None
    store.put_bytes("videos/vid_2/1/video.mp4", b"second", "video/mp4")
    assert far.sent == []
    assert store.list("videos/") == [KEY, "videos/vid_2/1/video.mp4"]


def test_the_newest_is_what_arrives(store: OutboxStore, far: FarStore) -> None:
    store.put_bytes(KEY, b"far", "video/mp4")
    far.break_down()
    for data in (b"older", b"newest"):
        store.put_bytes(KEY, data, "video/mp4")
    assert store.read(KEY) == b"newest"
    far.fault = None
    store.send()
    assert store.read(KEY) == far.read(KEY) == b"newest"


def test_what_is_deleted_while_it_waits_does_not_come_back(
    artifacts: Artifacts, store: OutboxStore, far: FarStore, tmp_path: Path
) -> None:
    far.break_down()
    stored = publish(artifacts, tmp_path, new_id("nar"))
    far.fault = None
    assert len(artifacts.delete(stored.owner)) == 3
    store.send()
    assert far.list("narrations/") == store.list("narrations/") == []


def test_deleting_while_the_store_is_down_says_so(store: OutboxStore, far: FarStore) -> None:
    store.put_bytes(KEY, b"x", "video/mp4")
    far.break_down()
    with pytest.raises(StoreUnavailable):
        store.delete(KEY)
    with pytest.raises(StoreUnavailable):
        store.list("videos/")
    far.fault = None
    assert store.delete(KEY) is True


def test_one_file_that_is_refused_does_not_hold_up_the_others(
    store: OutboxStore, far: FarStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    far.break_down()
    for number in (1, 2, 3):
        store.put_bytes(f"videos/vid_{number}/1/video.mp4", b"x", "video/mp4")
    far.fault = None
    write = far.put_bytes

    def picky(key: str, data: bytes, media_type: str) -> None:
        if "vid_1" in key:
            raise StoreUnavailable("Not this one.", code="store_refused")
        write(key, data, media_type)

    monkeypatch.setattr(far, "put_bytes", picky)
    store.send()
    assert store.waiting() == ["videos/vid_1/1/video.mp4"]
    assert len(far.sent) == 2


def test_several_that_send_at_once_send_each_file_once(far: FarStore, tmp_path: Path) -> None:
    stores = [OutboxStore(tmp_path / "outbox", far) for _ in range(4)]
    far.break_down()
    for number in range(20):
        stores[0].put_bytes(f"videos/vid_{number}/1/video.mp4", b"x", "video/mp4")
    far.fault = None
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: store.send(), stores))
    for store in stores:  # whose turn it was not, meanwhile
        store.send()
    assert len(far.sent) == len(set(far.sent)) == 20


def test_files_at_hand_are_cleared_away_after_a_while(
    store: OutboxStore, far: FarStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far.break_down()
    store.put_bytes(KEY, b"x", "video/mp4")
    held = store.local_path(KEY)
    assert held is not None
    store._sweep()
    assert held.exists()
    monkeypatch.setattr(module, "HELD_SECONDS", -10)
    store._sweep()
    assert not held.exists()
    assert store.read(KEY) == b"x"


def test_the_keeper_sends_what_waits_and_does_its_chore(
    store: OutboxStore, far: FarStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(module, "FIRST_CHORE_SECONDS", 0.0)
    done: list[int] = []
    far.break_down()
    store.put_bytes(KEY, b"x", "video/mp4")
    store.start(lambda: done.append(1))
    far.fault = None
    while store.waiting() or not done:
        time.sleep(0.01)
    store.close()
    assert far.read(KEY) == b"x"
    assert len(done) == 1


# ------------------------------------------------------------ on a real server


@pytest.fixture
def real(faulty: FaultyNetwork, bucket: Bucket, tmp_path: Path) -> Iterator[OutboxStore]:
    """An outbox before a real store, over a network that can break."""
    far = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    store = OutboxStore(tmp_path / "outbox", far)
    yield store
    store.close()


@pytest.mark.s3
def test_results_survive_a_network_that_breaks_while_they_are_published(
    real: OutboxStore, faulty: FaultyNetwork, s3_store: S3Store, signer: LinkSigner, tmp_path: Path
) -> None:
    artifacts = Artifacts(real, signer)
    faulty.refuse()
    stored = publish(artifacts, tmp_path, new_id("nar"))
    waited_at = artifacts.link(stored, "x.wav").url
    assert s3_store.list("narrations/") == []
    faulty.mend()
    real.send()
    assert real.waiting() == []
    assert json.loads(s3_store.read(f"narrations/{stored.owner}/1/manifest.json"))["version"] == 1
    assert get(artifacts.serve(*signed(waited_at)).url)[:2] == (200, b"sound of version 1")


def _send_for_ever(folder: Path, bucket: Bucket) -> None:
    store = OutboxStore(folder, S3Store(bucket))
    while True:
        store.send()


@pytest.mark.s3
def test_a_sender_that_is_killed_loses_nothing(
    faulty: FaultyNetwork, bucket: Bucket, s3_store: S3Store, tmp_path: Path
) -> None:
    folder = tmp_path / "outbox"
    unreachable = OutboxStore(folder, S3Store(replace(bucket, endpoint="http://127.0.0.1:9")))
    (tmp_path / "large").write_bytes(data := os.urandom(40 << 20))
    for number in range(3):
        unreachable.put(f"videos/vid_{number}/1/video.mp4", tmp_path / "large", "video/mp4")
    context = multiprocessing.get_context("forkserver")
    for pause in (1.0, 1.3):
        sender = context.Process(target=_send_for_ever, args=(folder, bucket))
        sender.start()
        time.sleep(pause)
        os.kill(sender.pid or 0, signal.SIGKILL)
        sender.join()
        sender.close()
        arrived = s3_store.list("videos/")
        assert {*arrived, *unreachable.waiting()} == {f"videos/vid_{n}/1/video.mp4" for n in range(3)}
    OutboxStore(folder, s3_store).send()
    assert unreachable.waiting() == []
    assert all(s3_store.read(key) == data for key in s3_store.list("videos/"))
