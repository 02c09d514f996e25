"""Folders with versions and a manifest that is written last."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, NotFound, StorageError
from backend.ids import StoredFile, new_id
from backend.models import FileLink
from backend.storage import LocalStore, MemoryStore, Store
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner


def publish(artifacts: Artifacts, folder: Path, owner: str, version: int = 1, **manifest: Any) -> StoredFile:
    path = folder / "made.wav"
    path.write_bytes(b"sound of version %d" % version)
    artifacts.publish(owner, version, {"audio.wav": path}, manifest)
    return StoredFile(owner, version, "audio.wav")


def parts(link: FileLink) -> tuple[int, str]:
    query = dict(pair.split("=") for pair in link.url.partition("?")[2].split("&"))
    return int(query["expires"]), query["signature"]


def test_what_is_published_is_found_with_its_manifest(artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(artifacts, tmp_path, new_id("nar"), script="Grüße \ud800", numbers=[1, 2])
    assert artifacts.exists(stored.owner)
    manifest = artifacts.manifest(stored.owner)
    assert manifest["numbers"] == [1, 2]
    assert manifest["script"].startswith("Grüße ")
    assert manifest["created_at"].endswith("Z")
    assert artifacts.resolve(stored.file_id) == stored
    assert artifacts.local(stored.file_id, tmp_path).read_bytes() == b"sound of version 1"


def test_the_latest_version_is_meant_unless_another_is_named(artifacts: Artifacts, tmp_path: Path) -> None:
    owner = new_id("nar")
    for version in (1, 2, 10):
        publish(artifacts, tmp_path, owner, version, take=version)
    assert artifacts.manifest(owner)["take"] == 10
    assert artifacts.manifest(owner, 2)["take"] == 2
    with pytest.raises(NotFound):
        artifacts.manifest(owner, 3)


def test_publishing_a_version_again_replaces_it(artifacts: Artifacts, tmp_path: Path) -> None:
    owner = new_id("nar")
    publish(artifacts, tmp_path, owner, take=1)
    publish(artifacts, tmp_path, owner, take=2)
    assert artifacts.manifest(owner)["take"] == 2
    assert artifacts.list("nar") == [owner]


def test_only_what_is_of_a_kind_and_outdated_is_deleted(
    artifacts: Artifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now - 100)
    old, kept = new_id("made"), new_id("nar")
    publish(artifacts, tmp_path, old)
    publish(artifacts, tmp_path, kept)
    monkeypatch.setattr(time, "time", lambda: now)
    fresh = new_id("made")
    publish(artifacts, tmp_path, fresh)
    assert artifacts.delete_outdated("made", 50) == [old]
    assert artifacts.list("made") == [fresh]
    assert artifacts.exists(kept)


class _FullAtManifest(MemoryStore):
    def put_bytes(self, key: str, data: bytes, media_type: str) -> None:
        if key.endswith("manifest.json"):
            raise StorageError("full", code="disk_full")
        super().put_bytes(key, data, media_type)


def test_a_folder_without_a_manifest_does_not_exist(signer: LinkSigner, tmp_path: Path) -> None:
    artifacts = Artifacts(_FullAtManifest(), signer)
    owner = new_id("vid")
    with pytest.raises(StorageError):
        publish(artifacts, tmp_path, owner)
    assert not artifacts.exists(owner)
    assert artifacts.list("vid") == []
    with pytest.raises(NotFound):
        artifacts.resolve(f"{owner}.1.audio.wav")


def test_a_manifest_that_is_no_json_is_refused(artifacts: Artifacts, tmp_path: Path) -> None:
    owner = new_id("nar")
    with pytest.raises(ValueError, match="JSON"):
        publish(artifacts, tmp_path, owner, duration=float("nan"))
    assert not artifacts.exists(owner)


def test_the_list_is_newest_first_by_kind(artifacts: Artifacts, tmp_path: Path) -> None:
    owners = []
    for _ in range(4):
        owners.append(new_id("nar"))
        publish(artifacts, tmp_path, owners[-1])
        time.sleep(0.002)  # ids tell milliseconds apart
    publish(artifacts, tmp_path, new_id("vid"))
    assert artifacts.list("nar") == owners[::-1]
    assert artifacts.list("nar", 2) == owners[::-1][:2]


def test_deleting_reports_every_file_and_leaves_the_others(artifacts: Artifacts, store: Store, tmp_path: Path) -> None:
    owner, other = new_id("nar"), new_id("nar")
    publish(artifacts, tmp_path, owner, 1)
    publish(artifacts, tmp_path, owner, 2)
    publish(artifacts, tmp_path, other)
    report = artifacts.delete(owner)
    assert report == sorted(
        f"narrations/{owner}/{version}/{name}" for version in (1, 2) for name in ("audio.wav", "manifest.json")
    )
    assert not artifacts.exists(owner)
    assert artifacts.delete(owner) == []
    assert artifacts.list("nar") == [other]
    assert store.list(f"narrations/{owner}/") == []


@pytest.mark.parametrize("owner", ["", "nar_", "../../x", "nar_../x", "log_01k", "\ud800", "nar", f"job_{'0' * 26}"])
def test_what_is_no_id_names_nothing(artifacts: Artifacts, owner: str) -> None:
    assert not artifacts.exists(owner)
    assert artifacts.delete(owner) == []
    with pytest.raises(NotFound):
        artifacts.manifest(owner)
    well_formed = f"{new_id('nar')}.1.-_-.wav"
    for file_id in (owner, f"{owner}.1.audio.wav", f"{owner}.1.../secret.key", well_formed):
        with pytest.raises(NotFound):
            artifacts.resolve(file_id)


def test_a_missing_thing_is_called_by_its_kind(artifacts: Artifacts) -> None:
    for kind, code in (("nar", "narration_not_found"), ("cap", "captions_not_found"), ("vid", "video_not_found")):
        with pytest.raises(NotFound) as caught:
            artifacts.manifest(new_id(kind))
        assert caught.value.code == code


def test_a_link_says_what_the_file_is(artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(artifacts, tmp_path, new_id("nar"))
    link = artifacts.link(stored, 'Meine "Rede" / 1.wav')
    assert link.file_id == stored.file_id
    assert (link.bytes, link.media_type, link.name) == (18, "audio/wav", "Meine _Rede_ _ 1.wav")
    assert link.url.startswith("http")
    with pytest.raises(NotFound):
        artifacts.link(StoredFile(stored.owner, 2, "audio.wav"), "x.wav")


def test_a_link_of_our_own_ends_after_an_hour(local_artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(local_artifacts, tmp_path, new_id("nar"))
    link = local_artifacts.link(stored, "x.wav")
    assert link.url.startswith(f"http://studio.test/files/{stored.file_id}?expires=")
    expires, _ = parts(link)
    assert 3590 < expires - time.time() <= 3600


def test_who_has_the_link_gets_the_file(local_artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(local_artifacts, tmp_path, new_id("nar"))
    served = local_artifacts.serve(stored.file_id, *parts(local_artifacts.link(stored, "x.wav")))
    assert served.path is not None
    assert served.path.read_bytes() == b"sound of version 1"
    assert (served.media_type, served.name) == ("audio/wav", "voicereel-audio.wav")


def test_an_upload_is_served_under_the_name_a_person_gave_it(local_artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(local_artifacts, tmp_path, new_id("up"), name="../Грüße\n.wav")
    served = local_artifacts.serve(stored.file_id, *parts(local_artifacts.link(stored, "x.wav")))
    assert served.name == "_Грüße.wav"


def test_a_link_to_another_file_or_version_does_not_open_this_one(local_artifacts: Artifacts, tmp_path: Path) -> None:
    owner = new_id("nar")
    first, second = publish(local_artifacts, tmp_path, owner, 1), publish(local_artifacts, tmp_path, owner, 2)
    expires, signature = parts(local_artifacts.link(first, "x.wav"))
    for file_id, moment in ((second.file_id, expires), (first.file_id, expires + 1)):
        with pytest.raises(InvalidRequest) as caught:
            local_artifacts.serve(file_id, moment, signature)
        assert caught.value.code == "link_invalid"


def test_a_link_to_a_deleted_file_finds_nothing(local_artifacts: Artifacts, tmp_path: Path) -> None:
    stored = publish(local_artifacts, tmp_path, new_id("nar"))
    expires, signature = parts(local_artifacts.link(stored, "x.wav"))
    local_artifacts.delete(stored.owner)
    with pytest.raises(NotFound):
        local_artifacts.serve(stored.file_id, expires, signature)


def test_a_store_without_files_is_not_served_by_us(signer: LinkSigner, tmp_path: Path) -> None:
    artifacts = Artifacts(MemoryStore(), signer)
    stored = publish(artifacts, tmp_path, new_id("nar"))
    with pytest.raises(StorageError) as caught:
        artifacts.serve(stored.file_id, *parts(artifacts.link(stored, "x.wav")))
    assert caught.value.code == "not_served_here"


def test_two_studios_see_each_others_things(tmp_path: Path, signer: LinkSigner) -> None:
    first, second = (Artifacts(LocalStore(tmp_path / "store"), signer) for _ in range(2))
    stored = publish(first, tmp_path, new_id("nar"), n=1)
    assert second.manifest(stored.owner)["n"] == 1
