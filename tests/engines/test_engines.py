"""The engines as the studio sees them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.engines import ENGINES, Engines
from backend.errors import Cancelled, EngineDied, InvalidRequest
from backend.work import Work
from tests.engines.conftest import request
from tests.engines.test_host import wait_for


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Engines]:
    """Engines with nothing fetched, ended after a moment without work."""
    engines = Engines(
        models_folder=tmp_path / "models",
        engines_folder=tmp_path / "engines",
        run_folder=tmp_path / "run",
        weights_folder=None,
        hub_offline=True,
        idle_seconds=0.4,
    )
    yield engines
    engines.close()


def loaded(engines: Engines) -> set[str]:
    return {engine["engine"] for engine in engines.describe() if engine["loaded"]}


def test_every_engine_is_described_without_starting_any(fresh: Engines, tmp_path: Path) -> None:
    told = fresh.describe()
    assert json.loads(json.dumps(told)) == told
    assert [engine["engine"] for engine in told] == list(ENGINES)
    assert {engine["weights"] for engine in told} == {"none needed", "not fetched yet"}
    assert loaded(fresh) == set()
    assert list(tmp_path.iterdir()) == []


def test_fetched_weights_are_described_as_there(engines: Engines) -> None:
    assert {engine["engine"]: engine["weights"] for engine in engines.describe()}["kokoro"] == "there"


def test_silence_is_as_long_as_its_text_with_evenly_spaced_words(fresh: Engines) -> None:
    spoken = fresh.speak("silence", request("one two three four"), Work())
    faster = fresh.speak("silence", request("one two three four", speed=2.0), Work())
    assert spoken.words is not None
    lengths = {end - start for start, end in spoken.words}
    assert len(spoken.words) == 4 and max(lengths) - min(lengths) <= 1
    assert spoken.words[-1][1] == len(spoken.samples) == 2 * len(faster.samples)
    assert not np.any(spoken.samples)


def test_silence_without_words_is_still_a_sound(fresh: Engines) -> None:
    spoken = fresh.speak("silence", request(""), Work())
    assert len(spoken.samples) == 1 and spoken.words == ()


def test_an_idle_engine_is_ended_and_starts_again_when_needed(fresh: Engines) -> None:
    fresh.speak("silence", request("one"), Work())
    assert loaded(fresh) == {"silence"}
    wait_for(lambda: loaded(fresh) == set())
    assert fresh.speak("silence", request("one"), Work()).sample_rate == 24_000


def test_stop_is_passed_on_to_the_engine(fresh: Engines) -> None:
    work = Work()
    threading.Timer(0.5, work.cancel.set).start()
    with pytest.raises(Cancelled):
        fresh.speak("silence", request("one", options={"seconds_to_think": 3600}), work)


def test_several_requests_are_worked_on_at_once(fresh: Engines) -> None:
    at_once = fresh.parallelism("silence", Work())
    assert at_once >= 1
    slow = request("one", options={"seconds_to_think": 1.0})
    threads = [threading.Thread(target=fresh.speak, args=("silence", slow, Work())) for _ in range(2 * at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded(fresh) == {"silence"}


def test_revisions_are_short_and_differ() -> None:
    engines = Engines(
        models_folder=Path("none"),
        engines_folder=Path("none"),
        run_folder=Path("none"),
        weights_folder=None,
        hub_offline=True,
        idle_seconds=1,
    )
    revisions = [engines.revision(name) for name in ENGINES]
    assert len(set(revisions)) == len(ENGINES)
    assert all(len(revision) < 40 for revision in revisions)


@pytest.mark.parametrize("name", ["", "espeak", "../kokoro"])
def test_an_unknown_engine_is_refused(fresh: Engines, name: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        fresh.speak(name, request("x"), Work())
    assert caught.value.code == "unknown_engine" and "kokoro" in caught.value.hint


def test_an_engine_is_not_asked_for_what_it_cannot_do(fresh: Engines, tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="does not speak"):
        fresh.speak("whisper", request("x"), Work())
    with pytest.raises(InvalidRequest, match="does not listen"):
        fresh.listen("silence", tmp_path / "x.wav", "en", Work())


def test_closed_engines_start_nothing_any_more(fresh: Engines) -> None:
    fresh.speak("silence", request("one"), Work())
    fresh.close()
    assert loaded(fresh) == set()
    with pytest.raises(EngineDied, match="closing"):
        fresh.speak("silence", request("one"), Work())
