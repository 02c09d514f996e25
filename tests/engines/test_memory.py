"""Who has to go when memory is short, and what happens when it does not suffice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.engines import ENGINES, Engines, EngineSpec, SpeakRequest
from backend.engines.memory import Footprint, Footprints, free_main, guessed
from backend.errors import Cancelled, EngineOutOfMemory
from backend.work import Work
from tests.engines.conftest import MISBEHAVING, request
from tests.engines.test_host import wait_for

NAMES = ("one", "two", "three")


@pytest.fixture
def free() -> list[int]:
    """The bytes that are free, to be set by the test."""
    return [1 << 40]


@pytest.fixture
def several(tmp_path: Path, free: list[int], monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """Engines with three that are silent and one that wants more memory than there is."""
    for name in NAMES:
        spec = EngineSpec(name, name, "1", folder="silence", speaks=True, side_by_side=True)
        monkeypatch.setitem(ENGINES, name, spec)
    hungry = str(MISBEHAVING / "runs_out_of_memory")
    monkeypatch.setitem(ENGINES, "hungry", EngineSpec("hungry", "Hungry", "1", folder=hungry, speaks=True))
    engines = Engines(
        models_folder=tmp_path / "models",
        engines_folder=tmp_path / "engines",
        run_folder=tmp_path / "run",
        weights_folder=None,
        hub_offline=True,
        idle_seconds=600,
        free_memory=lambda: free[0],
    )
    yield engines
    engines.close()


def loaded(engines: Engines) -> set[str]:
    return {engine["engine"] for engine in engines.describe() if engine["loaded"]}


def speak(engines: Engines, *names: str) -> None:
    for name in names:
        engines.speak(name, request("some words"), Work())


def test_engines_stay_while_there_is_room(several: Engines) -> None:
    speak(several, *NAMES)
    assert loaded(several) == set(NAMES)


def test_the_least_recently_used_engine_goes_first_and_only_as_many_as_must(
    several: Engines, free: list[int], tmp_path: Path
) -> None:
    speak(several, "one", "two", "one")
    Footprints(tmp_path / "models").saw("three", Footprint(main=1000))
    answers = iter([0, 2000])  # too little; after the first has gone, enough
    several._free_memory = lambda: next(answers)
    speak(several, "three")
    assert loaded(several) == {"one", "three"}


def test_an_engine_at_work_is_left_alone(several: Engines, free: list[int]) -> None:
    work = Work()

    def think() -> None:
        with pytest.raises(Cancelled):
            several.speak("silence", request("one", options={"seconds_to_think": 3600.0}), work)

    thread = threading.Thread(target=think)
    thread.start()
    wait_for(lambda: "silence" in loaded(several))
    speak(several, "one")
    free[0] = 0
    speak(several, "two")
    assert loaded(several) == {"silence", "two"}
    work.cancel.set()
    thread.join()


def test_what_does_not_fit_is_asked_once_more_for_less_with_all_the_room_there_is(several: Engines) -> None:
    speak(several, "one")
    assert several.speak("hungry", SpeakRequest("sometimes"), Work()).sample_rate == 8000
    assert loaded(several) == {"hungry"}


def test_what_never_fits_is_explained_and_the_engine_gives_its_memory_back(several: Engines) -> None:
    with pytest.raises(EngineOutOfMemory, match="hungry") as caught:
        several.speak("hungry", SpeakRequest("always"), Work())
    assert "9 GB" in caught.value.message and caught.value.hint and caught.value.code == "engine_out_of_memory"
    assert loaded(several) == set()
    assert several.speak("hungry", SpeakRequest("sometimes"), Work()).sample_rate == 8000


def test_what_an_engine_holds_is_measured_and_remembered(several: Engines, tmp_path: Path) -> None:
    speak(several, "one")
    seen = Footprints(tmp_path / "models").of("one")
    assert seen and seen.main > 1_000_000 and seen.card == 0


def test_a_footprint_only_grows_and_survives_a_broken_file(tmp_path: Path) -> None:
    seen = Footprints(tmp_path)
    for main, card in ((100, 0), (50, 70), (101, 0)):
        seen.saw("one", Footprint(main, card))
    assert seen.of("one") == Footprints(tmp_path).of("one") == Footprint(100, 70)
    (tmp_path / "one.memory.json").write_text("{")
    assert Footprints(tmp_path).of("one") is None


def test_free_memory_is_a_sensible_number() -> None:
    assert 0 < free_main() < 1 << 50


@pytest.mark.parametrize("on_card", [True, False])
def test_more_weights_are_guessed_to_need_more(on_card: bool) -> None:
    guess: Callable[[int], Footprint] = lambda size: guessed(size, with_torch=True, on_card=on_card)  # noqa: E731
    assert guess(10).main < guess(10_000_000).main
    assert (guess(10_000_000).card > 0) == on_card
