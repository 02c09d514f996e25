"""What lies over a video's background and under its captions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from backend.models import CaptionPosition, Value

Place = Literal["top_left", "top", "top_right", "left", "center", "right", "bottom_left", "bottom", "bottom_right"]
"""Of a picture in a frame."""
TitleTemplate = Literal["headline", "card", "banner", "lower_third"]
"""How a title looks:

headline     large capitals with a soft shadow
card         on a dark panel with round corners
banner       each line on the accent colour
lower_third  on a dark panel with an edge of the accent colour, as names are shown
"""
GivenColour = Annotated[str, Field(min_length=1, max_length=40)]
"""``#RRGGBB`` or a CSS name."""
Second = Annotated[float, Field(ge=0, le=86_400)]


class _Timed(Value):
    """Something that is on screen for some time."""

    start: Second = 0.0
    """Second at which it appears."""
    end: Second | None = None
    """Second at which it is gone; null is the end of the video."""

    @model_validator(mode="after")
    def _lasts(self) -> _Timed:
        if self.end is not None and self.end <= self.start:
            raise ValueError("end must be over start")
        return self


class ImageLayer(_Timed):
    """A picture, such as a logo."""

    kind: Literal["image"]
    file: Annotated[str, Field(min_length=1, max_length=300)]
    """file_id of a picture; what is transparent in it stays so."""
    position: Place = "top_right"
    margin: Annotated[float, Field(ge=0, le=0.4)] = 0.04
    """From the frame's edges, as a share of its shorter side."""
    width: Annotated[float, Field(ge=0.01, le=4)] = 0.2
    """Of the picture, as a share of the frame's shorter side, so that it looks alike in every shape; the height
    follows. It never is larger than the room between the margins."""
    opacity: Annotated[float, Field(gt=0, le=1)] = 1.0
    safe_zone: bool = True
    """Whether it stays out of where apps draw their buttons and texts."""


class ProgressBar(_Timed):
    """A bar that fills from ``start`` to ``end``."""

    kind: Literal["progress_bar"]
    color: GivenColour = "#F2452B"
    position: Literal["top", "bottom"] = "bottom"
    height: Annotated[float, Field(ge=0.002, le=0.1)] = 0.008
    """Share of the frame's longer side."""
    track_opacity: Annotated[float, Field(ge=0, le=1)] = 0.25
    """Of the white where it is still to be filled."""


class TitleCard(_Timed):
    """Words of one's own in a template, in the safe zone."""

    kind: Literal["title"]
    text: Annotated[str, Field(min_length=1, max_length=160)]
    """A newline begins another line; lines that are too long are broken."""
    end: Second | None = 4.0
    template: TitleTemplate = "headline"
    position: CaptionPosition = "top"
    """Which third of the frame."""
    color: GivenColour | None = None
    """Of the letters; null is the template's own."""
    accent: GivenColour | None = None
    """Of what the template draws around them; null is the template's own."""
    font_scale: Annotated[float, Field(ge=0.4, le=2.5)] = 1.0


Layer = Annotated[ImageLayer | ProgressBar | TitleCard, Field(discriminator="kind")]
"""The first one lies lowest; pictures lie below bars and titles, captions over all of them."""


def with_layer_files(options: Any, find: Callable[[Any], Any]) -> Any:
    """Options of a video, as somebody wrote them, with what their layers call files as ``find`` calls it."""
    layers = options.get("layers") if isinstance(options, dict) else None
    if not isinstance(layers, (list, tuple)) or not layers:
        return options
    return {**options, "layers": [_with_file(layer, find) for layer in layers]}


def _with_file(layer: Any, find: Callable[[Any], Any]) -> Any:
    return {**layer, "file": find(layer["file"])} if isinstance(layer, dict) and "file" in layer else layer
