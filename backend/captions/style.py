"""Caption styles: how captions look and how they are cut. Each is a small data file in ``assets/styles``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from backend.captions.fonts import FALLBACKS, FILES
from backend.errors import InvalidRequest
from backend.models import CaptionPosition, Value

STYLES_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "styles"

Highlight = Literal["none", "pop", "punch", "box", "sweep", "underline", "glow", "reveal", "brighten"]
"""What happens to a word while it is spoken:

none      nothing
pop       it grows and takes the accent colour
punch     the whole cue is in the accent colour and jumps in
box       it sits in a rounded box of the accent colour
sweep     the accent colour runs through it
underline a line of the accent colour grows under it
glow      it lights up in the accent colour
reveal    it appears when it is spoken and stays
brighten  it is faint before it is spoken and full from then on
"""
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""``#RRGGBB``"""
Em = Annotated[float, Field(ge=0, le=2)]
"""A length in units of the font's em."""
Share = Annotated[float, Field(ge=0, le=1)]


class CueRules(Value):
    """How words are cut into cues."""

    max_characters: Annotated[int, Field(ge=4, le=80)]
    """Characters a line."""
    max_lines: Annotated[int, Field(ge=1, le=4)]
    max_words: Annotated[int, Field(ge=1, le=20)]
    """Words a cue."""
    min_seconds: Annotated[float, Field(ge=0, le=5)] = 0.5
    """A shorter cue is avoided."""
    max_seconds: Annotated[float, Field(ge=0.5, le=30)] = 6.0
    """A longer cue is never made of several words."""
    characters_per_second: Annotated[float, Field(ge=5, le=100)] = 24.0
    """Reading speed that is kept to where the speech allows."""
    pause_seconds: Annotated[float, Field(ge=0.1, le=5)] = 0.6
    """A silence this long always ends a cue."""
    hold_seconds: Annotated[float, Field(ge=0, le=3)] = 0.8
    """A cue stays until the next one over a silence up to this."""
    linger_seconds: Annotated[float, Field(ge=0, le=3)] = 0.35
    """Before a longer silence it stays this long."""


class Shadow(Value):
    """A soft shadow behind the letters."""

    color: Colour = "#000000"
    opacity: Share = 0.5
    spread: Em = 0.02
    """How far it reaches beyond the letters before it fades."""
    blur: Em = 0.08
    drop: Em = 0.04
    """How far below the letters it lies."""


class Plate(Value):
    """A panel behind the whole caption."""

    color: Colour = "#0F0F14"
    opacity: Share = 0.8
    padding: Em = 0.4
    radius: Em = 0.25
    bar: Em = 0.0
    """Width of a bar in the accent colour at the panel's start."""


class CaptionStyle(Value):
    """How captions look. Lengths are in ems, so that a style looks the same at every size."""

    name: str
    """What requests call it."""
    title: str
    """What people call it."""
    description: str
    font: str
    """Family of a bundled font."""
    size: Annotated[float, Field(gt=0.01, le=0.3)]
    """Em as a share of the frame's shorter side."""
    highlight: Highlight
    color: Colour = "#FFFFFF"
    accent: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=6)] = ("#FFE14D",)
    """One after the other, cue by cue."""
    active_color: Colour | None = None
    """Colour of the letters of the active word in a box; null leaves them as they are."""
    uppercase: bool = False
    align: Literal["center", "left"] = "center"
    position: CaptionPosition = "bottom"
    line_height: Annotated[float, Field(ge=0.7, le=3)] = 1.15
    letter_spacing: Annotated[float, Field(ge=-0.1, le=0.5)] = 0.0
    word_gap: Em | None = None
    """Space between words; null is the font's own space."""
    outline: Em = 0.0
    outline_color: Colour = "#000000"
    faint: Share = 0.45
    """Opacity of a word that is still to come, with the highlight ``brighten``."""
    shadow: Shadow | None = None
    plate: Plate | None = None
    rules: CueRules

    @field_validator("font")
    @classmethod
    def _is_bundled(cls, family: str) -> str:
        if family not in FILES or family in FALLBACKS:
            raise ValueError(f"{family!r} is not a bundled caption font")
        return family


def _load() -> dict[str, CaptionStyle]:
    styles = [CaptionStyle.model_validate_json(file.read_bytes()) for file in sorted(STYLES_FOLDER.glob("*.json"))]
    return {style.name: style for style in sorted(styles, key=lambda style: _order(style.name))}


_FIRST = ("bold_pop", "box_highlight", "karaoke_sweep", "one_big_word", "clean_two_line", "lower_third")


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


STYLES: dict[str, CaptionStyle] = _load()
"""Every style by its name, in the order they are offered."""


def find_style(name: str) -> CaptionStyle:
    """The style of this name.

    Raises:
        InvalidRequest: there is none (code ``unknown_style``).
    """
    if name not in STYLES:
        raise InvalidRequest(
            f"There is no caption style {name[:60]!r}.", hint=f"Use one of {', '.join(STYLES)}.", code="unknown_style"
        )
    return STYLES[name]


def list_styles() -> list[dict[str, Any]]:
    """Every style as JSON-ready data, in the order they are offered."""
    return [style.model_dump(mode="json") for style in STYLES.values()]
