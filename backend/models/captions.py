"""Cues, and captions made of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from backend.models.speech import Timings, Word
from backend.models.value import Value
from backend.models.vocabulary import CaptionPosition


class CueWord(Word):
    """A word inside a cue."""

    emphasis: bool | None = None
    """Whether it is drawn emphasised; null leaves it to the style's ``emphasis_words``."""
    speaker: Annotated[str, Field(max_length=200)] = ""
    """Who says it, where several speak."""


class Cue(Value):
    """One caption on screen."""

    index: int
    """From 0, in order of time."""
    start: float
    end: float
    text: str
    """Lines separated by a newline."""
    words: tuple[CueWord, ...] = ()
    """The words of the text in order; empty when their times are not known."""
    speaker: Annotated[str, Field(max_length=200)] = ""
    """Who says it, where several speak: a voice, or a name."""


class CaptionLayout(Value):
    """How cues are cut and placed. A null field takes the style's own value."""

    max_characters: Annotated[int, Field(ge=4, le=80)] | None = None
    """Characters a line."""
    max_lines: Annotated[int, Field(ge=1, le=4)] | None = None
    """Lines a cue."""
    max_words: Annotated[int, Field(ge=1, le=20)] | None = None
    """Words a cue."""
    position: CaptionPosition | None = None
    """Which third of the frame."""
    font_scale: Annotated[float, Field(ge=0.4, le=2.5)] | None = None
    """Multiplies the style's font size."""
    uppercase: bool | None = None
    """Whether captions are drawn in capitals; the text in files stays as written."""


class Captions(Value):
    """Cues in a style for a frame size."""

    captions_id: str
    version: int
    cues: tuple[Cue, ...]
    style: str
    """Its name; ``custom`` if it was given as data."""
    own_style: dict[str, Any] | None = None
    """A style of your own as it was when these were made; null for those that come with the studio."""
    size: str
    layout: CaptionLayout = CaptionLayout()
    narration_id: str | None = None
    """The narration they were made from, if any."""
    files: Timings
    warnings: tuple[str, ...] = ()
    """What to look at before rendering, e.g. characters that no bundled font can draw."""
