"""Captions are edited one change at a time, and only what changed is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest, NotFound
from backend.ids import new_id
from backend.jobs import JobContext
from backend.models import Word
from backend.requests import RealignCaptions
from backend.settings import Settings
from backend.studio import Studio
from backend.work import Work

TEXTS = ["one", "two", "three", "four", "five", "six"]
WORDS = [{"text": text, "start": n / 2, "end": n / 2 + 0.4} for n, text in enumerate(TEXTS)]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path)) as studio:
        yield studio


@pytest.fixture
def captions(studio: Studio) -> dict[str, Any]:
    made: dict[str, Any] = studio.call("make_captions", {"source": WORDS})
    return made


def test_an_edit_is_the_next_version_and_tells_what_changed(studio: Studio, captions: dict[str, Any]) -> None:
    told = studio.edit_captions(captions["captions_id"], 1, {"do": "rewrite", "index": 0, "text": "One two more"})
    assert (told["version"], told["first"], told["gone"], len(told["cues"])) == (2, 0, 1, 1)
    newest = studio.get_captions(captions["captions_id"])
    assert newest["cues"][0] == told["cues"][0]
    assert newest["cues"][1:] == captions["cues"][1:]
    assert studio.local_file(told["files"]["srt"]["file_id"]).read_text().count("One two") == 1


def test_an_edit_that_changes_nothing_makes_no_version(studio: Studio, captions: dict[str, Any]) -> None:
    told = studio.edit_captions(captions["captions_id"], 1, {"do": "replace", "find": "nowhere", "by": "x"})
    assert (told["version"], told["gone"], told["cues"], told["count"]) == (1, 0, [], 0)


def test_captions_that_were_changed_elsewhere_are_shown_and_left_alone(
    studio: Studio, captions: dict[str, Any]
) -> None:
    owner = captions["captions_id"]
    studio.edit_captions(owner, 1, {"do": "delete", "index": 0})
    told = studio.edit_captions(owner, 1, {"do": "delete", "index": 0})
    assert told["stale"] is True
    assert told["cues"] == studio.get_captions(owner)["cues"]
    assert studio.get_captions(owner)["version"] == 2


def test_of_edits_at_once_one_is_made(studio: Studio, captions: dict[str, Any]) -> None:
    owner = captions["captions_id"]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda n: studio.edit_captions(owner, 1, {"do": "delete", "index": 0}), range(4)))
    assert sum("stale" not in each for each in told) == 1
    assert studio.get_captions(owner)["version"] == 2


def test_an_earlier_version_comes_back_in_words_and_look(studio: Studio, captions: dict[str, Any]) -> None:
    owner = captions["captions_id"]
    studio.edit_captions(owner, 1, {"do": "delete", "index": 0})
    studio.call("update_captions", {"captions_id": owner, "style": "neon"})
    told = studio.restore_captions(owner, owner, 1)
    assert (told["version"], told["style"]) == (4, "bold_pop")
    assert studio.get_captions(owner)["cues"] == captions["cues"]
    with pytest.raises(NotFound):
        studio.restore_captions(owner, owner, 99)


def test_lines_of_an_edited_caption_are_broken_as_the_style_breaks_them(
    studio: Studio, captions: dict[str, Any]
) -> None:
    told = studio.edit_captions(
        captions["captions_id"], 1, {"do": "rewrite", "index": 0, "text": "lighthouse keepers everywhere"}
    )
    assert "\n" in told["cues"][0]["text"]


@pytest.mark.parametrize(
    "edit", [{}, {"do": "fly"}, {"do": "merge", "index": -1}, {"do": "nudge", "index": 0, "word": 0, "start": "nan"}]
)
def test_an_edit_that_is_none_is_refused(studio: Studio, captions: dict[str, Any], edit: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        studio.edit_captions(captions["captions_id"], 1, edit)
    assert refused.value.code == "invalid_edit"


def test_sound_is_asked_for_where_an_edit_goes_by_it(studio: Studio, captions: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match="no sound"):
        studio.edit_captions(captions["captions_id"], 1, {"do": "snap", "first": 0, "last": 0})


def test_a_realignment_that_is_run_again_after_a_crash_makes_no_second_version(
    studio: Studio, captions: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    captions_id, recorded = str(captions["captions_id"]), dict[str, Any]()

    def steps(name: str, action: Callable[[], Any]) -> Any:
        if name == "look":  # ended before the crash; the other one ended, too, but that was not written down
            recorded.setdefault(name, action())
            return recorded[name]
        return action()

    realignment = studio._realignment
    monkeypatch.setattr(
        realignment,
        "_heard_at",
        lambda asked, *_: [
            Word(text=word, start=n, end=n + 0.5, confidence=1, source="aligned") for n, word in enumerate(asked.words)
        ],
    )
    context = JobContext(new_id("job"), Work(), steps)
    for _ in range(2):
        assert realignment.realign(RealignCaptions(captions_id=captions_id), context) == {"captions_id": captions_id}
    assert studio.get_captions(captions_id)["version"] == 2
