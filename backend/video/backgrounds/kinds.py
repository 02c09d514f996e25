"""What stands behind the captions: colours, a gradient, pictures and clips."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.errors import InvalidRequest
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.video.backgrounds.colour_names import COLOUR_NAMES
from backend.work import Cancel


@dataclass(frozen=True)
class Colour:
    """One colour all over."""

    hex: str
    """``#rrggbb`` in lower case; make one of anything a person wrote with `parse_colour`."""

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green and blue, 0 to 255."""
        value = int(self.hex[1:], 16)
        return value >> 16, value >> 8 & 255, value & 255


@dataclass(frozen=True)
class Gradient:
    """The studio's own quiet gradient: night above, a warm glow below."""


@dataclass(frozen=True)
class MovingGradient:
    """The same gradient with slow lights wandering in it."""


@dataclass(frozen=True)
class Waveform:
    """Bars on the gradient that rise and fall with the narration."""


@dataclass(frozen=True)
class Image:
    """A still picture."""

    path: Path
    info: MediaInfo | None = field(default=None, compare=False, repr=False)
    """What is in it, when that is known already."""


@dataclass(frozen=True)
class Clip:
    """A video; its sound is not used."""

    path: Path
    info: MediaInfo | None = field(default=None, compare=False, repr=False)
    """What is in it, when that is known already."""


@dataclass(frozen=True)
class Painted:
    """A still picture that was brought to the frame's size before; see `backend.video.rendering.preview.paint`."""

    frame: bytes = field(repr=False)
    """Raw yuv420p, as the graph makes it of the picture."""


Background = Colour | Gradient | MovingGradient | Waveform | Image | Clip | Painted

BACKGROUND_WORDS: Mapping[str, Background] = {
    "gradient": Gradient(),
    "moving_gradient": MovingGradient(),
    "waveform": Waveform(),
}
"""What a request calls the backgrounds that the studio paints itself."""
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})")


def parse_colour(text: str) -> Colour:
    """The colour of a CSS name (``navy``) or of hexadecimal digits (``#102030``, ``#123``).

    Raises:
        InvalidRequest: ``unknown_colour``.
    """
    name = text.strip().lower()
    if name in COLOUR_NAMES:
        return Colour(f"#{COLOUR_NAMES[name]}")
    match = _HEX.fullmatch(name)
    if not match:
        raise InvalidRequest(
            f"{text[:40]!r} is not a colour.",
            hint="Use #rrggbb, e.g. #102030, or a CSS name such as navy.",
            code="unknown_colour",
        )
    digits = match[1]
    return Colour("#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)))


def open_background(path: Path, cancel: Cancel | None = None) -> Image | Clip:
    """The background a media file makes.

    Raises:
        MediaRejected: as `probe` says, or ``no_video``.
        Cancelled: stopped on request.
    """
    info = probe(path, cancel=cancel)
    info.require_video()
    return Image(path, info) if info.kind == "image" else Clip(path, info)
