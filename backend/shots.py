"""When and how each background of a video is shown."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from backend.errors import InvalidRequest
from backend.models import Fit, ImageEffect, Value

Seconds = Annotated[float, Field(ge=0, le=7200)]
SentenceIndex = Annotated[int, Field(ge=0, le=100_000)]


class Shot(Value):
    """How one background is shown."""

    sentences: Annotated[tuple[SentenceIndex, ...], Field(min_length=1)] | None = None
    """Indexes, from 0, of the sentences it is shown for, one after the other; it stays until the next shot begins.
    Shots that name none share the time between those that do."""
    trim_start: Seconds = 0.0
    """Seconds of a clip that are left out at its beginning."""
    trim_end: Seconds | None = None
    """Second of a clip at which it ends; null is its own end."""
    at_end: Literal["loop", "hold"] = "loop"
    """What a clip does that is over: it begins again, or its last picture stays."""
    fit: Fit | None = None
    """As in the operation, for this background; null is as there."""
    image_effect: ImageEffect | None = None

    @model_validator(mode="after")
    def _are_in_order(self) -> Shot:
        if self.trim_end is not None and self.trim_end <= self.trim_start:
            raise ValueError("trim_end must be over trim_start")
        if any(later != earlier + 1 for earlier, later in itertools.pairwise(self.sentences or ())):
            raise ValueError("sentences must follow each other, such as [2, 3, 4]")
        return self


def check_shots(shots: Sequence[Shot], backgrounds: int, sentences: int | None = None) -> None:
    """Refuse shots that do not fit the backgrounds, or the sentences if it is known how many there are.

    Raises:
        InvalidRequest: ``invalid_shots``.
    """
    if shots and len(shots) != backgrounds:
        raise _refused(
            f"There are {len(shots)} shots and {backgrounds} backgrounds.",
            "Give one shot for each background, in the same order; {} is one that shares the time.",
        )
    named = [index for shot in shots for index in shot.sentences or ()]
    if any(later <= earlier for earlier, later in itertools.pairwise(named)):
        raise _refused(
            "The shots name their sentences out of order, or one of them twice.",
            "Backgrounds are shown in the order they are given: name sentences in that order, too.",
        )
    if sentences is not None and named and named[-1] >= sentences:
        raise _refused(
            f"A shot is for sentence {named[-1]}, and there are only {sentences}, the first of which is 0.",
            "Name sentences that are there; a narration lists them with their indexes.",
        )


def _refused(message: str, hint: str) -> InvalidRequest:
    return InvalidRequest(message, hint=hint, code="invalid_shots")
