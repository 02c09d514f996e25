"""Real engines on the machine's fetched weights, and hosts of engines that misbehave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.engines import SpeakRequest
from backend.engines.host import Host, Patience

MISBEHAVING = Path(__file__).with_name("misbehaving")
PATIENT = Patience()

HostMaker = Callable[..., Host]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[HostMaker]:
    """Makes hosts of misbehaving engines, and ends them."""
    made: list[Host] = []

    def make(name: str, **patience: float) -> Host:
        made.append(
            Host(
                name, code=MISBEHAVING / name, models=None, log=tmp_path / "log", patience=replace(PATIENT, **patience)
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.stop()


def spoken_words(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of everything between spaces."""
    return tuple(match.span() for match in re.finditer(r"\S+", text))


def request(text: str, **fields: object) -> SpeakRequest:
    """A request for a text with the times of all its words."""
    return replace(SpeakRequest(text, words=spoken_words(text)), **fields)  # type: ignore[arg-type]
