"""What a caption style says: how captions look and how they are cut. The styles themselves: ``catalogue.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from backend.captions.fonts import FALLBACKS, FILES, is_own_font
from backend.models import CaptionPosition, Value

Highlight = Literal[
    "none",
    "pop",
    "punch",
    "box",
    "sweep",
    "underline",
    "glow",
    "reveal",
    "brighten",
    "color",
    "bounce",
    "fill",
    "gradient",
    "type",
]
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
color     it takes the accent colour
bounce    it hops and takes the accent colour
fill      it is hollow before it is spoken and full of the accent colour from then on
gradient  from when it is spoken it is filled with all accent colours, from top to bottom
type      it is typed letter by letter, with a caret
"""
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""``#RRGGBB``"""
Em = Annotated[float, Field(ge=0, le=2)]
"""A length in units of the font's em."""
Edge = Annotated[float, Field(ge=0, le=0.3)]
"""A length in ems of what is drawn around letters: what is wider, or softer, is dear to draw and hides the text."""
EmphasisWord = Annotated[str, Field(min_length=1, max_length=40)]
Share = Annotated[float, Field(ge=0, le=1)]


CUSTOM = "custom"
"""Name of a style that is given as data, without being kept."""


class CueRules(Value):
    """How words are cut into cues."""

    max_characters: Annotated[int, Field(ge=4, le=80)] = 20
    """Characters a line."""
    max_lines: Annotated[int, Field(ge=1, le=4)] = 2
    max_words: Annotated[int, Field(ge=1, le=20)] = 5
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

    @model_validator(mode="after")
    def _are_in_order(self) -> CueRules:
        if self.min_seconds > self.max_seconds:
            raise ValueError("min_seconds must not be over max_seconds")
        return self


class Shadow(Value):
    """A soft shadow behind the letters."""

    color: Colour = "#000000"
    opacity: Share = 0.5
    spread: Edge = 0.02
    """How far it reaches beyond the letters before it fades."""
    blur: Edge = 0.08
    drop: Edge = 0.04
    """How far below the letters it lies."""


class Plate(Value):
    """A panel behind the whole caption."""

    color: Colour = "#0F0F14"
    opacity: Share = 0.8
    padding: Annotated[float, Field(ge=0, le=1.5)] = 0.4
    radius: Em = 0.25
    bar: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Width of a bar in the accent colour at the panel's start."""
    each_line: bool = False
    """Whether each line has a panel of its own, as wide as its words."""


class CaptionStyle(Value):
    """How captions look. Lengths are in ems, so that a style looks the same at every size."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")] = CUSTOM
    """What requests call it."""
    title: Annotated[str, Field(max_length=60)] = ""
    """What people call it."""
    description: Annotated[str, Field(max_length=200)] = ""
    font: str
    """Family of a bundled font, or the id of an own one."""
    size: Annotated[float, Field(gt=0.01, le=0.3)]
    """Em as a share of the frame's shorter side."""
    highlight: Highlight
    color: Colour = "#FFFFFF"
    accent: Annotated[tuple[Colour, ...], Field(min_length=1, max_length=6)] = ("#FFE14D",)
    """One after the other, cue by cue."""
    accent_by: Literal["cue", "speaker"] = "cue"
    """Whether the next accent colour comes with each cue, or with each speaker."""
    tinted: bool = False
    """Whether letters at rest have the accent colour, too."""
    active_color: Colour | None = None
    """Colour of the letters of the active word in a box; null leaves them as they are."""
    uppercase: bool = False
    align: Literal["center", "left"] = "center"
    position: CaptionPosition = "bottom"
    line_height: Annotated[float, Field(ge=0.7, le=3)] = 1.15
    letter_spacing: Annotated[float, Field(ge=-0.1, le=0.5)] = 0.0
    word_gap: Em | None = None
    """Space between words; null is the font's own space."""
    outline: Edge = 0.0
    outline_color: Colour = "#000000"
    faint: Share = 0.45
    """Opacity of a word that is still to come, with the highlight ``brighten``."""
    emphasis_color: Colour | None = None
    """Colour of emphasised words at rest; null is the accent colour."""
    emphasis_scale: Annotated[float, Field(ge=1, le=1.5)] = 1.15
    """Size of emphasised words, where 1 is that of the others."""
    emphasis_words: Annotated[tuple[EmphasisWord, ...], Field(max_length=50)] = ()
    """Words that are always emphasised, whatever their case and punctuation."""
    shadow: Shadow | None = None
    plate: Plate | None = None
    rules: CueRules = CueRules()
    _font_file: Path | None = PrivateAttr(default=None)

    @property
    def font_file(self) -> Path | None:
        """The style's font, if it is an own one. Never read from data: only `with_font` sets it."""
        return self._font_file

    def with_font(self, file: Path) -> CaptionStyle:
        """The same style, its font in this file."""
        style = self.model_copy()
        style._font_file = file
        return style

    @field_validator("font")
    @classmethod
    def _can_be_drawn(cls, family: str) -> str:
        if not is_own_font(family) and (family not in FILES or family in FALLBACKS):
            raise ValueError(f"{family[:60]!r} is neither a bundled caption font nor the id of your own")
        return family
