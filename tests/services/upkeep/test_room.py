"""What takes room is counted, and what nobody needs is freed: by hand, or after so many days."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from backend.errors import QuotaExceeded
from backend.requests import FreeStorage
from backend.services import quotas
from backend.services.upkeep.daily import DAY_SECONDS
from backend.services.upkeep.room import Room
from backend.settings import Settings
from backend.studio import Studio
from tests.services.upkeep.conftest import Made


def room(made: Made, days_later: float, **settings: int) -> Room:
    """The room as it is seen so many days later."""
    studio = made.studio
    changed = studio.settings.model_copy(update=settings)
    clock = time.time() + days_later * DAY_SECONDS
    return Room(studio.artifacts, studio._takes, studio.shares, studio.jobs, changed, "", lambda: clock)


def kinds(usage: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {kind["kind"]: kind for kind in usage["kinds"]}


def size_of_store(made: Made) -> int:
    return sum(path.stat().st_size for path in (made.home / "store").rglob("*") if path.is_file())


def test_what_takes_room_is_counted_to_the_byte(made: Made) -> None:
    usage = made.studio.call("storage_usage", {})
    by_kind = kinds(usage)
    assert {kind: entry["count"] for kind, entry in by_kind.items() if kind not in ("previews", "takes")} == {
        "videos": 1,
        "narrations": 1,
        "captions": 2,
        "uploads": 2,
        "transcripts": 0,
    }
    takes = sum(path.stat().st_size for path in (made.home / "takes").rglob("*") if path.is_file())
    assert by_kind["takes"]["bytes"] == takes > 0
    assert usage["bytes"] - takes == size_of_store(made)


def test_what_could_be_freed_is_what_is_freed(made: Made) -> None:
    usage = kinds(made.studio.call("storage_usage", {}))
    for kind in ("previews", "uploads", "captions", "videos", "narrations", "takes"):
        before = kinds(made.studio.call("storage_usage", {}))[kind]
        told = before["freeable"][0]
        tried = made.studio.call("free_storage", {"kind": kind, "older_than_days": 0, "dry_run": True})
        freed = made.studio.call("free_storage", {"kind": kind, "older_than_days": 0})
        assert (
            (freed["deleted"], freed["bytes"]) == (told["count"], told["bytes"]) == (tried["deleted"], tried["bytes"])
        )
        assert kinds(made.studio.call("storage_usage", {}))[kind]["count"] == before["count"] - freed["deleted"]
    assert usage["uploads"]["freeable"][0]["count"] == 1, "the other one is in the video"
    assert usage["captions"]["freeable"][0]["count"] == 1, "the other ones are the video's"
    assert usage["narrations"]["freeable"][0]["count"] == 0, "the video is made of it"
    assert kinds(made.studio.call("storage_usage", {}))["narrations"]["count"] == 0, "the video is gone"


def test_what_is_young_stays(made: Made) -> None:
    assert made.studio.call("free_storage", {"kind": "videos", "older_than_days": 1})["deleted"] == 0
    assert room(made, 2).free(FreeStorage(kind="videos", older_than_days=1))["deleted"] == 1


def test_results_go_after_the_days_that_are_set_and_not_before(made: Made) -> None:
    assert room(made, 9, keep_days=10).expire() == []
    assert len(room(made, 11, keep_days=10).expire()) == 6
    assert made.studio.library(10) == made.studio.call("list_files", {})["files"] == []
    assert made.studio.voices.shelf.exists(made.voice_id)


def test_without_days_everything_stays(made: Made) -> None:
    assert room(made, 36_000).expire() == []


def test_uploads_may_go_earlier_than_results_but_not_while_a_result_needs_them(made: Made) -> None:
    assert room(made, 11, keep_days=100, keep_uploads_days=10).expire() == [made.unused["file_id"].split(".")[0]]


def test_what_is_shared_stays_with_all_it_shows(made: Made) -> None:
    file_id = made.video["videos"][0]["file"]["file_id"]
    made.studio.call("share", {"file_id": file_id, "days": 7})
    gone = room(made, 11, keep_days=10).expire()
    assert made.video["video_id"] not in gone and made.upload["file_id"].split(".")[0] not in gone
    shown = made.studio.shares.find(made.studio.shared(file_id)["share_id"])
    assert shown and shown.captions and made.studio.shares.captions(shown).count("-->") > 0


def test_what_a_waiting_job_was_given_stays(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"video": made.unused["file_id"]}
    monkeypatch.setattr(made.studio.jobs, "in_hand", lambda tenant: {"job_" + "0" * 26: wanted})
    assert made.unused["file_id"].split(".")[0] not in room(made, 11, keep_days=10).expire()


def test_what_a_running_job_is_making_stays(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = f"job_{made.video['video_id'].split('_')[1]}"
    monkeypatch.setattr(made.studio.jobs, "in_hand", lambda tenant: {job_id: {}})
    assert room(made, 11, keep_days=10).free(FreeStorage(kind="videos", older_than_days=0))["deleted"] == 0


def test_sentences_that_nothing_used_for_so_long_go_and_are_spoken_again(working: Made) -> None:
    made = working
    takes = list((made.home / "takes").rglob("*.wav"))
    os.utime(takes[0], (0, 0))
    room(made, 0, keep_takes_days=5).expire()
    assert {path for path in takes if path.is_file()} == set(takes[1:])
    made.studio.call("generate_speech", {"script": "The fog came up. Nobody saw the door.", "engine": "silence"})
    assert len(list((made.home / "takes").rglob("*.wav"))) >= len(takes)


def test_a_sentence_that_is_used_is_young_again(working: Made) -> None:
    made = working
    for sound in (made.home / "takes").rglob("*.wav"):
        os.utime(sound, (0, 0))
    made.studio.call("generate_speech", {"script": "The fog came up.", "engine": "silence"})
    assert sum(sound.stat().st_mtime > 0 for sound in (made.home / "takes").rglob("*.wav")) == 1


def test_records_of_jobs_go_with_what_was_said_in_them(made: Made) -> None:
    assert len(made.studio.call("list_jobs", {})["jobs"]) == 3
    assert made.studio.jobs.erase_older(-60.0) == 3
    assert made.studio.call("list_jobs", {})["jobs"] == []
    assert not [path for path in made.home.glob("jobs.db*") if b"The fog came up" in path.read_bytes()]


def test_all_together_keep_so_much_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "LOOK_SECONDS", -1.0)
    (tmp_path / "words.txt").write_text("x" * 6000)
    with Studio(Settings(home=tmp_path / "home", max_kept_bytes=10_000)) as studio:
        studio.upload(tmp_path / "words.txt", "words.txt")
        with pytest.raises(QuotaExceeded):
            studio.upload(tmp_path / "words.txt", "words.txt")
        with pytest.raises(QuotaExceeded):
            studio.of("anna").upload(tmp_path / "words.txt", "words.txt")
        assert studio.call("storage_usage", {})["most_bytes"] == 10_000
