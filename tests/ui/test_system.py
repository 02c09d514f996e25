"""The engines as cards, and their installation as the page watches it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.engines import ENGINES
from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio
from ui.panels.system import install, watch
from ui.views import engines


def status(state: str, **changes: object) -> dict[str, object]:
    fields = {"job_id": "job_1", "state": state, "progress": 0.4, "message": NASTY, "seconds_left": 30, "details": {}}
    return {**fields, "queue_position": 0, "error": None, **changes}


def test_an_engine_says_what_it_is_good_for_what_it_forbids_and_what_it_takes() -> None:
    drawn = engines.draw([voice_values.engine()], {})
    for said in ("voice of your own", "2 languages", "may not be used commercially", "1.1 GB to fetch", "1.4 GB"):
        assert said in drawn
    assert "data-install" in drawn
    assert "data-delete" not in drawn


def test_an_engine_that_stands_in_for_another_says_for_which_and_where() -> None:
    card = voice_values.engine(stands_in_for="plain")
    plain = voice_values.engine(engine="plain", title="The plain one")
    assert "place of The plain one where a graphics card works" in engines.draw([plain, card], {})


def test_an_installed_engine_can_be_uninstalled_after_a_second_look() -> None:
    there = voice_values.engine(installed=True, weights="there")
    drawn = engines.draw([there], {})
    assert "data-delete-yes" in drawn
    assert "data-install" not in drawn
    assert "ready" in drawn


def test_an_engine_of_the_studio_itself_cannot_be_uninstalled() -> None:
    drawn = engines.draw([voice_values.engine(installed=True, environment=None, weights="there")], {})
    assert "data-delete" not in drawn


def test_an_installation_shows_its_progress_and_can_be_stopped() -> None:
    drawn = engines.draw([voice_values.engine()], {"f5": status("running")})
    assert "data-stop" in drawn
    assert "data-install" not in drawn
    assert "<img src=x" not in drawn


def test_a_failed_installation_says_why_and_can_be_tried_again() -> None:
    error = {"code": "disk_full", "message": "The disk is full.", "hint": "Delete something."}
    drawn = engines.draw([voice_values.engine()], {"f5": status("failed", error=error)})
    assert "disk_full" in drawn
    assert "data-install" in drawn


@pytest.mark.parametrize(("state", "goes_on"), [("running", True), ("done", False), ("failed", False)])
def test_an_installation_is_watched_until_it_ends(studio: DeskStudio, state: str, goes_on: bool) -> None:
    studio.results["install_engine"] = {**voice_values.engine(), "warnings": ["The hub cannot be reached."]}
    jobs = install(studio, {}, "f5")
    studio.state = state
    installs = watch(studio, jobs)
    assert (installs.running == {"f5": "job_1"}) is goes_on
    assert installs.warnings == (("The hub cannot be reached.",) if state == "done" else ())


def test_no_engine_is_named_in_the_page() -> None:
    folder = Path(engines.__file__).resolve().parent.parent
    names = "|".join(re.escape(name) for name in ENGINES if name != "silence")
    quoted = re.compile(rf"""["'`]({names})["'`]""", re.IGNORECASE)
    files = [path for path in folder.rglob("*") if path.suffix in (".py", ".js")]
    assert [str(path) for path in files if quoted.search(path.read_text(encoding="utf-8"))] == []
