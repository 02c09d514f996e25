"""What was heard in a recording."""

from __future__ import annotations

from typing import Literal

from backend.models.speech import Timings, Word
from backend.models.value import Value


class Segment(Value):
    """A stretch of what is said: a sentence, or less where somebody pauses."""

    start: float
    """Seconds from the start of the recording."""
    end: float
    """Seconds."""
    text: str


class Transcript(Value):
    """What is said in a recording. Kept for a week."""

    transcript_id: str
    text: str
    language: str
    """BCP 47; ``und`` where nothing was said."""
    duration: float
    """Seconds of the recording."""
    words: tuple[Word, ...]
    """As they were heard, in order; empty where nothing was said."""
    segments: tuple[Segment, ...]
    timings: Timings
    """The words as five files; any of them can be the source of captions."""
    warnings: tuple[str, ...] = ()
    """Of one that was made again: why it may differ from what was made before."""
    media: str = ""
    """The file_id of the recording."""


class ScriptDifference(Value):
    """Several words in a row that only the script or only the recording has."""

    kind: Literal["missing", "added"]
    """``missing``: nobody says them. ``added``: said, and not in the script."""
    text: str
    start: float
    """Seconds in the recording; where missing words would be."""
    end: float


class Alignment(Value):
    """A script on a recording of it. Kept for a week."""

    alignment_id: str
    language: str
    """BCP 47."""
    duration: float
    """Seconds of the recording."""
    words: tuple[Word, ...]
    """Every word of the script, once, in order."""
    differences: tuple[ScriptDifference, ...]
    timings: Timings
    """The words as five files; any of them can be the source of captions."""
    warnings: tuple[str, ...] = ()
    """Of one that was made again: why it may differ from what was made before."""
    media: str = ""
    """The file_id of the recording."""
