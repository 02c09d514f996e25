"""Faults planted into what the real Kokoro speaks, like those of engines that draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.engines import Engines, Heard, SpeakRequest, Spoken
from backend.work import Work

Fault = Callable[[Spoken], Spoken]
Samples = NDArray[np.float32]


def _spans(spoken: Spoken) -> tuple[tuple[int, int], ...]:
    assert spoken.words is not None
    return spoken.words


def _as(spoken: Spoken, *parts: Samples) -> Spoken:
    """Parts joined as an engine would answer that knows no word times."""
    return replace(spoken, samples=np.concatenate(parts).astype(np.float32), words=None)


def dropped(first: int, last: int) -> Fault:
    """Without the words ``first`` to ``last``."""

    def fault(spoken: Spoken) -> Spoken:
        start, end = _spans(spoken)[first][0], _spans(spoken)[last][1]
        return _as(spoken, spoken.samples[:start], spoken.samples[end:])

    return fault


def doubled(first: int, last: int) -> Fault:
    """With the words ``first`` to ``last`` said twice."""

    def fault(spoken: Spoken) -> Spoken:
        start, end = _spans(spoken)[first][0], _spans(spoken)[last][1]
        gap = np.zeros(spoken.sample_rate // 8, np.float32)
        return _as(spoken, spoken.samples[:end], gap, spoken.samples[start:])

    return fault


def with_words_of(other: Spoken, before: int) -> Fault:
    """With another sentence in front of the word ``before``."""

    def fault(spoken: Spoken) -> Spoken:
        place = _spans(spoken)[before][0]
        return _as(spoken, spoken.samples[:place], other.samples, spoken.samples[place:])

    return fault


def stuck(word: int, seconds: float) -> Fault:
    """With a sound in the middle of a word held for so long."""

    def fault(spoken: Spoken) -> Spoken:
        middle = sum(_spans(spoken)[word]) // 2
        sound = spoken.samples[middle : middle + spoken.sample_rate // 25]
        held = np.tile(np.concatenate([sound, sound[::-1]]), round(seconds * spoken.sample_rate / len(sound) / 2))
        return _as(spoken, spoken.samples[:middle], held, spoken.samples[middle:])

    return fault


def with_tail(seconds: float, level: float) -> Fault:
    """With noise at the end, ``level`` times as loud as the loudest sample; silence at 0."""

    def fault(spoken: Spoken) -> Spoken:
        noise = np.random.default_rng(1).normal(size=round(seconds * spoken.sample_rate))
        return _as(spoken, spoken.samples, noise * level * np.abs(spoken.samples).max() / 3)

    return fault


def none(spoken: Spoken) -> Spoken:
    """As it is, but without word times."""
    return _as(spoken, spoken.samples)


class Careless(Engines):
    """Real engines, one of which draws: the takes of a text have these faults, one after the other, then none."""

    def __init__(self, **places: Any) -> None:
        super().__init__(**places)
        self.faults: list[Fault] = []
        self.spoken: list[SpeakRequest] = []
        self.listened = 0

    def draws(self, engine: str) -> bool:
        return True

    def speak(self, engine: str, request: SpeakRequest, work: Work) -> Spoken:
        take = sum(request.text == before.text for before in self.spoken)
        self.spoken.append(request)
        spoken = super().speak(engine, replace(request, seed=None), work)
        return (self.faults[take] if take < len(self.faults) else none)(spoken)

    def listen(
        self, engine: str, audio: Path, language: str, work: Work, options: Mapping[str, Any] | None = None
    ) -> Heard:
        self.listened += 1
        return super().listen(engine, audio, language, work, options)
