"""The whole video as the page shows it before it is rendered: what it is made of now, and its frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.errors import StudioError
from ui.choices import Choices
from ui.html import address
from ui.samples import Samples
from ui.show import Show
from ui.speaking import manner
from ui.studio import Json, Studio

PLACEHOLDER = "Every word lights up exactly when it is said."
"""Spoken by nobody: what a first visitor sees on the frames before there is a script."""
_WIDEST = 960
"""Pixels across of a frame on the page."""
_CLIP_WIDTH = 640


def composition(studio: Studio, samples: Samples, choices: Choices, show: Show | None) -> Json:
    """The video that would be rendered now, as ``preview_video`` takes it; nothing in it is heard.

    Raises:
        StudioError: something that was chosen is gone.
    """
    source = show.source if show else None
    script = choices.script if choices.script.strip() else PLACEHOLDER
    spoken = {} if source else manner(studio, choices)
    background = samples.background(choices.background)
    return choices.video_arguments(background, None, source or {"script": script}, spoken)


def frame(studio: Studio, asked: Mapping[str, Any]) -> Json:
    """One frame for the page's script.

    Args:
        asked: ``video`` (a `composition`), ``size``, ``time`` in seconds, ``width`` in pixels.

    Returns:
        ``{"url", "time", "duration", "guessed", "warnings"}``, or ``{"error"}``.
    """
    given = asked.get("video")
    arguments = {
        **(given if isinstance(given, dict) else {}),
        "size": str(asked.get("size", "")),
        "time": _number(asked.get("time")),
        "width": int(min(max(_number(asked.get("width")), 64), _WIDEST)),
    }
    try:
        seen = studio.call("preview_video", arguments)
    except StudioError as error:
        return {"error": error.to_dict()}
    known = ("time", "duration", "guessed", "warnings")
    return {"url": address(seen["picture"]), **{name: seen[name] for name in known}}


def clip(studio: Studio, video: Json, size: str, time: float, seconds: float) -> Json:
    """A few seconds of it, for the stage: ``{"url"}``, or ``{"error"}``.

    Args:
        video: a `composition`.
    """
    asked = {**video, "size": size, "time": max(0.0, time), "seconds": seconds, "width": _CLIP_WIDTH}
    try:
        return {"url": address(studio.call("preview_video", asked)["clip"])}
    except StudioError as error:
        return {"error": error.to_dict()}


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
