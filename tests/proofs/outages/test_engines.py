"""Engines that fail in every way there is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from backend.engines import ENGINES, host
from backend.engines.table import EngineSpec
from backend.errors import EngineError
from backend.settings import Settings
from backend.studio import Studio

CODE = str(Path(__file__).with_name("engine"))
BEAT_SECONDS = 3.0
"""Without a sign of life, in the short form; in full as long as people wait."""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config) -> Iterator[Studio]:
    """A studio whose one engine does what it is told."""
    monkeypatch.setitem(ENGINES, "silence", EngineSpec("silence", "Silence", "1", folder=CODE, speaks=True))
    if not pytestconfig.getoption("--prove"):
        monkeypatch.setattr(host, "Patience", partial(host.Patience, beat=BEAT_SECONDS))
    with Studio(Settings(home=tmp_path, hub_offline=True)) as studio:
        studio.start()
        yield studio


def say(studio: Studio, text: str) -> Any:
    return studio.call("generate_speech", {"script": text, "engine": "silence"})


@pytest.mark.parametrize(
    ("happens", "code"),
    [
        pytest.param("killed", "engine_died", marks=pytest.mark.long),
        pytest.param("exits", "engine_died", marks=pytest.mark.long),
        ("out of memory", "engine_out_of_memory"),
    ],
)
def test_an_engine_that_always_fails_ends_its_job_with_what_to_do_and_the_next_one_works(
    studio: Studio, happens: str, code: str
) -> None:
    with pytest.raises(EngineError) as caught:
        say(studio, f"It is {happens}.")
    assert caught.value.code == code
    assert caught.value.message and caught.value.hint
    assert say(studio, "All is well again.")["duration"] > 0
    _nothing_is_left(studio)


@pytest.mark.parametrize(
    "happens",
    ["killed", pytest.param("exits", marks=pytest.mark.long), pytest.param("stopped", marks=pytest.mark.long)],
)
def test_an_engine_that_fails_once_is_replaced_and_its_job_is_done(
    studio: Studio, happens: str, record_property: Callable[[str, object], None]
) -> None:
    begun = time.monotonic()
    assert say(studio, f"This once it is {happens}.")["duration"] > 0
    record_property("seconds until it was done", round(time.monotonic() - begun, 1))
    assert say(studio, "All is well again.")["duration"] > 0
    _nothing_is_left(studio)


def test_an_engine_that_is_stopped_again_and_again_ends_its_job_and_the_next_one_works(
    studio: Studio, record_property: Callable[[str, object], None]
) -> None:
    begun = time.monotonic()
    with pytest.raises(EngineError, match="did not answer") as caught:
        say(studio, "Each time it is stopped.")
    record_property("seconds until that was said", round(time.monotonic() - begun, 1))
    assert caught.value.code == "engine_died"
    assert say(studio, "All is well again.")["duration"] > 0
    _nothing_is_left(studio)


def test_an_engine_that_takes_its_time_is_waited_for(studio: Studio) -> None:
    assert say(studio, "It speaks slowly.")["duration"] > 0
    _nothing_is_left(studio)


def _nothing_is_left(studio: Studio) -> None:
    """The engines end with the studio, and leave no file."""
    run = studio.settings.run_folder
    studio.close()
    assert [child for child in psutil.Process().children(recursive=True) if _is_of(child, run)] == []
    assert [path.name for path in run.iterdir() if path.name != "happened"] == []


def _is_of(process: psutil.Process, folder: Path) -> bool:
    try:
        return str(folder) in str(process.environ()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
