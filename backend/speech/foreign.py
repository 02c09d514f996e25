"""A plan that came from outside: read with types, checked for all that the script's own parser guarantees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from backend.errors import InvalidRequest
from backend.models import MAX_SCRIPT_CHARACTERS
from backend.script import SpokenSentence
from backend.speech.plan import NarrationPlan, PlannedSentence

_MOST_SPOKEN = 20
"""Spoken characters for each that may be written: numbers grow, and not beyond this."""
_MOST_SILENCE = 600.0
"""Seconds that tags may ask for altogether; the studio's own pauses are under a second each."""
_MOST_SEED = 2**31 - 1
_IPA = re.compile(r"(?:[^\W\d_]|[\u0250-\u02ff\u0300-\u036f'.|‖‿ -]){1,200}")


def read_plan(given: Any) -> NarrationPlan:
    """The plan of a manifest that nobody vouches for.

    Raises:
        InvalidRequest: ``invalid_manifest``, with the place.
    """
    try:
        plan = TypeAdapter(NarrationPlan).validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _refused(".".join(str(part) for part in first["loc"]), first["msg"]) from error
    for place, problem in _problems(plan):
        raise _refused(place, problem)
    numbered = (replace(one, sentence=replace(one.sentence, index=place)) for place, one in enumerate(plan.sentences))
    return replace(plan, sentences=tuple(numbered))


def _refused(place: str, problem: str) -> InvalidRequest:
    return InvalidRequest(
        f"The manifest's plan is not one of ours: {place[:120]}: {problem[:200]}.",
        hint="Use the manifest.json of a result as it is.",
        code="invalid_manifest",
    )


def _problems(plan: NarrationPlan) -> Iterator[tuple[str, str]]:
    sentences = [one.sentence for one in plan.sentences]
    if not sentences:
        yield "sentences", "there is none"
    if sum(len(one.text) for one in sentences) > MAX_SCRIPT_CHARACTERS:
        yield "sentences", f"more than {MAX_SCRIPT_CHARACTERS:,} characters"
    if sum(len(one.spoken) for one in sentences) > _MOST_SPOKEN * MAX_SCRIPT_CHARACTERS:
        yield "sentences", "too much is spoken"
    silences = [plan.lead, *(one.pause_after for one in sentences)]
    if not (min(silences) >= 0 and sum(silences) <= _MOST_SILENCE + len(sentences)):
        yield "pause_after", f"silences below 0 or of over {_MOST_SILENCE:g} seconds"
    if plan.loudness is not None and not -40 <= plan.loudness <= -6:
        yield "loudness", "not from -40 to -6"
    for place, one in enumerate(plan.sentences):
        for field, problem in (*_of_sentence(one.sentence), *_of_planned(one)):
            yield f"sentences.{place}.{field}", problem


def _of_planned(one: PlannedSentence) -> Iterator[tuple[str, str]]:
    if one.seed is not None and not 0 <= one.seed <= _MOST_SEED:
        yield "seed", "out of bounds"
    if not 1 <= one.tries <= 100:
        yield "tries", "out of bounds"


def _of_sentence(one: SpokenSentence) -> Iterator[tuple[str, str]]:
    if not one.spoken.strip():
        yield "spoken", "nothing is said"
    if not 0.5 <= one.speed <= 2.0:
        yield "speed", "not from 0.5 to 2"
    if not _in_order([word.spoken for word in one.words if word.spoken is not None], len(one.spoken)):
        yield "words", "they do not lie in what is spoken, in order"
    if not _in_order([(start, end) for start, end, _ in one.pronunciations], len(one.spoken)):
        yield "pronunciations", "they do not lie in what is spoken, in order"
    if not all(_IPA.fullmatch(ipa) for _, _, ipa in one.pronunciations):
        yield "pronunciations", "not IPA"


def _in_order(spans: Sequence[tuple[int, int]], length: int) -> bool:
    """Whether these stretches follow each other without overlap, inside of a text of this length."""
    at = 0
    for start, end in spans:
        if not at <= start <= end <= length:
            return False
        at = end
    return True
