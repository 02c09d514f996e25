"""Machines with disks of their own and one library: what one does the others see, the store being there or not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, NotFound, StoreUnavailable
from backend.storage import LocalStore, s3
from backend.storage.outbox import OutboxStore
from backend.storage.s3 import S3Store
from backend.voices import shared as module
from backend.voices.records import Record
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf
from tests.s3_server import S3Server
from tests.storage.faulty import FaultyNetwork
from tests.voices.making import make_clip, record_of


@pytest.fixture(autouse=True)
def nothing_is_believed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)


def tagged(tag: str) -> Callable[[Record], dict[str, Any]]:
    return lambda old: {"tags": (*old.tags, tag)}


def machine(tmp_path: Path, name: str) -> SharedShelf:
    return SharedShelf(tmp_path / name, LocalStore(tmp_path / "far"))


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(tmp_path / "clip.wav")


@pytest.fixture
def record(clip: Path) -> Record:
    return record_of(clip)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != ".moving")


def test_what_one_machine_saves_changes_and_deletes_another_sees(tmp_path: Path, clip: Path, record: Record) -> None:
    here, there = machine(tmp_path, "here"), machine(tmp_path, "there")
    here.add(record, clip)
    assert there.read(record.voice_id) == record
    assert there.clip(record.voice_id).read_bytes() == clip.read_bytes()
    assert there.clip(record.voice_id).is_relative_to(tmp_path / "there")
    there.change(record.voice_id, lambda old: {"name": "Berta"})
    assert here.read(record.voice_id).name == "Berta"
    there.remove(record.voice_id)
    assert not here.exists(record.voice_id) and here.ids() == []
    assert files(tmp_path / "here") == files(tmp_path / "there") == []
    assert files(tmp_path / "far") == ["3.json"], "the number stays taken, and says nothing of the voice"
    assert b"Anna" not in next((tmp_path / "far").rglob("3.json")).read_bytes()


def test_a_machine_that_was_off_removes_its_copy_of_what_was_deleted_meanwhile(
    tmp_path: Path, clip: Path, record: Record
) -> None:
    here, there = machine(tmp_path, "here"), machine(tmp_path, "there")
    here.add(record, clip)
    there.clip(record.voice_id)
    here.remove(record.voice_id)
    assert files(tmp_path / "there") == ["1.json", "1.wav"]
    back = machine(tmp_path, "there")
    assert back.sweep() == set()
    assert files(tmp_path / "there") == [] and back.gone == {record.voice_id}


def test_the_clip_of_a_saving_that_was_killed_goes_and_does_not_keep_others_from_saving(
    tmp_path: Path, clip: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, far = machine(tmp_path, "here"), LocalStore(tmp_path / "far")
    far.put(f"library/{record.voice_id}/1.wav", clip, "audio/wav")
    here.sweep()
    assert files(tmp_path / "far") == ["1.wav"], "somebody may be at it"
    monkeypatch.setattr(module, "ORPHAN_SECONDS", -1.0)
    here.sweep()
    assert files(tmp_path / "far") == ["1.json"]
    here.add(record, clip)
    assert here.read(record.voice_id) == record and here.clip(record.voice_id).is_file()


def test_voices_from_before_there_was_a_store_are_shared(tmp_path: Path, clip: Path, record: Record) -> None:
    Shelf(tmp_path / "here").add(record, clip)
    here, there = machine(tmp_path, "here"), machine(tmp_path, "there")
    assert here.read(record.voice_id) == record and not there.exists(record.voice_id)
    assert here.sweep() == {record.voice_id}
    assert there.read(record.voice_id) == here.read(record.voice_id) == record
    assert not (tmp_path / "here" / record.voice_id).exists()


def test_a_voice_that_waits_is_changed_and_deleted_here(tmp_path: Path, clip: Path, record: Record) -> None:
    Shelf(tmp_path / "here").add(record, clip)
    here = machine(tmp_path, "here")
    assert here.change(record.voice_id, lambda old: {"name": "Berta"}).version == 2
    with pytest.raises(InvalidRequest):
        here.add(record, clip)
    assert len(here.remove(record.voice_id)) == 3
    assert here.ids() == []


def test_saved_on_two_machines_while_they_were_apart_it_is_one_voice(
    tmp_path: Path, clip: Path, record: Record
) -> None:
    Shelf(tmp_path / "here").add(record, clip)
    there = machine(tmp_path, "there")
    there.add(record.model_copy(update={"name": "Berta"}), clip)
    here = machine(tmp_path, "here")
    here.sweep()
    assert here.read(record.voice_id).name == "Berta" and here.ids() == [record.voice_id]


# ------------------------------------------------------------ a network that breaks


@pytest.fixture
def faulty(s3: S3Server) -> Iterator[FaultyNetwork]:
    with FaultyNetwork(s3.port) as network:
        yield network


@pytest.fixture
def broken(
    s3: S3Server, faulty: FaultyNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SharedShelf]:
    """A shelf behind the network that can break, on a bucket where `whole` is too."""
    monkeypatch.setattr(S3Store._client, "__defaults__", (0.5,))  # seconds, for a service that hangs
    monkeypatch.setattr("backend.storage.outbox.FIRST_REST_SECONDS", 0.0)
    monkeypatch.setattr("backend.storage.outbox.LONGEST_REST_SECONDS", 0.0)
    prefix = f"test-{secrets.token_hex(6)}/"
    far = S3Store(replace(s3.bucket, prefix=prefix, endpoint=f"http://127.0.0.1:{faulty.port}"))
    outbox = OutboxStore(tmp_path / "outbox", far)
    yield SharedShelf(tmp_path / "here", outbox.direct)
    outbox.close()


def break_down(network: FaultyNetwork, fault: str) -> None:
    match fault:
        case "refuse":
            network.refuse()
        case "cut":
            network.cut_after(received=10)
        case "hang":
            network.hang()
        case "skewed":
            network.answer("403 Forbidden", body="<Error><Code>RequestTimeTooSkewed</Code></Error>")


@pytest.mark.s3
@pytest.mark.parametrize("fault", ["refuse", "cut", pytest.param("hang", marks=pytest.mark.long), "skewed"])
def test_while_the_store_is_down_known_voices_speak_and_new_ones_wait(
    broken: SharedShelf, faulty: FaultyNetwork, tmp_path: Path, clip: Path, record: Record, fault: str
) -> None:
    broken.add(record, clip)
    break_down(faulty, fault)
    assert broken.read(record.voice_id) == record and broken.clip(record.voice_id).is_file()
    assert [one.voice_id for one in broken.records()] == broken.ids() == [record.voice_id]
    for refused in (lambda: broken.change(record.voice_id, lambda old: {}), lambda: broken.remove(record.voice_id)):
        with pytest.raises(StoreUnavailable):
            refused()
    with pytest.raises(InvalidRequest):
        broken.add(record, clip)
    other = make_clip(tmp_path / "other.wav", 1)
    broken.add(record_of(other, name="Berta"), other)
    assert broken.sweep() is None
    assert {one.name for one in broken.records()} == {"Anna", "Berta"}
    faulty.mend()
    assert broken.sweep() == {record.voice_id, record_of(other).voice_id}
    assert broken.read(record_of(other).voice_id).name == "Berta"
    assert not (tmp_path / "here" / record_of(other).voice_id).exists()
    broken.remove(record.voice_id)
    with pytest.raises(NotFound):
        broken.read(record.voice_id)


@pytest.mark.s3
def test_a_store_that_takes_no_conditions_is_written_to_all_the_same(
    broken: SharedShelf, faulty: FaultyNetwork, clip: Path, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "SETTLE_SECONDS", 0.05)
    faulty.refuse_header("If-None-Match")
    broken.add(record, clip)
    with pytest.raises(InvalidRequest):
        broken.add(record, clip)
    for number in range(3):
        broken.change(record.voice_id, tagged(f"{number}"))
    assert broken.read(record.voice_id).tags == ("0", "1", "2")
    broken.remove(record.voice_id)
    assert not broken.exists(record.voice_id)
