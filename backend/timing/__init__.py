"""When every word is spoken. The clock is the sample count of the joined audio."""

from backend.timing.carrying import Clock, Seconds, carry
from backend.timing.clock import Placement, in_samples, in_seconds, place, rescale
from backend.timing.encodings import Encodings, with_encodings
from backend.timing.spectra import RATE, Spectra, read_spectra
from backend.timing.words import (
    ESTIMATED_CONFIDENCE,
    SILENT_CONFIDENCE,
    TakenWord,
    estimated_spans,
    timed_words,
)

__all__ = [
    "ESTIMATED_CONFIDENCE",
    "RATE",
    "SILENT_CONFIDENCE",
    "Clock",
    "Encodings",
    "Placement",
    "Seconds",
    "Spectra",
    "TakenWord",
    "carry",
    "estimated_spans",
    "in_samples",
    "in_seconds",
    "place",
    "read_spectra",
    "rescale",
    "timed_words",
    "with_encodings",
]
