"""What takes room, what is freed, and what a check of the library found, as the page shows it."""

from __future__ import annotations

from typing import Any

import pytest

from backend.errors import StorageError
from backend.requests import RoomKind
from tests.ui.desk_studio import NASTY, DeskStudio
from ui import room
from ui.room import Room
from ui.views import room as view


def kind(name: RoomKind, count: int, *freeable: tuple[int, int, int]) -> dict[str, Any]:
    ages = [{"older_than_days": days, "count": many, "bytes": size} for days, many, size in freeable]
    return {"kind": name, "count": count, "bytes": 5_000_000, "freeable": ages}


@pytest.fixture
def full(studio: DeskStudio) -> DeskStudio:
    studio.usage = {
        "kinds": [
            kind("videos", 3, (0, 3, 5_000_000), (30, 1, 2_000_000), (90, 0, 0)),
            kind("uploads", 2, (0, 0, 0), (30, 0, 0)),
            kind("takes", 0),
        ],
        "other_bytes": 0,
        "bytes": 10_000_000,
        "most_bytes": 0,
        "keeps": {"results_days": 0, "uploads_days": 0, "takes_days": 0, "jobs_days": 0},
    }
    return studio


def report(**changes: Any) -> dict[str, Any]:
    checked = {"things": 3, "files": 9, "bytes": 100}
    return {"checked": checked, "unproved": 0, "found": 0, "mended": 0, "problems": [], **changes}


def test_each_kind_says_how_much_it_takes_and_how_much_could_be_freed(full: DeskStudio) -> None:
    drawn = view.draw(room.look_at(full, {}))
    assert "10 MB are kept" in drawn and "Nothing goes by itself" in drawn
    assert "all that is not in use: 5.0 MB" in drawn and "older than 30 days: 2.0 MB" in drawn
    assert "older than 90 days" not in drawn
    assert "in use" in drawn.partition("Uploaded files")[2]
    assert "Spoken sentences" not in drawn


def test_what_goes_by_itself_and_the_bound_are_said(full: DeskStudio) -> None:
    full.usage = {**full.usage, "keeps": {"results_days": 30, "takes_days": 1}, "most_bytes": 2_000_000_000}
    drawn = view.draw(room.look_at(full, {}))
    assert "Results after 30 days, spoken sentences after 1 day go by themselves. Up to 2.0 GB may be kept." in drawn


def test_freeing_asks_once_more_and_says_what_came_of_it(full: DeskStudio) -> None:
    assert "data-delete-yes" in view.draw(room.look_at(full, {}))
    drawn = view.draw(room.free(full, {}, "videos", 30))
    assert full.asked("free_storage") == [{"kind": "videos", "older_than_days": 30}]
    assert "12 MB freed. 1 are shared or in use, and stay." in drawn


def test_a_check_runs_as_a_job_that_is_found_again_and_can_be_stopped(full: DeskStudio) -> None:
    full.state, full.results["check_library"] = "running", report()
    begun = room.check(full, {}, repair=False)
    assert begun.running and begun.remember() == {"job": "job_1"}
    assert "data-stop" in view.draw(begun)
    full.state = "done"
    assert "The library is whole: 3 things and 9 files were looked at." in view.draw(
        room.look_at(full, begun.remember())
    )
    full.state = "running"
    assert not room.stop(full, {"job": "job_1"}).running


def test_problems_are_told_safely_and_mended_where_that_can_be(full: DeskStudio) -> None:
    wrong = {
        "what": "damaged",
        "kind": "up",
        "id": "up_1",
        "file": NASTY,
        "said": NASTY,
        "hint": NASTY,
        "mended": False,
        "version": 2,
    }
    drawn = view.draw(Room(usage=full.usage, result=report(found=1, problems=[wrong])))
    assert "up_1 version 2 " in drawn
    assert "1 problem" in drawn and "data-repair" not in drawn and "<img src=x" not in drawn
    can = {**wrong, "hint": "It follows from the rest: repair writes it anew."}
    drawn = view.draw(Room(usage=full.usage, result=report(found=20, mended=1, problems=[can] * 19)))
    assert "data-repair" in drawn and "19 problems" in drawn and "1 mended" in drawn and "and 7 more" in drawn


def test_a_store_that_cannot_be_used_says_so(full: DeskStudio) -> None:
    full.refuse = StorageError("The store is out of reach.", hint="Wait.")
    assert "out of reach" in view.draw(room.look_at(full, {}))
