"""What is old goes, what is shared, needed or in use never does, and what stays still opens."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.errors import NotFound
from backend.requests import CheckLibrary, FreeStorage, RoomKind
from backend.services.upkeep.daily import DAY_SECONDS
from backend.services.upkeep.room import Room
from backend.studio import Studio
from backend.work import Work
from tests.proofs.scale import Scale

_ID = re.compile(r"(?:nar|cap|vid|up|tra|ali)_[0-9a-z]{26}")
KINDS: tuple[RoomKind, ...] = ("videos", "narrations", "captions", "uploads", "previews", "takes")
Record = Callable[[str, object], None]


def manifests(store: Path) -> dict[str, list[str]]:
    """The text of every manifest, by the id it is of."""
    found: dict[str, list[str]] = {}
    for path in store.rglob("manifest.json"):
        found.setdefault(path.parent.parent.name, []).append(path.read_text())
    return found


def aged(studio: Studio, chance: random.Random) -> dict[str, int]:
    """Give everything an age of its own, in days, by what its newest manifest says; ages by id."""
    ages: dict[str, int] = {}
    for path in sorted((studio.settings.home / "store").rglob("manifest.json")):
        owner = path.parent.parent.name
        if owner.startswith("share_"):
            continue
        ages.setdefault(owner, chance.randrange(200))
        moment = time.gmtime(time.time() - ages[owner] * DAY_SECONDS)
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "created_at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", moment)}))
    return ages


def still_needed(store: Path, start: set[str], known: set[str]) -> set[str]:
    """All that these lead to, read from the files alone."""
    texts, found, left = manifests(store), set[str](), list(start)
    while left:
        owner = left.pop()
        if owner in known and owner not in found:
            found.add(owner)
            versions = sorted(texts.get(owner, []), key=lambda text: json.loads(text).get("version", 1))
            left += _ID.findall(versions[-1]) if versions else []
    return found


def shown(store: Path) -> set[str]:
    """The files of shared pages."""
    return {json.loads(path.read_text())["file_id"] for path in (store / "shares").rglob("manifest.json")}


def shared(store: Path) -> set[str]:
    return {_owner(file_id) for file_id in shown(store)}


def open_everything(studio: Studio) -> int:
    """Every thing that is listed has to open, with all its files; how many there were."""
    items = studio.library(1000)
    assert not [item for item in items if item.get("damaged")]
    for item in items:
        opened = studio.open_item(item["kind"], item["id"])
        if item["kind"] == "video":
            assert len(opened["captions"]) == len(opened["videos"])
            assert studio.call("get_video_info", {"video": opened["videos"][0]["file"]["file_id"]})["duration"] > 0
    for share_id in studio.shares.files():
        assert studio.shares.find(share_id)
    return len(items)


def test_what_goes_by_itself_is_what_nothing_that_stays_needs(
    studio: Studio, scale: Scale, record_property: Record
) -> None:
    store, chance = studio.settings.home / "store", random.Random(11)
    ages = aged(studio, chance)
    gone, wrong, days = set[str](), set[str](), [150, 90, 30, 7, 1]
    for keep in days if scale.full else days[1:4]:
        known = {owner for owner in ages if owner.split("_")[0] in ("vid", "nar", "cap", "up")} - gone
        young = {owner for owner in known if ages[owner] < keep}
        right = known - still_needed(store, young | shared(store), known)
        settings = studio.settings.model_copy(update={"keep_days": keep})
        room = Room(studio.artifacts, studio._takes, studio.shares, studio.jobs, settings, "")
        deleted = set(room.expire())
        wrong |= deleted ^ right
        gone |= deleted
        assert all(not studio.artifacts.exists(owner) for owner in deleted)
        left = open_everything(studio)
    assert studio._checking.run(CheckLibrary(), Work())["found"] == 0
    record_property("things", len(ages))
    record_property("deleted", len(gone))
    record_property("opened at last", left)
    record_property("wrongly deleted or kept", len(wrong))
    assert wrong == set()


def test_what_is_freed_by_hand_is_counted_to_the_byte_and_leaves_everything_else_whole(
    studio: Studio, record_property: Record
) -> None:
    aged(studio, random.Random(12))
    freed = 0
    for days in (120, 60, 0):
        for kind in KINDS:
            before = _bytes(studio.settings.home)
            told = studio._room.free(FreeStorage(kind=kind, older_than_days=days, dry_run=True))
            assert _bytes(studio.settings.home) == before
            done = studio._room.free(FreeStorage(kind=kind, older_than_days=days))
            assert done == told and before - _bytes(studio.settings.home) == done["bytes"]
            freed += done["bytes"]
        assert studio._checking.run(CheckLibrary(), Work())["found"] == 0
        open_everything(studio)
    kept = shown(studio.settings.home / "store")
    for file_id in kept:
        studio.artifacts.resolve(file_id)
    assert len(studio.voices.own()) > 0
    record_property("bytes freed", freed)
    record_property("shared files that stayed", len(kept))


def test_what_jobs_that_wait_were_given_stays(studio: Studio, record_property: Record) -> None:
    store = studio.settings.home / "store"
    uploads = [file["file_id"] for file in studio.call("list_files", {})["files"]]
    waiting, free = set(uploads[::2]), set(uploads[1::2])
    for file_id in waiting:
        studio.jobs.submit("merge_videos", {"videos": [file_id], "options": {"x": [{"y": file_id}]}})
    for kind in KINDS[0], KINDS[3]:
        studio._room.free(FreeStorage(kind=kind, older_than_days=0))
    for file_id in waiting:
        studio.artifacts.resolve(file_id)
    left = "".join(text for owner, texts in manifests(store).items() if owner[:3] != "up_" for text in texts)
    gone = [file_id for file_id in free if _owner(file_id) not in left]
    for file_id in gone:
        with pytest.raises(NotFound):
            studio.artifacts.resolve(file_id)
    record_property("files that jobs wait for", len(waiting))
    record_property("others that went", len(gone))


def _owner(file_id: str) -> str:
    return file_id.split(".")[0]


def _bytes(home: Path) -> int:
    places = (home / "store", home / "takes")
    return sum(path.stat().st_size for place in places for path in place.rglob("*") if path.is_file())
