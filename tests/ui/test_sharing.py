"""The page's own part in sharing and foreseeing, without a browser."""

from __future__ import annotations

import pytest

from tests.ui.desk_studio import DeskStudio
from ui.choices import Choices
from ui.foreseeing import foreseen, to_know
from ui.sharing import sharing
from ui.studio import Json


def test_the_dialog_looks_opens_and_takes_back(studio: DeskStudio) -> None:
    assert sharing(studio, {"do": "look", "file": "f"}) == {"page": {}}
    page = sharing(studio, {"do": "open", "file": "f", "days": 30})["page"]
    assert studio.asked("share") == [{"file_id": "f", "days": 30}] and page["url"].endswith(page["share_id"])
    assert sharing(studio, {"do": "look", "file": "f"}) == {"page": page}
    assert sharing(studio, {"do": "end", "file": "f", "share": page["share_id"]}) == {"page": {}}


@pytest.mark.parametrize("asked", [None, "x", [], {"do": "open", "file": "f", "days": "x"}])
def test_whatever_a_script_asks_is_answered(studio: DeskStudio, asked: object) -> None:
    assert set(sharing(studio, asked)) <= {"page", "error"}


@pytest.mark.parametrize(
    ("estimate", "said"),
    [
        ({"seconds": 12.2, "disk_bytes": 8_000_000, "warnings": []}, "about 12 s · 8.0 MB"),
        ({"seconds": None, "disk_bytes": 12_000_000, "warnings": ["Not <known>."]}, "about 12 MB"),
        ({"seconds": None, "disk_bytes": 0, "warnings": ["Too long."]}, ""),
    ],
)
def test_what_a_button_takes_is_said_in_a_line(studio: DeskStudio, estimate: Json, said: str) -> None:
    studio.estimate = estimate
    html = foreseen(studio, Choices(script="One two."))
    assert (said in html and "<known>" not in html) if said else html == ""
    assert foreseen(studio, Choices()) == ""


def test_what_is_not_known_is_said_once() -> None:
    unknown = [f"{what} on this machine yet, so nobody knows how long it takes." for what in ("One", "Two")]
    assert to_know({"warnings": ["No font has ☃.", *unknown]}) == [
        "No font has ☃.",
        "How long it takes is known after the first.",
    ]
    assert to_know({"warnings": []}) == []
