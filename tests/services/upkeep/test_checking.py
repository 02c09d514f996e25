"""Everything that can happen to what is kept is found, and mended where it can be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.errors import ManifestDamaged
from backend.fronts.cli import main
from backend.requests import CheckLibrary
from backend.work import Work
from tests.services.upkeep.conftest import Made

OLD = 10 * 24 * 3600


def check(made: Made, **asked: bool) -> dict[str, Any]:
    return made.studio._checking.run(CheckLibrary(**asked), Work())


def flip(path: Path) -> None:
    """Change one byte in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)


def told(report: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(one["what"], one["kind"], one["mended"]) for one in report["problems"]]


def manifest_of(made: Made, owner: str, version: int = 1) -> Path:
    return made.stored(f"{owner}.{version}.manifest.json")


def test_a_whole_library_has_no_problems_and_every_file_was_compared(made: Made) -> None:
    report = check(made)
    files = [path for path in (made.home / "store").rglob("*") if path.is_file()]
    takes = list((made.home / "takes").rglob("*.wav"))
    assert (report["found"], report["unproved"]) == (0, 0)
    assert report["checked"]["files"] == len(files) + len(takes)


@pytest.mark.parametrize("spoil", [flip, Path.unlink], ids=["changed", "gone"])
def test_texts_are_written_anew_from_what_they_follow_from(made: Made, spoil: Callable[[Path], None]) -> None:
    for file in (made.narration["timings"]["srt"], made.captions["files"]["ass"]):
        path = made.stored(file["file_id"])
        before = path.read_bytes()
        spoil(path)
        found = check(made)
        assert found["found"] == 1 and not found["mended"] and "repair" in found["problems"][0]["hint"]
        assert check(made, repair=True)["mended"] == 1
        assert path.read_bytes() == before
        assert check(made)["found"] == 0


@pytest.mark.parametrize("spoil", [flip, Path.unlink], ids=["changed", "gone"])
def test_sound_and_pictures_that_are_not_what_was_written_are_told_and_never_deleted(
    made: Made, spoil: Callable[[Path], None]
) -> None:
    files = [made.narration["audio"], made.video["videos"][0]["file"], made.upload]
    for file in files:
        spoil(made.stored(file["file_id"]))
    report = check(made, repair=True)
    what = "damaged" if spoil is flip else "missing"
    assert sorted(told(report)) == [(what, kind, False) for kind in ("nar", "up", "vid")]
    assert all(one["hint"] for one in report["problems"])
    named = {f"{one['id']}.{one['version']}.{one['file']}" for one in report["problems"]}
    assert named == {file["file_id"] for file in files}
    assert check(made, repair=True)["found"] == 3


def test_only_a_deep_look_reads_what_is_in_the_files(made: Made) -> None:
    flip(made.stored(made.upload["file_id"]))
    assert check(made, deep=False)["found"] == 0
    made.stored(made.unused["file_id"]).unlink()
    assert check(made, deep=False)["found"] == 1


def test_a_record_that_cannot_be_read_takes_nothing_else_down(made: Made) -> None:
    manifest_of(made, made.narration["narration_id"], 2).write_bytes(b'{"narr')
    for owner in (made.upload["file_id"].split(".")[0], made.captions["captions_id"]):
        manifest_of(made, owner).write_bytes(b"\xff")
    assert [one["kind"] for one in made.studio.library(10) if one.get("damaged")] == ["video", "narration"]
    assert made.studio.call("list_narrations", {})["narrations"] == []
    assert [file["name"] for file in made.studio.call("list_files", {})["files"]] == ["words.txt"]
    kinds = [kind for what, kind, mended in sorted(told(check(made, repair=True))) if not mended]
    assert kinds == ["cap", "nar", "up"]
    with pytest.raises(ManifestDamaged, match="backup"):
        made.studio.call("get_narration", {"narration_id": made.narration["narration_id"]})
    manifest_of(made, made.video["video_id"]).write_bytes(b"[]")
    for kind, owner in (("video", made.video["video_id"]), ("narration", made.narration["narration_id"])):
        made.studio.delete_item(kind, owner)
    assert made.studio.library(10) == []


def test_a_studio_starts_whatever_record_is_damaged(made: Made) -> None:
    for manifest in (made.home / "store" / "made").rglob("manifest.json"):
        manifest.write_bytes(b"\0")
    made.studio._delete_outdated()
    report = check(made, repair=True)
    assert report["found"] == report["mended"] > 0
    assert check(made)["found"] == 0


def test_what_was_cut_off_while_it_was_made_goes_after_a_day_and_not_before(made: Made) -> None:
    manifest = manifest_of(made, made.unused["file_id"].split(".")[0])
    manifest.unlink()
    assert check(made, repair=True)["found"] == 0
    (left,) = manifest.parent.iterdir()
    age(left)
    assert told(check(made)) == [("orphan", "up", False)]
    assert told(check(made, repair=True)) == [("orphan", "up", True)]
    assert not left.exists() and check(made)["found"] == 0


def test_half_files_of_killed_processes_go_after_an_hour_and_not_before(made: Made) -> None:
    drafts = [
        made.home / "store" / "videos" / ".video.mp4.0123456789abcdef.part",
        made.home / "outbox" / "x" / ".y.fedcba9876543210.part",
    ]
    for draft in drafts:
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(b"half")
    assert check(made, repair=True)["found"] == 0
    for draft in drafts:
        age(draft)
    assert told(check(made, repair=True)) == [("orphan", "draft", True)] * 2
    assert not any(draft.exists() for draft in drafts)


def test_a_spoken_sentence_that_was_changed_is_spoken_again(made: Made) -> None:
    first, second, *_ = (made.home / "takes").rglob("*.wav")
    flip(first)
    second.write_bytes(b"RIFF")
    assert told(check(made, repair=True)) == [("damaged", "take", True)] * 2
    assert not first.exists() and not second.exists()


def test_a_voice_whose_recording_was_changed_or_is_gone_is_told(made: Made) -> None:
    flip(made.studio.voices.shelf.clip(made.voice_id))
    assert told(check(made, repair=True)) == [("damaged", "voice", False)]
    made.studio.voices.shelf.clip(made.voice_id).unlink()
    assert told(check(made, repair=True)) == [("missing", "voice", False)]
    (made.home / "voices" / made.voice_id / "1.json").write_bytes(b"{")
    assert told(check(made, repair=True)) == [("damaged", "voice", False)]


def test_a_page_that_shows_nothing_any_more_is_closed(made: Made) -> None:
    made.studio.call("share", {"file_id": made.upload["file_id"]})
    made.studio.call("delete_file", {"file_id": made.upload["file_id"]})
    assert ("orphan", "share", True) in told(check(made, repair=True))
    assert made.studio.shares.files() == {}


def test_a_video_whose_captions_are_gone_still_opens(made: Made) -> None:
    made.studio.artifacts.delete(made.video["captions"][0]["captions_id"])
    assert told(check(made)) == [("missing", "vid", False)]
    opened = made.studio.open_item("video", made.video["video_id"])
    assert opened["captions"] == [] and len(opened["videos"]) == 1


def test_the_command_says_it_in_lines_and_by_its_status(
    made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flip(made.stored(made.narration["timings"]["srt"]["file_id"]))
    made.studio.close()
    monkeypatch.setenv("STUDIO_HOME", str(made.home))
    assert main(["check-library"]) == 1
    assert "damaged nar_" in capsys.readouterr().out
    assert main(["check-library", "--repair"]) == 0
    assert main(["check-library", "--quick"]) == 0
    assert "0 problems" in capsys.readouterr().out


def test_older_results_without_sums_are_said_to_be_unproved(made: Made) -> None:
    path = manifest_of(made, made.upload["file_id"].split(".")[0])
    manifest = json.loads(path.read_text())
    del manifest["sums"]
    path.write_text(json.dumps(manifest))
    report = check(made)
    assert (report["found"], report["unproved"]) == (0, 1)


def age(path: Path) -> None:
    long_ago = path.stat().st_mtime - OLD
    os.utime(path, (long_ago, long_ago))
