"""Two takes of a sentence side by side, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio, link, narration
from ui.comparing import begun, dressed, keeping
from ui.desk import Desk
from ui.panels.jobs import compare_blind, keep, respeak
from ui.show import Show, show_narration
from ui.studio import Json
from ui.views import progress

MINE = voice_values.voice(engine="one", engines=["one", "two", "absent"])
ENGINES = [
    voice_values.engine(engine="one", title="Engine One", installed=True),
    voice_values.engine(engine="two", title=NASTY, installed=True),
    voice_values.engine(engine="absent", title="Absent", installed=False),
]


class TakesStudio(DeskStudio):
    """Has a narration in as many versions as there are engines that spoke its sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.engines = ENGINES
        self.versions = [spoken(number, engine) for number, engine in enumerate(("one", "two", "one"), 1)]
        self.files = Path()

    def _list_voices(self) -> Json:
        return {"voices": [MINE]}

    def _get_narration(self, narration_id: str, version: int) -> Json:
        return self.versions[version - 1]

    def local_file(self, file_id: str) -> Path:
        return self.files / file_id


def spoken(version: int, engine: str, **changes: Any) -> Json:
    made = narration(version=version)
    sentence = {**made["sentences"][0], "voice": MINE["voice_id"], "engine": engine, **changes}
    return {**made, "sentences": [sentence], "audio": {**link(f"{version}.wav"), "bytes": 1000 + version}}


@pytest.fixture
def studio() -> TakesStudio:
    return TakesStudio()


def shown(studio: TakesStudio, version: int, memory: Json | None = None) -> Show:
    return dressed(studio, show_narration(studio.versions[version - 1]), memory)


def test_a_sentence_that_is_spoken_again_is_compared_with_what_it_was(studio: TakesStudio, desk: Desk) -> None:
    desk = replace(desk, studio=studio)
    told = respeak(desk, 0, {}, shown(studio, 1))
    show = shown(studio, 2, told[desk.current]["compare"])
    assert show.compare is not None
    assert (show.compare.old, show.compare.blind, show.compare.same) == ("A", False, False)
    drawn = progress.finished(show)
    assert "1.wav" in drawn and "2.wav" in drawn and "#t=0.000,3.000" in drawn
    assert drawn.index("As it was") < drawn.index("New")


def test_the_new_take_is_kept_without_speaking_and_the_old_one_is_taken_from_its_version(
    studio: TakesStudio, desk: Desk
) -> None:
    desk = replace(desk, studio=studio)
    memory = begun(shown(studio, 1), 0)
    show = shown(studio, 2, memory)
    told = keep(desk, "B", {"compare": memory}, show)
    assert told[desk.show].compare is None
    assert studio.asked("submit_job") == []
    keep(desk, "A", {"compare": memory}, show)
    assert studio.asked("submit_job")[0]["arguments"] == {"narration_id": "nar_1", "index": 0, "from_version": 1}


@pytest.mark.parametrize("swapped", [False, True])
def test_engines_are_named_only_when_one_is_chosen(studio: TakesStudio, desk: Desk, swapped: bool) -> None:
    desk = replace(desk, studio=studio)
    told = compare_blind(desk, 0, "two", {}, shown(studio, 1))
    assert studio.asked("submit_job")[0]["arguments"] == {"narration_id": "nar_1", "index": 0, "engine": "two"}
    memory = {**told[desk.current]["compare"], "swapped": swapped}
    show = shown(studio, 2, memory)
    assert show.compare is not None
    first = show.compare.takes[0].sentence["engine"]
    assert first == ("two" if swapped else "one")
    drawn = progress.finished(show)
    for secret in ("Engine One", "alert(1)", "As it was", "New", "data-respeak", "data-hear-sentence"):
        assert secret not in drawn
    chosen = keep(desk, "B" if swapped else "A", {"compare": memory}, show)[desk.current]["compare"]
    revealed = progress.finished(shown(studio, 3, chosen))
    assert f"You kept {'B' if swapped else 'A'}, by Engine One." in revealed
    assert NASTY not in revealed


def test_only_installed_engines_of_a_voice_can_be_compared(studio: TakesStudio) -> None:
    drawn = progress.finished(shown(studio, 1))
    assert 'data-blind="two"' in drawn
    assert "absent" not in drawn
    assert "data-blind" not in progress.finished(dressed(studio, show_narration(narration()), None))


def test_takes_that_are_the_same_are_not_offered_to_choose_from(studio: TakesStudio, tmp_path: Path) -> None:
    studio.files = tmp_path
    memory = begun(shown(studio, 1), 0)
    studio.versions[1] = {**spoken(2, "one"), "audio": {**studio.versions[0]["audio"], "file_id": "other"}}
    for name in ("other", studio.versions[0]["audio"]["file_id"]):
        (tmp_path / name).write_bytes(b"the same")
    drawn = progress.finished(shown(studio, 2, memory))
    assert "just the same" in drawn
    assert "data-keep" not in drawn


def test_a_comparison_ends_when_the_narration_goes_on(studio: TakesStudio) -> None:
    memory = begun(shown(studio, 1), 0)
    assert shown(studio, 3, memory).compare is None
    assert shown(studio, 1, memory).compare is None
    assert shown(studio, 2, {**memory, "narration": "nar_2"}).compare is None
    assert keeping(memory, "A") == ({**memory, "kept": "A"}, True)


@pytest.mark.parametrize("strange", [None, [], {"narration": "nar_1"}, {"narration": "nar_1", "before": "x"}])
def test_what_no_page_wrote_is_no_comparison(studio: TakesStudio, strange: Any) -> None:
    assert shown(studio, 2, strange).compare is None


def test_doubts_of_both_takes_are_told(studio: TakesStudio) -> None:
    doubt = {"kind": "skipped", "message": f"Not heard: “{NASTY}”.", "text": NASTY}
    studio.versions[1] = spoken(2, "one", verified=False, doubts=[doubt])
    studio.versions[0] = spoken(1, "one", verified=True)
    drawn = progress.finished(shown(studio, 2, begun(shown(studio, 1), 0)))
    assert "Heard as it is written." in drawn
    assert drawn.count("Not heard") == 2
    assert NASTY not in drawn
