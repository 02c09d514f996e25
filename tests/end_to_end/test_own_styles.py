"""Caption styles of people's own: kept, used by every operation that takes a style, and each tenant's alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import handle_file

from backend.errors import InvalidRequest, NotFound, StudioError
from backend.services import styles
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.end_to_end.own_voices import bring
from tests.end_to_end.test_key import get
from tests.end_to_end.test_tenants import Caller

KEYS = {"STUDIO_API_KEY": "the-key-of-the-host-1", "STUDIO_API_KEYS": "anna:the-key-of-anna-1,ben:the-key-of-ben-22"}
MINE: dict[str, Any] = {
    "title": "Mine",
    "font": "Anton",
    "size": 0.1,
    "highlight": "box",
    "accent": ["#12AB34"],
    "rules": {"max_characters": 16, "max_lines": 1, "max_words": 2},
}
SPEECH = {"script": "The fog came up before the boat was in.", "engine": "silence"}
SHORT = {"script": "The fog came up.", "sizes": ["96x128", "128x96"], "options": {"engine": "silence"}}


@pytest.fixture(scope="module")
def narration(studio: Studio) -> str:
    return str(studio.call("generate_speech", SPEECH)["narration_id"])


@pytest.fixture
def own(studio: Studio) -> Iterator[str]:
    """A style of one's own, gone afterwards."""
    name = str(studio.call("save_caption_style", {"style": MINE})["name"])
    yield name
    if any(style["name"] == name for style in studio.call("list_caption_styles", {})["styles"]):
        studio.call("delete_caption_style", {"style_id": name})


def drawn(studio: Studio, captions: dict[str, Any]) -> str:
    """The captions' file as it is burned in."""
    return studio.local_file(captions["files"]["ass"]["file_id"]).read_text(encoding="utf-8")


def refused(studio: Studio, operation: str, **arguments: Any) -> StudioError:
    with pytest.raises(StudioError) as error:
        studio.call(operation, arguments)
    return error.value


def test_a_saved_style_is_listed_after_those_that_come_with_the_studio(studio: Studio, own: str) -> None:
    listed = studio.call("list_caption_styles", {})["styles"]
    assert [style["own"] for style in listed] == [False] * (len(listed) - 1) + [True]
    assert listed[-1]["name"] == own and listed[-1]["title"] == "Mine" and listed[-1]["accent"] == ["#12AB34"]


def test_captions_videos_and_estimates_take_the_id_where_a_name_is_taken(
    studio: Studio, own: str, narration: str
) -> None:
    captions = studio.call("make_captions", {"source": narration, "style": own})
    assert captions["style"] == own and captions["own_style"]["accent"] == ["#12AB34"]
    assert all(len(cue["words"]) <= 2 for cue in captions["cues"])
    assert "&H34AB12&" in drawn(studio, captions)
    changed = studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "bold_pop"})
    assert changed["own_style"] is None
    changed = studio.call("update_captions", {"captions_id": captions["captions_id"], "style": own})
    assert changed["style"] == own and drawn(studio, changed) == drawn(studio, captions)
    asked = {"operation": "generate_captioned_video", "arguments": {**SHORT, "captions_style": own}}
    assert not [said for said in studio.call("estimate", asked)["warnings"] if "style" in said]
    video = studio.call("generate_captioned_video", {**SHORT, "captions_style": own})
    assert [made["style"] for made in video["captions"]] == [own, own]
    assert "&H34AB12&" in drawn(studio, video["captions"][0])


def test_what_was_made_with_a_style_stays_as_it_was_when_the_style_changes_or_goes(
    studio: Studio, own: str, narration: str
) -> None:
    captions = studio.call("make_captions", {"source": narration, "style": own})
    before = drawn(studio, captions)
    changed = studio.call("save_caption_style", {"style_id": own, "style": {**MINE, "accent": ["#FF0000"]}})
    assert (changed["name"], changed["version"]) == (own, 2)
    studio.call("delete_caption_style", {"style_id": own})
    moved = studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": captions["cues"]})
    assert drawn(studio, moved) == before and moved["own_style"] == captions["own_style"]
    assert studio.call("preview_captions", {"captions_id": captions["captions_id"], "time": 0.5})["bytes"] > 1000
    assert refused(studio, "make_captions", source=narration, style=own).code == "unknown_style"
    assert refused(studio, "delete_caption_style", style_id=own).code == "style_not_found"


def test_a_video_is_made_again_in_a_style_that_is_no_longer_there(studio: Studio, own: str) -> None:
    video = studio.call("generate_captioned_video", {**SHORT, "captions_style": own})
    studio.call("delete_caption_style", {"style_id": own})
    again = studio.call("make_again", {"manifest": video["video_id"]})
    for made, remade in zip(video["captions"], again["captions"], strict=True):
        assert drawn(studio, remade) == drawn(studio, made) and remade["style"] == own
    captions = studio.call("make_again", {"manifest": video["captions"][0]["captions_id"]})
    assert drawn(studio, captions) == drawn(studio, video["captions"][0])


def test_a_video_that_waits_keeps_its_style_when_that_is_deleted(studio: Studio, own: str) -> None:
    asked = {"operation": "generate_captioned_video", "arguments": {**SHORT, "captions_style": own}}
    job = studio.call("submit_job", asked)["job_id"]
    studio.call("delete_caption_style", {"style_id": own})
    while (state := studio.call("job_status", {"job_id": job})["state"]) in ("queued", "running"):
        time.sleep(0.2)
    assert state == "done"
    video = studio.call("job_result", {"job_id": job})
    assert "&H34AB12&" in drawn(studio, video["captions"][0])


def test_a_whole_style_may_be_given_instead_of_a_name(studio: Studio, narration: str) -> None:
    captions = studio.call("make_captions", {"source": narration, "style": {**MINE, "name": "bold_pop"}})
    assert captions["style"] == "custom" and captions["own_style"]["font"] == "Anton"
    again = studio.call("update_captions", {"captions_id": captions["captions_id"], "layout": {"max_words": 1}})
    assert again["own_style"] == captions["own_style"] and "&H34AB12&" in drawn(studio, again)


def test_an_entry_of_the_list_can_be_changed_and_saved_and_a_saved_file_brought_back(
    studio: Studio, own: str, tmp_path: Path
) -> None:
    entry = next(style for style in studio.call("list_caption_styles", {})["styles"] if style["name"] == own)
    file = studio.local_file(studio.call("download_file", {"file_id": entry["file_id"]})["file_id"])
    (tmp_path / "mine.json").write_bytes(file.read_bytes())
    brought = studio.call("save_caption_style", {"style": bring(studio, tmp_path / "mine.json"), "title": "Brought"})
    twin = studio.call("save_caption_style", {"style": {**entry, "title": "Twin"}})
    assert len({own, brought["name"], twin["name"]}) == 3
    differ = {"style_id", "name", "title", "file_id", "version"}
    for one in (brought, twin):
        assert {k: v for k, v in one.items() if k not in differ} == {k: v for k, v in entry.items() if k not in differ}
        studio.call("delete_caption_style", {"style_id": one["name"]})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"size": 40}, "size: "),
        ({"font": "Comic Sans"}, "font: 'Comic Sans' is neither a bundled caption font"),
        ({"color": "white"}, "color: "),
        ({"accent": []}, "accent: "),
        ({"accent": ["#12AB34", "{\\p1}"]}, "accent.1: "),
        ({"highlight": "explode"}, "highlight: "),
        ({"outline": 2}, "outline: "),
        ({"shadow": {"blur": 50}}, "shadow.blur: "),
        ({"plate": {"padding": -1}}, "plate.padding: "),
        ({"rules": {**MINE["rules"], "max_words": 9000}}, "rules.max_words: "),
        ({"rules": {**MINE["rules"], "min_seconds": 3, "max_seconds": 1}}, "rules: min_seconds must not be over"),
        ({"rules": None}, "rules: "),
        ({"wobble": 1}, "wobble: there is no such field"),
        ({"title": " "}, "no title"),
    ],
)
def test_each_field_that_is_wrong_is_named(studio: Studio, change: dict[str, Any], told: str) -> None:
    error = refused(studio, "save_caption_style", style={**MINE, **change})
    assert error.code == "invalid_style" and told in error.message and isinstance(error, InvalidRequest)


def test_several_faults_are_told_at_once(studio: Studio) -> None:
    message = refused(studio, "save_caption_style", style={**MINE, "size": 9, "color": "red", "font": 3}).message
    assert all(f"{field}: " in message for field in ("size", "color", "font"))


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b"null",
        b'"bold_pop"',
        b"[" * 10_000,
        b'{"title": "' + b"x" * 30_000 + b'"}',
        b'{"size": NaN}',
        json.dumps({**MINE, "title": "\ud800"}).encode(),
        b"{}",
    ],
)
def test_a_broken_or_hostile_file_is_refused(studio: Studio, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "style.json").write_bytes(content)
    error = refused(studio, "save_caption_style", style=bring(studio, tmp_path / "style.json"))
    assert error.code == "invalid_style" and len(str(error)) < 1500


def test_those_that_come_with_the_studio_stay_as_they_are(studio: Studio) -> None:
    for operation in ("save_caption_style", "delete_caption_style"):
        given = {"style": MINE} if operation.startswith("save") else {}
        assert isinstance(refused(studio, operation, style_id="bold_pop", **given), NotFound)


def test_nobody_keeps_more_styles_than_fit_a_list(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styles, "MAX_STYLES", 1)
    with Studio(Settings(home=home / "few", hub_offline=True)) as studio:
        name = studio.call("save_caption_style", {"style": MINE})["name"]
        assert refused(studio, "save_caption_style", style=MINE).code == "too_many_styles"
        assert studio.call("save_caption_style", {"style": MINE, "style_id": name})["version"] == 2


def test_captions_know_who_says_what_and_a_style_gives_each_a_colour(studio: Studio) -> None:
    script = "[voice af_heart] Who is there? [voice am_puck] It is me. [voice af_heart] Come in then."
    spoken = studio.call("generate_speech", {"script": script, "engine": "silence"})
    captions = studio.call("make_captions", {"source": spoken["narration_id"], "style": "podcast"})
    assert [cue["speaker"] for cue in captions["cues"]] == ["af_heart", "am_puck", "af_heart"]
    lines = [line for line in drawn(studio, captions).splitlines() if line.startswith("Dialogue: 3")]
    told = {word: "&H4DD3FF&" in line for line in lines for word in ("there?", "me.", "then.") if word in line}
    assert told == {"there?": True, "me.": False, "then.": True}
    restyled = studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "one_big_word"})
    restyled = studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "podcast"})
    assert restyled["cues"] == captions["cues"]
    alone = studio.call("make_captions", {"source": studio.call("generate_speech", SPEECH)["narration_id"]})
    assert {cue["speaker"] for cue in alone["cues"]} == {""}


def test_a_word_that_somebody_marks_is_emphasised_and_stays_so(studio: Studio, narration: str) -> None:
    captions = studio.call("make_captions", {"source": narration, "style": "spotlight"})
    cues = captions["cues"]
    cues[0]["words"][1]["emphasis"] = True
    marked = studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": cues})
    assert "&HFFE58F&" in drawn(studio, marked) and "&HFFE58F&" not in drawn(studio, captions)
    other = studio.call("update_captions", {"captions_id": captions["captions_id"], "style": "bold_pop"})
    assert [word["text"] for cue in other["cues"] for word in cue["words"] if word["emphasis"]] == ["fog"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    port = free_port()
    with serve(make_home(tmp_path_factory.mktemp("shared")), port, **KEYS):
        yield f"http://127.0.0.1:{port}"


def test_another_tenant_neither_sees_nor_uses_a_style(shared: str, tmp_path: Path) -> None:
    anna, ben = (Caller(shared, key) for key in ("the-key-of-anna-1", "the-key-of-ben-22"))
    (tmp_path / "mine.json").write_text(json.dumps(MINE), encoding="utf-8")
    kept = anna("save_caption_style", style=handle_file(str(tmp_path / "mine.json")))
    assert kept["own"] and kept["name"] in [style["name"] for style in anna("list_caption_styles")["styles"]]
    spoken = anna("generate_speech", **SPEECH)["narration_id"]
    captions = anna("make_captions", source=spoken, style=kept["name"])
    assert captions["own_style"]["accent"] == ["#12AB34"]
    link = anna("download_file", file_id=kept["file_id"])["url"]
    assert json.loads(get(link)[1])["title"] == "Mine"
    theirs = ben("generate_speech", **SPEECH)["narration_id"]
    for other, narration in ((ben, theirs), (Caller(shared, KEYS["STUDIO_API_KEY"]), None)):
        assert not [style for style in other("list_caption_styles")["styles"] if style["own"]]
        assert other.refused("delete_caption_style", style_id=kept["name"]) == "style_not_found"
        changed = {"style": MINE, "style_id": kept["name"]}
        assert other.refused("save_caption_style", **changed) == "style_not_found"
        assert other.refused("download_file", file_id=kept["file_id"]) == "file_not_found"
        assert other.refused("save_caption_style", style=kept["file_id"]) == "file_not_found"
        video = {"script": "Hi.", "captions_style": kept["name"]}
        assert other.refused("generate_captioned_video", **video) == "unknown_style"
        if narration:
            assert other.refused("make_captions", source=narration, style=kept["name"]) == "unknown_style"
    assert anna("delete_caption_style", style_id=kept["name"])["deleted"]
