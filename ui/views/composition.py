"""The frames of a video in all shapes, side by side, and the line to move through it."""

from __future__ import annotations

import json

from ui.choice import card
from ui.choices import PORTRAIT, SHAPES, SQUARE, WIDE
from ui.html import div, element, icon, span, text
from ui.studio import Json

_FEEDS = {PORTRAIT: "Reels, Shorts, TikTok", SQUARE: "Feed", WIDE: "YouTube"}


def frame_cards() -> str:
    """A card for each shape, with room for its frame; the page's script puts the renderer's pictures there."""
    return "".join(_frame_card(size) for size in SHAPES)


def _frame_card(size: str) -> str:
    width, height = (int(side) for side in size.split("x"))
    picture = element("img", alt="", data_frame=size, hidden=True)
    frame = span("frame", picture, style=f"aspect-ratio:{width}/{height}")
    mark = span("mark", icon("check"))
    name = span("shape-name", mark, element("b", SHAPES[size]), span("hint", text(_FEEDS[size])))
    return card(size, frame, name, many=True, classes="frame-card", style=f"flex:{width / height:.3f} 1 0")


def scrubber() -> str:
    """The line below the frames."""
    line = element(
        "input",
        type="range",
        min="0",
        max="1",
        step="0.01",
        value="0",
        data_scrub=True,
        aria_label="Moment of the video",
    )
    return div("scrubber", line, span("meta", "0:00", data_scrub_time=True), span("hint", data_scrub_note=True))


def composed(video: Json, duration: float) -> str:
    """What the page's script needs to ask for frames: the video as it would be rendered now.

    Args:
        duration: seconds, 0 while nothing was spoken.
    """
    written = json.dumps(video, ensure_ascii=False, separators=(",", ":"))
    return div("", hidden=True, data_video=written, data_length=f"{duration:.3f}")
