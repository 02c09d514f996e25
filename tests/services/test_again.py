"""Results made again from their manifests: the same bytes where engines allow it, and nothing taken on trust."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.errors import InvalidRequest, NotFound, StudioError
from backend.settings import Settings
from backend.studio import Studio

SCRIPT = "Every lighthouse keeper learns one rule first. [pause 0.4s] [voice am_puck] Never paint 3 doors in the fog."
Json = dict[str, Any]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("again"))) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def narration(studio: Studio) -> Json:
    made: Json = studio.call("generate_speech", {"script": SCRIPT, "engine": "silence", "audio_format": "flac"})
    return made


@pytest.fixture(scope="module")
def manifest(studio: Studio, narration: Json) -> Json:
    return manifest_of(studio, narration["narration_id"], 1)


def manifest_of(studio: Studio, owner: str, version: int = 1) -> Json:
    """As a caller gets it: by download_file."""
    link = studio.call("download_file", {"file_id": f"{owner}.{version}.manifest.json"})
    assert link["media_type"] == "application/json"
    manifest: Json = json.loads(studio.local_file(link["file_id"]).read_text())
    return manifest


def bytes_of(studio: Studio, link: Json) -> bytes:
    return studio.local_file(link["file_id"]).read_bytes()


def forget_takes(studio: Studio) -> None:
    shutil.rmtree(studio.settings.takes_of(""), ignore_errors=True)


def again(studio: Studio, manifest: Json | str) -> Json:
    made: Json = studio.call("make_again", {"manifest": manifest})
    return made


def test_a_narration_is_spoken_again_to_the_same_bytes(studio: Studio, narration: Json, manifest: Json) -> None:
    forget_takes(studio)
    made = again(studio, manifest)
    assert made["narration_id"] != narration["narration_id"] and made["version"] == 1 and made["warnings"] == []
    assert bytes_of(studio, made["audio"]) == bytes_of(studio, narration["audio"])
    assert made["words"] == narration["words"] and made["script"] == SCRIPT
    assert manifest_of(studio, made["narration_id"])["plan"] == manifest["plan"]


def test_a_manifest_is_named_by_the_result_by_one_of_its_files_or_by_an_upload(
    studio: Studio, narration: Json, manifest: Json, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(manifest))
    kept = studio.upload(tmp_path / "mine.json", "mine.json")
    for name in (narration["narration_id"], narration["timings"]["srt"]["file_id"], kept["file_id"]):
        assert again(studio, name)["words"] == narration["words"]


def test_a_changed_sentence_is_made_again_as_it_was_changed(studio: Studio) -> None:
    first = studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})
    changed = studio.call(
        "regenerate_sentence", {"narration_id": first["narration_id"], "index": 0, "text": "Hello there."}
    )
    assert again(studio, f"{first['narration_id']}.2.manifest.json")["words"] == changed["words"]
    assert again(studio, f"{first['narration_id']}.1.manifest.json")["words"] == first["words"]


def test_captions_that_somebody_edited_are_made_again(studio: Studio, narration: Json) -> None:
    captions = studio.call("make_captions", {"source": narration["narration_id"], "style": "karaoke_sweep"})
    cues = [{**captions["cues"][0], "text": "By hand", "words": []}, *captions["cues"][1:]]
    edited = studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": cues})
    made = again(studio, f"{edited['captions_id']}.2.manifest.json")
    assert made["captions_id"] != edited["captions_id"]
    for suffix, link in made["files"].items():
        assert bytes_of(studio, link) == bytes_of(studio, edited["files"][suffix])


def test_a_video_is_made_again_though_its_narration_is_gone_and_its_picture_was_brought_anew(
    studio: Studio, tmp_path: Path
) -> None:
    Image.new("RGB", (320, 320), (20, 90, 160)).save(tmp_path / "sea.png")
    sea = studio.upload(tmp_path / "sea.png", "sea.png")["file_id"]
    spoken = studio.call("generate_speech", {"script": SCRIPT, "engine": "silence"})["narration_id"]
    made = studio.call(
        "generate_captioned_video", {"narration_id": spoken, "background": sea, "sizes": ["256x256", "128x256"]}
    )
    manifest = manifest_of(studio, made["video_id"])
    studio.call("delete_narration", {"narration_id": spoken})
    studio.call("delete_file", {"file_id": sea})
    with pytest.raises(NotFound, match="SHA-256") as missing:
        again(studio, manifest)
    assert missing.value.code == "input_missing" and studio.call("list_jobs", {"state": "queued"})["jobs"] == []
    studio.upload(tmp_path / "sea.png", "another name.png")
    remade = again(studio, manifest)
    assert remade["warnings"] == [] and [video["size"] for video in remade["videos"]] == ["256x256", "128x256"]
    for old, new in zip(made["videos"], remade["videos"], strict=True):
        assert bytes_of(studio, new["file"]) == bytes_of(studio, old["file"])
    assert remade["narration"]["script"] == SCRIPT
    assert [one["cues"] for one in remade["captions"]] == [one["cues"] for one in made["captions"]]


def test_another_version_of_an_engine_or_of_ffmpeg_is_told(studio: Studio, manifest: Json) -> None:
    older = {**manifest, "engine_revisions": {"silence": "an-older-one"}}
    [warning] = again(studio, older)["warnings"]
    assert "an-older-one" in warning
    video = studio.call(
        "generate_captioned_video", {"script": "Hello.", "options": {"engine": "silence"}, "sizes": ["128x128"]}
    )
    [said] = again(studio, {**manifest_of(studio, video["video_id"]), "ffmpeg": "4.2"})["warnings"]
    assert "it was 4.2" in said


def changed(path: str, value: Any) -> Callable[[Json], None]:
    """Sets what stands at this path."""

    def change(manifest: Json) -> None:
        *places, last = path.split(".")
        at: Any = manifest
        for place in places:
            at = at[int(place) if place.isdigit() else place]
        at[last] = value

    return change


WRONG = {
    "no plan": (changed("plan", None), "invalid_manifest"),
    "no sentences": (changed("plan.sentences", []), "invalid_manifest"),
    "a word outside": (
        changed("plan.sentences.0.sentence.words", [{"text": "x", "spoken": [0, 9999]}]),
        "invalid_manifest",
    ),
    "words that overlap": (
        changed("plan.sentences.0.sentence.words", [{"text": "x", "spoken": [2, 5]}, {"text": "y", "spoken": [4, 6]}]),
        "invalid_manifest",
    ),
    "a long silence": (changed("plan.sentences.0.sentence.pause_after", 1e6), "invalid_manifest"),
    "a silence that is none": (changed("plan.lead", -1), "invalid_manifest"),
    "infinite speed": (changed("plan.sentences.0.sentence.speed", 1e308), "invalid_manifest"),
    "a voice of a path": (changed("plan.sentences.0.sentence.voice", "../../etc/passwd"), "unknown_voice"),
    "a voice that is gone": (changed("plan.sentences.0.sentence.voice", f"voice_{'0' * 26}"), "voice_not_found"),
    "an unknown engine": (changed("plan.sentences.0.engine", "../x"), "unknown_engine"),
    "an engine that is not there": (changed("plan.sentences.0.engine", "f5"), "voice_of_another_engine"),
    "an unknown option": (changed("plan.sentences.0.options", {"x": 1}), "invalid_options"),
    "an unknown language": (changed("plan.sentences.0.sentence.language", "xx"), "unknown_language"),
    "a format of a path": (changed("plan.audio_format", "../wav"), "invalid_manifest"),
    "a field too many": (changed("request.shell", "rm"), "invalid_manifest"),
    "half a character": (changed("request.script", "\ud800"), "invalid_manifest"),
    "IPA with markup": (changed("plan.sentences.0.sentence.pronunciations", [[0, 3, "<b>"]]), "invalid_manifest"),
    "a seed of letters": (changed("plan.sentences.0.seed", "x"), "invalid_manifest"),
    "too much to say": (changed("plan.sentences.0.sentence.text", "x" * 30_000), "invalid_manifest"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_manifest_that_somebody_changed_is_refused_before_anything_is_queued(
    studio: Studio, manifest: Json, case: str
) -> None:
    change, code = WRONG[case]
    given = copy.deepcopy(manifest)
    change(given)
    before = len(studio.call("list_jobs", {})["jobs"])
    with pytest.raises(StudioError) as refused:
        again(studio, given)
    assert refused.value.code == code
    assert len(studio.call("list_jobs", {})["jobs"]) == before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "not_made_here"),
        ({"made_by": {"operation": "rm"}}, "invalid_manifest"),
        ({"made_by": {"operation": "transcribe", "media": "/etc/passwd"}}, "input_missing"),
        ("nar_" + "0" * 26, "narration_not_found"),
        ("/etc/passwd", "file_not_found"),
        ({"cues": [], "style": "bold_pop", "size": "1x1"}, "invalid_size"),
        ({"cues": [], "style": "x", "size": "256x256"}, "unknown_style"),
        ({"videos": [], "request": {"background": "/etc/passwd"}}, "invalid_manifest"),
    ],
)
def test_what_is_no_manifest_is_named(studio: Studio, given: Any, code: str) -> None:
    with pytest.raises(StudioError) as refused:
        again(studio, given)
    assert refused.value.code == code


def test_an_upload_was_not_made_here_and_broken_json_is_told(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Hello.")
    (tmp_path / "broken.json").write_text('{"plan": ')
    (tmp_path / "deep.json").write_text("[" * 100_000)
    for name, code in (
        ("words.txt", "not_made_here"),
        ("broken.json", "invalid_manifest"),
        ("deep.json", "invalid_manifest"),
    ):
        kept = studio.upload(tmp_path / name, name)
        with pytest.raises(InvalidRequest) as refused:
            again(studio, kept["file_id"])
        assert refused.value.code == code
