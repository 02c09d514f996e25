"""What a button would take, in a quiet line beside it."""

from __future__ import annotations

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import duration, size_of, span, text
from ui.speaking import manner
from ui.studio import Json, Studio

_UNKNOWN = "so nobody knows how long it takes."
"""How the studio ends what it says of work that was never done here."""


def foreseen(studio: Studio, choices: Choices, source: Json | None = None) -> str:
    """``about 12 s · 8 MB`` for a video of these choices; as HTML, empty where nothing can be said."""
    estimate = ask_estimate(studio, choices, source)
    return span("hint", text(line(estimate)), title=" ".join(estimate["warnings"]) or None) if line(estimate) else ""


def ask_estimate(studio: Studio, choices: Choices, source: Json | None = None) -> Json:
    """What ``estimate`` says of a video of these choices: nothing known and no warnings where it cannot say.

    Backgrounds and music do not matter to it, so none is handed to the studio for it.

    Args:
        source: a voice that is there already, see `Show.source`.
    """
    nothing: Json = {"seconds": None, "disk_bytes": 0, "warnings": []}
    if not source and not choices.script.strip():
        return nothing
    try:
        spoken = {} if source else manner(studio, choices)
        arguments = choices.video_arguments(None, None, source, spoken)
        asked = {"operation": "generate_captioned_video", "arguments": arguments}
        estimate: Json = studio.call("estimate", asked)
    except StudioError:
        return nothing
    return estimate


def foreseen_of(studio: Studio, operation: str, arguments: Json) -> Json:
    """For a card's own script: ``{"said": "About 12 s · 8 MB", "known": [what to know before]}``; where it would be
    refused, why."""
    try:
        estimate: Json = studio.call("estimate", {"operation": operation, "arguments": arguments})
    except StudioError as error:
        return {"said": "", "known": [f"{error.message} {error.hint}".strip()]}
    return {"said": capital(line(estimate)), "known": to_know(estimate)}


def capital(said: str) -> str:
    """As it begins a sentence."""
    return said[:1].upper() + said[1:]


def line(estimate: Json) -> str:
    """Time and room, as people say them; empty for what cannot be done as it is, which the button says at length."""
    if not estimate["disk_bytes"]:
        return ""
    size = size_of(estimate["disk_bytes"])
    known = estimate["seconds"] is not None
    return f"about {duration(estimate['seconds'])} · {size}" if known else f"about {size}"


def to_know(estimate: Json) -> list[str]:
    """What to know before: letters that no font has, an engine that is fetched; that the time is not known, once."""
    others = [warning for warning in estimate["warnings"] if not warning.endswith(_UNKNOWN)]
    return (
        others if len(others) == len(estimate["warnings"]) else [*others, "How long it takes is known after the first."]
    )
