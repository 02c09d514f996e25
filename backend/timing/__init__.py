"""When every word is spoken. The clock is the sample count of the joined audio."""

from backend.timing.clock import Placement, in_samples, in_seconds, place, rescale
from backend.timing.words import (
    ESTIMATED_CONFIDENCE,
    SILENT_CONFIDENCE,
    TakenWord,
    estimated_spans,
    timed_words,
)

__all__ = [
    "ESTIMATED_CONFIDENCE",
    "SILENT_CONFIDENCE",
    "Placement",
    "TakenWord",
    "estimated_spans",
    "in_samples",
    "in_seconds",
    "place",
    "rescale",
    "timed_words",
]
