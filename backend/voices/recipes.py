"""Blends: Kokoro voices mixed by weight, written like ``af_heart(2)+am_puck(1)``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction

from backend.errors import InvalidRequest
from backend.models import Voice
from backend.voices.catalogue import get_voice

Part = tuple[str, float]
"""A voice's id and its weight, above 0."""

MOST_PARTS = 8
MOST_CHARACTERS = 400
HEAVIEST = 9_999_999
"""The largest whole number in a canonical recipe."""
_PART = re.compile(r"\s*([^\s()+]+)\s*(?:\(([^()]*)\))?\s*")
_WEIGHT = re.compile(r"\d{1,7}(?:\.\d{1,3})?|\.\d{1,3}")
_HINT = "Write voices with their weights, like af_heart(2)+am_puck(1)."


def is_recipe(text: str) -> bool:
    """Whether this can only be meant as a blend: no voice's own id has such characters."""
    return "+" in text or "(" in text


def parse_recipe(text: str) -> tuple[Part, ...]:
    """The voices of a blend and their weights, in the order written; a voice written twice counts once with the sum.

    Raises:
        InvalidRequest: ``invalid_recipe``, or ``unknown_voice`` with names that look alike.
    """
    if len(text) > MOST_CHARACTERS:
        raise _refused(f"A recipe has at most {MOST_CHARACTERS} characters.")
    written = text.split("+")
    if len(written) > MOST_PARTS:
        raise _refused(f"A blend has at most {MOST_PARTS} voices; this has {len(written)}.")
    weights: dict[str, Fraction] = {}
    for part in written:
        voice, weight = _part(part)
        weights[voice] = weights.get(voice, Fraction(0)) + weight
    if max(_whole(list(weights.values()))) > HEAVIEST:
        raise _refused("The weights of this blend are too far apart.")
    return tuple((voice, float(weight)) for voice, weight in weights.items())


def canonical(parts: Sequence[Part]) -> str:
    """The one way to write a blend: smallest whole weights, the heaviest voice first; a voice alone is just its id.

    What sounds the same is written the same, so its takes are found again.
    """
    numbers = _whole([Fraction(str(weight)) for _, weight in parts])
    ordered = sorted(zip((voice for voice, _ in parts), numbers, strict=True), key=lambda part: -part[1])
    return ordered[0][0] if len(ordered) == 1 else "+".join(f"{voice}({number})" for voice, number in ordered)


def blend_of(recipe: str, name: str = "") -> Voice:
    """The voice that a recipe makes; its language is that of its heaviest part, the first of equals.

    Raises:
        InvalidRequest: as `parse_recipe`.
    """
    parts = sorted(parse_recipe(recipe), key=lambda part: -part[1])
    voices = [get_voice(voice) for voice, _ in parts]
    lead = voices[0]
    if len(voices) == 1:
        return lead
    silent = next((voice for voice in voices if not voice.available), lead)
    name = name or " + ".join(voice.name for voice in voices)
    total = sum(weight for _, weight in parts)
    shares = [f"{weight / total:.0%} {voice.name}" for voice, (_, weight) in zip(voices, parts, strict=True)]
    return Voice(
        voice_id=canonical(parts),
        name=name,
        kind="blend",
        engine=lead.engine,
        engines=lead.engines,
        language=lead.language,
        language_name=lead.language_name,
        gender=lead.gender if len({voice.gender for voice in voices}) == 1 else "unknown",
        description=", ".join(shares),
        preview_text=lead.preview_text.replace(lead.name, name),
        recipe=canonical(parts),
        available=silent.available,
        unavailable_reason=silent.unavailable_reason,
    )


def get_speaker(voice_id: str) -> Voice:
    """The built-in voice with this id, or the blend that it describes.

    Raises:
        InvalidRequest: ``unknown_voice`` or ``invalid_recipe``.
    """
    return blend_of(voice_id) if is_recipe(voice_id) else get_voice(voice_id)


def _part(written: str) -> tuple[str, Fraction]:
    match = _PART.fullmatch(written)
    if not match:
        raise _refused(f"“{written.strip()[:60]}” is no voice with a weight.")
    voice = get_voice(match[1]).voice_id
    weight = "1" if match[2] is None else match[2].strip()
    if not _WEIGHT.fullmatch(weight) or not Fraction(weight):
        raise _refused(f"The weight of {voice} is no number above 0: “{weight[:40]}”.")
    return voice, Fraction(weight)


def _whole(weights: Sequence[Fraction]) -> list[int]:
    """The smallest whole numbers in the same proportion."""
    shared = math.lcm(*(weight.denominator for weight in weights))
    numbers = [int(weight * shared) for weight in weights]
    return [number // math.gcd(*numbers) for number in numbers]


def _refused(message: str) -> InvalidRequest:
    return InvalidRequest(message, hint=_HINT, code="invalid_recipe")
