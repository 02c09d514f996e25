"""Captions that were edited by hand are burned in as they are, whatever they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, NotFound
from backend.settings import Settings
from backend.studio import Studio
from tests.google_server import write_tones

SCRIPT = "Every lighthouse keeper learns one rule first. Never paint the door in the fog."
SMALL, WIDE = "256x256", "320x180"
Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("given"), hub_offline=True)) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def narration(studio: Studio) -> Json:
    made: Json = studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})
    return made


def edited(studio: Studio, source: Any, size: str = SMALL) -> Json:
    """Captions whose first word a person has changed."""
    made = studio.call("make_captions", {"source": source, "style": "karaoke_sweep", "size": size})
    first = made["cues"][0]
    first["text"] = first["text"].replace("Every", "Each")
    first["words"][0]["text"] = "Each"
    changed: Json = studio.call("update_captions", {"captions_id": made["captions_id"], "cues": made["cues"]})
    return changed


def looks(captions: Json) -> list[Any]:
    return [captions["cues"], captions["style"], captions["size"], captions["layout"]]


def said(captions: Json) -> str:
    return " ".join(" ".join(cue["text"].split()) for cue in captions["cues"])


def document(studio: Studio, captions: Json) -> str:
    return studio.local_file(captions["files"]["ass"]["file_id"]).read_text()


def test_they_are_burned_in_as_they_are_and_cut_anew_for_other_frames(studio: Studio, narration: Json) -> None:
    captions = edited(studio, narration["narration_id"])
    asked = {"narration_id": narration["narration_id"], "captions_id": captions["captions_id"], "sizes": [SMALL, WIDE]}
    made = studio.call("generate_captioned_video", asked)
    same, other = made["captions"]
    assert looks(same) == looks(captions) and document(studio, same) == document(studio, captions)
    assert same["captions_id"] != captions["captions_id"]  # deleting the video takes its own along
    assert (
        said(other).startswith("Each lighthouse keeper") and other["style"] == "karaoke_sweep" and other["size"] == WIDE
    )


def test_each_size_may_have_its_own(studio: Studio, narration: Json) -> None:
    both = [edited(studio, narration["narration_id"], size) for size in (SMALL, WIDE)]
    ids = [captions["captions_id"] for captions in both]
    asked = {"narration_id": narration["narration_id"], "captions_id": ids, "sizes": [WIDE, SMALL]}
    made = studio.call("generate_captioned_video", asked)
    assert [looks(captions) for captions in made["captions"]] == [looks(captions) for captions in reversed(both)]


def test_a_recording_with_captions_is_not_listened_to(studio: Studio, tmp_path: Path) -> None:
    write_tones(tmp_path / "said.wav", 16_000, 3.0, [0.5, 1.5])
    media = studio.upload(tmp_path / "said.wav", "said.wav")["file_id"]
    words = [{"text": text, "start": at, "end": at + 0.3} for text, at in (("Every", 0.5), ("tone", 1.5))]
    for word in words:
        word.update(confidence=1.0, source="aligned")
    captions = edited(studio, words)
    asked = {"audio": media, "captions_id": captions["captions_id"], "sizes": [SMALL], "background": "#204060"}
    estimate = studio.call("estimate", {"operation": "generate_captioned_video", "arguments": asked})
    assert not [said for said in estimate["warnings"] if "written down" in said]
    made = studio.call("generate_captioned_video", asked)
    assert looks(made["captions"][0]) == looks(captions) and made["narration"] is None
    assert made["videos"][0]["duration"] == pytest.approx(3.0, abs=0.1)
    again = studio.call("make_again", {"manifest": made["video_id"]})
    assert looks(again["captions"][0]) == looks(captions) and again["warnings"] == []
    files = [studio.local_file(one["videos"][0]["file"]["file_id"]).read_bytes() for one in (made, again)]
    assert files[0] == files[1]


def test_captions_that_are_edited_later_do_not_change_a_job_that_runs(studio: Studio, narration: Json) -> None:
    captions = edited(studio, narration["narration_id"])
    asked = {"narration_id": narration["narration_id"], "captions_id": captions["captions_id"], "sizes": [SMALL]}
    made = studio.call("generate_captioned_video", asked)
    studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "bold_pop"})
    again = studio.call("make_again", {"manifest": made["video_id"]})
    assert looks(again["captions"][0]) == looks(captions)


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        ({"script": "Hello."}, InvalidRequest, "invalid_source"),
        ({"captions_id": "cap_00000000000000000000000000"}, NotFound, "captions_not_found"),
        ({"captions_id": ["../../etc"]}, NotFound, "captions_not_found"),
        ({"captions_id": []}, InvalidRequest, "invalid_captions_id"),
    ],
)
def test_what_cannot_be_burned_is_refused_before_it_is_queued(
    studio: Studio, narration: Json, fields: Json, kind: type[Exception], code: str
) -> None:
    captions = studio.call("make_captions", {"source": narration["narration_id"], "size": SMALL})
    source = {} if "script" in fields else {"narration_id": narration["narration_id"]}
    asked = {**source, "captions_id": captions["captions_id"], "sizes": [SMALL], **fields}
    before = len(studio.call("list_jobs", {})["jobs"])
    with pytest.raises(kind) as refused:
        studio.call("generate_captioned_video", asked)
    assert getattr(refused.value, "code", "") == code and len(studio.call("list_jobs", {})["jobs"]) == before
