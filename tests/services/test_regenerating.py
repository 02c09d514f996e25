"""Sentences spoken again by jobs that are cut off, and by several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backend.ids import new_id
from backend.jobs import JobContext
from backend.requests import RegenerateSentence
from backend.settings import Settings
from backend.studio import Studio
from backend.work import Work


class Killed(BaseException):
    """What happens to a job whose process is killed."""


class Recorded:
    """The steps of a job: what was written down of them survives a crash before or after the last one."""

    def __init__(self) -> None:
        self.job_id = new_id("job")
        self._known: dict[str, Any] = {}

    def regenerate(self, studio: Studio, crash: str = "", **fields: Any) -> Any:
        """``crash``: ``before`` the sentence is spoken, or ``after`` it is kept and before that is written down."""

        def steps(name: str, action: Callable[[], Any]) -> Any:
            if name not in self._known:
                if name == "speak" and crash == "before":
                    raise Killed
                made = action()
                if name == "speak" and crash == "after":
                    raise Killed
                self._known[name] = made
            return self._known[name]

        return studio.narrations.regenerate(RegenerateSentence(**fields), JobContext(self.job_id, Work(), steps))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(Settings(home=tmp_path_factory.mktemp("regenerating"))) as studio:
        studio.start()
        yield studio


@pytest.fixture
def narration(studio: Studio) -> str:
    return str(studio.call("generate_speech", {"script": "One. Two.", "engine": "silence"})["narration_id"])


def said(studio: Studio, narration_id: str) -> tuple[int, list[str]]:
    narration = studio.call("get_narration", {"narration_id": narration_id})
    return narration["version"], [sentence["text"].strip() for sentence in narration["sentences"]]


def test_a_job_that_is_run_again_after_it_had_ended_makes_no_second_version(studio: Studio, narration: str) -> None:
    job, asked = Recorded(), dict[str, Any]({"narration_id": narration, "index": 0, "text": "Uno."})
    with pytest.raises(Killed):
        job.regenerate(studio, crash="after", **asked)
    assert job.regenerate(studio, **asked) == {"narration_id": narration, "version": 2}
    assert said(studio, narration) == (2, ["Uno.", "Two."])


def test_a_job_that_goes_on_after_another_changed_the_narration_builds_upon_that(
    studio: Studio, narration: str
) -> None:
    job, asked = Recorded(), dict[str, Any]({"narration_id": narration, "index": 0, "text": "Uno."})
    with pytest.raises(Killed):
        job.regenerate(studio, crash="before", **asked)
    other = Recorded().regenerate(studio, narration_id=narration, index=1, text="Dos.")
    assert other == {"narration_id": narration, "version": 2}
    assert job.regenerate(studio, **asked) == {"narration_id": narration, "version": 3}
    assert said(studio, narration) == (3, ["Uno.", "Dos."])


def test_a_job_that_ended_before_the_crash_is_found_though_others_went_on(studio: Studio, narration: str) -> None:
    job, asked = Recorded(), dict[str, Any]({"narration_id": narration, "index": 0, "text": "Uno."})
    with pytest.raises(Killed):
        job.regenerate(studio, crash="after", **asked)
    Recorded().regenerate(studio, narration_id=narration, index=1, text="Dos.")
    assert job.regenerate(studio, **asked) == {"narration_id": narration, "version": 2}
    assert said(studio, narration) == (3, ["Uno.", "Dos."])


def test_a_change_that_another_one_overtakes_is_made_upon_that(
    studio: Studio, narration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, overtaken = studio.narrations._narrated, Recorded()

    def slow(*given: Any) -> Any:
        monkeypatch.setattr(studio.narrations, "_narrated", keep)
        Recorded().regenerate(studio, narration_id=narration, index=1, text="Dos.")
        return keep(*given)

    monkeypatch.setattr(studio.narrations, "_narrated", slow)
    made = overtaken.regenerate(studio, narration_id=narration, index=0, text="Uno.")
    assert made == {"narration_id": narration, "version": 3}
    assert said(studio, narration) == (3, ["Uno.", "Dos."])
