"""The shelf: voices are there whole or not at all, and nothing is ever lost or locked."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, NotFound, StorageError
from backend.storage import LocalStore
from backend.storage.s3 import S3Store
from backend.voices.library import AnyShelf
from backend.voices.records import CLIP, Record
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf
from tests.s3_server import S3Server
from tests.voices.making import make_clip, record_of


@pytest.fixture(params=["folder", "shared", pytest.param("s3", marks=pytest.mark.s3)])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyShelf]:
    """Each kind of shelf; the shared ones on a folder and on a real S3 server."""
    if request.param == "folder":
        yield Shelf(tmp_path / "voices")
    elif request.param == "shared":
        yield SharedShelf(tmp_path / "voices", LocalStore(tmp_path / "far"))
    else:
        server: S3Server = request.getfixturevalue("s3")
        store = S3Store(replace(server.bucket, prefix=f"test-{secrets.token_hex(6)}/"))
        yield SharedShelf(tmp_path / "voices", store)
        store.close()


def left(tmp_path: Path) -> list[str]:
    """The files that lie on this machine, besides a lock."""
    below = (path.relative_to(tmp_path / "voices") for path in (tmp_path / "voices").rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in below if path.name != ".moving")


@pytest.fixture
def saved(shelf: AnyShelf, tmp_path: Path) -> Record:
    clip = make_clip(tmp_path / "clip.wav")
    record = record_of(clip)
    shelf.add(record, clip)
    return record


def tagged(tag: str) -> Callable[[Record], dict[str, Any]]:
    return lambda old: {"tags": (*old.tags, tag)}


def test_a_voice_comes_back_as_it_was_saved(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    assert shelf.ids() == [saved.voice_id]
    assert shelf.read(saved.voice_id) == saved
    assert shelf.clip(saved.voice_id).read_bytes() == (tmp_path / "clip.wav").read_bytes()
    assert list(shelf.records()) == [saved]


def test_an_empty_shelf_needs_no_folder(shelf: AnyShelf) -> None:
    assert shelf.ids() == []
    assert list(shelf.records()) == []
    shelf.sweep()


def test_the_same_clip_is_the_same_voice_and_is_kept_once(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    again = record_of(make_clip(tmp_path / "again.wav"), name="Somebody else")
    with pytest.raises(InvalidRequest) as refused:
        shelf.add(again, tmp_path / "again.wav")
    assert refused.value.code == "voice_exists"
    assert shelf.read(saved.voice_id).name == "Anna"
    assert len(left(tmp_path)) == 2


def test_a_change_is_the_next_version_and_the_only_one_kept(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    changed = shelf.change(saved.voice_id, lambda old: {"name": "Berta"})
    assert (changed.name, changed.version, changed.transcript) == ("Berta", 2, saved.transcript)
    assert shelf.read(saved.voice_id) == changed
    if isinstance(shelf, SharedShelf):
        assert [name.rpartition("/")[2] for name in left(tmp_path)] == ["1.wav", "2.json"]
        return
    folder = tmp_path / "voices" / saved.voice_id
    filled = {path.name: path.stat().st_size > 0 for path in folder.iterdir()}
    assert filled == {"1.json": False, "2.json": True, CLIP: True}


def test_a_change_somebody_else_made_meanwhile_is_built_upon(shelf: AnyShelf, saved: Record) -> None:
    def slow(old: Record) -> dict[str, Any]:
        if old.version == 1:
            shelf.change(saved.voice_id, tagged("theirs"))
            shelf.change(saved.voice_id, tagged("theirs too"))
        return {"tags": (*old.tags, "mine")}

    assert shelf.change(saved.voice_id, slow).tags == ("theirs", "theirs too", "mine")
    assert shelf.read(saved.voice_id).version == 4


def test_a_change_that_is_refused_changes_nothing(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    def refuse(old: Record) -> dict[str, Any]:
        raise InvalidRequest("No.", hint="Never.")

    with pytest.raises(InvalidRequest):
        shelf.change(saved.voice_id, refuse)
    assert shelf.read(saved.voice_id) == saved
    assert len(left(tmp_path)) == 2


def test_a_removed_voice_is_gone_with_all_its_files(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    gone = ["1.json", CLIP] if isinstance(shelf, Shelf) else ["1.json", "1.wav"] * 2
    assert shelf.remove(saved.voice_id) == gone
    assert left(tmp_path) == []
    for act in (shelf.read, shelf.clip, shelf.remove, lambda voice: shelf.change(voice, tagged("late"))):
        with pytest.raises(NotFound) as refused:
            act(saved.voice_id)
        assert refused.value.code == "voice_not_found"
    assert not shelf.exists(saved.voice_id)


def test_who_deletes_a_voice_that_is_deleted_and_saved_anew_meanwhile_hears_that_it_was_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, other, clip = Shelf(tmp_path / "voices"), Shelf(tmp_path / "voices"), make_clip(tmp_path / "clip.wav")
    record, rename = record_of(clip), Path.rename
    shelf.add(record, clip)

    def late(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        other.remove(record.voice_id)
        try:
            return rename(self, target)
        finally:
            other.add(record, clip)

    monkeypatch.setattr(Path, "rename", late)
    with pytest.raises(NotFound) as refused:
        shelf.remove(record.voice_id)
    assert refused.value.code == "voice_not_found"
    assert shelf.read(record.voice_id) == record


def test_a_voice_removed_while_it_is_changed_stays_removed(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    def remove_first(old: Record) -> dict[str, Any]:
        shelf.remove(saved.voice_id)
        return {"name": "Too late"}

    with pytest.raises(NotFound):
        shelf.change(saved.voice_id, remove_first)
    assert left(tmp_path) == []


def test_a_change_of_a_voice_that_was_deleted_and_saved_anew_does_not_reach_the_new_one(
    shelf: AnyShelf, saved: Record, tmp_path: Path
) -> None:
    def replace_first(old: Record) -> dict[str, Any]:
        shelf.remove(saved.voice_id)
        shelf.add(saved, tmp_path / "clip.wav")
        return {"name": "Of the old one"}

    with pytest.raises(NotFound):
        shelf.change(saved.voice_id, replace_first)
    assert shelf.read(saved.voice_id) == saved


def test_a_removed_voice_can_be_saved_again(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    shelf.remove(saved.voice_id)
    shelf.add(saved, tmp_path / "clip.wav")
    assert shelf.read(saved.voice_id) == saved


@pytest.mark.parametrize("asked", ["", "..", "../secret", "voice_", "nar_" + "0" * 26, "voice_" + "A" * 26, "x" * 9999])
def test_what_is_no_id_names_no_voice(shelf: AnyShelf, asked: str) -> None:
    with pytest.raises(NotFound):
        shelf.read(asked)
    assert not shelf.exists(asked)


def damage(shelf: AnyShelf, voice_id: str, tmp_path: Path) -> None:
    if isinstance(shelf, Shelf):
        (tmp_path / "voices" / voice_id / "1.json").write_text('{"layout": 1, "voice_')
    else:
        shelf._far._store.put_bytes(f"library/{voice_id}/1.json", b'{"saved": 1, "rec', "application/json")
        shelf._fresh.clear()


def test_one_damaged_record_takes_no_other_voice_down(shelf: AnyShelf, saved: Record, tmp_path: Path) -> None:
    other = make_clip(tmp_path / "other.wav", 1)
    shelf.add(record_of(other), other)
    damage(shelf, saved.voice_id, tmp_path)
    assert [record.voice_id for record in shelf.records()] == [record_of(other).voice_id]
    with pytest.raises(StorageError) as refused:
        shelf.read(saved.voice_id)
    assert refused.value.code == "voice_damaged"
    assert shelf.remove(saved.voice_id)


def test_what_killed_processes_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    shelf, folder = Shelf(tmp_path / "voices"), tmp_path / "voices"
    clip = make_clip(tmp_path / "clip.wav")
    saved = record_of(clip)
    shelf.add(saved, clip)
    for name in (".new-dead", ".new-alive", f".gone-{saved.voice_id}-ab"):
        (folder / name).mkdir()
        (folder / name / CLIP).write_bytes(b"part of a voice")
    (folder / ".new-dead.json").write_text("{}")
    for name in (".new-dead", ".new-dead.json"):
        os.utime(folder / name, (1, 1))
    shelf.sweep()
    assert sorted(os.listdir(folder)) == [".new-alive", saved.voice_id]


def test_a_full_disk_leaves_nothing_half_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path / "voices")
    clip = make_clip(tmp_path / "clip.wav")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as refused:
        shelf.add(record_of(clip), clip)
    assert refused.value.code == "disk_full"
    assert shelf.ids() == []
    assert os.listdir(tmp_path / "voices") == []
