"""Videos rendered again take what did not change from those that are there, and from nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend import video
from backend.services import renders
from backend.settings import Settings
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.storage.memory import MemoryStore
from backend.studio import Studio
from backend.video import Metered, Prints

SCRIPT = "The fog came up before dawn. Nobody saw the door. It was red once, and then it was not. So it goes."
SIZE = "128x224"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("renders"))) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def narration_id(studio: Studio) -> str:
    return str(studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})["narration_id"])


@pytest.fixture(scope="module")
def first(studio: Studio, narration_id: str) -> Json:
    made: Json = studio.call("generate_captioned_video", {"narration_id": narration_id, "sizes": [SIZE]})
    return made


def entry_of(studio: Studio, made: Json) -> Json:
    link = studio.call("download_file", {"file_id": f"{made['video_id']}.1.manifest.json"})
    entry: Json = json.loads(studio.local_file(link["file_id"]).read_text())["videos"][0]
    return entry


def video_of(studio: Studio, made: Json) -> bytes:
    return studio.local_file(made["videos"][0]["file"]["file_id"]).read_bytes()


def thumbnail_of(studio: Studio, made: Json) -> bytes:
    return studio.local_file(made["videos"][0]["thumbnail"]["file_id"]).read_bytes()


def edited(studio: Studio, first: Json, narration_id: str) -> Json:
    """The same video with another last word."""
    captions = first["captions"][0]
    last = captions["cues"][-1]
    cues = [*captions["cues"][:-1], {**last, "text": f"{last['text']}!", "words": []}]
    studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": cues})
    wanted = {"narration_id": narration_id, "captions_id": captions["captions_id"], "sizes": [SIZE]}
    made: Json = studio.call("generate_captioned_video", wanted)
    return made


def test_one_changed_caption_costs_the_part_it_is_seen_in(studio: Studio, first: Json, narration_id: str) -> None:
    before = entry_of(studio, first)
    assert before["copied"] == 0 and len(before["parts"]) == -(-int(before["duration"] * 30) // 60)
    after = entry_of(studio, edited(studio, first, narration_id))
    assert after["copied"] >= len(before["parts"]) - 2 and after["copied"] < len(before["parts"])
    assert after["sound"] == before["sound"] and after["duration"] == before["duration"]


def test_the_same_video_again_is_there_already(studio: Studio, first: Json, narration_id: str) -> None:
    again = studio.call("generate_captioned_video", {"narration_id": narration_id, "sizes": [SIZE]})
    entry = entry_of(studio, again)
    assert again["video_id"] != first["video_id"] and entry["copied"] == len(entry["parts"])
    assert video_of(studio, again) == video_of(studio, first)


def test_a_video_that_was_deleted_is_not_needed(studio: Studio, narration_id: str) -> None:
    wanted = {"narration_id": narration_id, "sizes": [SIZE], "background": "#335577"}
    gone = studio.call("generate_captioned_video", wanted)
    bits = video_of(studio, gone)
    studio.delete_item("video", gone["video_id"])
    made = studio.call("generate_captioned_video", wanted)
    assert entry_of(studio, made)["copied"] == 0 and video_of(studio, made) == bits


def test_a_video_that_was_damaged_on_the_disk_is_not_used(studio: Studio, narration_id: str) -> None:
    wanted = {"narration_id": narration_id, "sizes": [SIZE], "background": "#557733"}
    made = studio.call("generate_captioned_video", wanted)
    path, bits = studio.local_file(made["videos"][0]["file"]["file_id"]), video_of(studio, made)
    damaged = bytearray(bits)
    damaged[len(damaged) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(damaged)
    again = studio.call("generate_captioned_video", wanted)
    assert entry_of(studio, again)["copied"] == 0 and video_of(studio, again) == bits


def test_the_small_picture_of_a_video_that_begins_as_an_earlier_one_is_taken_from_there(
    studio: Studio, first: Json, narration_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def thumbnail(*given: Any, **more: Any) -> Path:
        drawn.append(given)
        return video.thumbnail(*given, **more)

    monkeypatch.setattr("backend.services.videos.thumbnail", thumbnail)
    after = edited(studio, first, narration_id)
    assert drawn == [] and thumbnail_of(studio, after) == thumbnail_of(studio, first)
    begin, *others = first["captions"][0]["cues"]
    cues = [{**begin, "text": "Something else", "words": []}, *others]
    captions = {"captions_id": first["captions"][0]["captions_id"]}
    studio.call("update_captions", {**captions, "cues": cues})
    other = studio.call("generate_captioned_video", {"narration_id": narration_id, **captions, "sizes": [SIZE]})
    assert entry_of(studio, other)["copied"] and len(drawn) == 1
    assert thumbnail_of(studio, other) != thumbnail_of(studio, first)


def test_what_is_written_of_videos_may_be_anything(tmp_path: Path) -> None:
    kept = renders.Renders(Artifacts(MemoryStore(), LinkSigner(tmp_path, "http://studio.test")), tmp_path)
    entry = {
        "file_id": "../../x",
        "sha256": 1,
        "parts": ["a"],
        "sound": None,
        "loudness": None,
        "true_peak": 1,
        "whole": 5,
    }
    for text in ("", "[]", "{}", "[[1]]", '[{"file_id": "x"}]', "\xff", json.dumps([entry])):
        (tmp_path / f"{SIZE}.json").write_text(text, encoding="latin-1")
        assert kept.finder(SIZE, tmp_path)(Prints(("a",), "s")) is None


def test_only_so_much_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renders, "MOST_PARTS", 10)
    kept = renders.Renders(Artifacts(MemoryStore(), LinkSigner(tmp_path, "http://studio.test")), tmp_path)
    for number in range(6):
        file = (f"vid_{number}", "sha256")
        kept.keep(SIZE, file, file, Prints(tuple("abc"), str(number)), Metered(None, None), whole=True)
    assert [entry["sound"] for entry in json.loads((tmp_path / f"{SIZE}.json").read_text())] == ["3", "4", "5"]
