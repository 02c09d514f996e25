"""What a button would take, in a quiet line beside it."""

from __future__ import annotations

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import duration, size_of, span, text
from ui.speaking import manner
from ui.studio import Json, Studio


def foreseen(studio: Studio, choices: Choices, source: Json | None = None) -> str:
    """``about 12 s · 8 MB`` for a video of these choices; as HTML, empty where nothing can be said.

    ``source``: a voice that is there already, see `Show.source`.

    Backgrounds and music do not matter to it, so none is handed to the studio for it.
    """
    if not source and not choices.script.strip():
        return ""
    try:
        spoken = {} if source else manner(studio, choices)
        arguments = choices.video_arguments(None, None, source, spoken)
        estimate = studio.call("estimate", {"operation": "generate_captioned_video", "arguments": arguments})
    except StudioError:
        return ""
    return _line(estimate)


def _line(estimate: Json) -> str:
    if not estimate["disk_bytes"]:  # it cannot be done as it is, which the button says at length
        return ""
    size = size_of(estimate["disk_bytes"])
    known = estimate["seconds"] is not None
    said = f"about {duration(estimate['seconds'])} · {size}" if known else f"about {size}"
    return span("hint", text(said), title=" ".join(estimate["warnings"]) or None)
