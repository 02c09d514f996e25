"""What goes to an engine and what comes back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]


@dataclass(frozen=True)
class Reference:
    """A recording of the voice to speak in, prepared by the voice library."""

    path: Path
    """WAV, mono, 24 kHz, 16 bits, at most 12 s, trimmed."""
    text: str
    """Exactly what is said in it."""
    sha256: str
    """Of the file: engines keep what they prepared under it."""

    def content_hash(self) -> str:
        """Changes with the recording and with what is said in it."""
        return hashlib.sha256(f"{self.sha256}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True)
class SpeakRequest:
    """One sentence to be spoken."""

    text: str
    """What is said, already normalised."""
    words: tuple[Span, ...] = ()
    """Character spans in ``text`` whose times are wanted, in order and not overlapping."""
    pronunciations: tuple[tuple[int, int, str], ...] = ()
    """Character spans in ``text`` with the IPA they are said as."""
    voice: str = "af_heart"
    """A voice of this engine."""
    language: str = "en-us"
    """BCP 47, lower case."""
    speed: float = 1.0
    """0.5 to 2; 1 is the voice's own pace."""
    seed: int | None = None
    """For engines that draw."""
    reference: Reference | None = None
    """Recording of the voice, for engines that clone."""
    options: dict[str, Any] = field(default_factory=dict)
    """Engine parameters."""


@dataclass(frozen=True)
class Spoken:
    """One sentence, spoken."""

    samples: NDArray[np.float32]
    """Mono, -1 to 1."""
    sample_rate: int
    """Hz."""
    words: tuple[Span, ...] | None
    """First and one-past-last sample of every asked word, never running backwards; a word without sound has an empty
    span. None when the engine knows no times."""
    seed: int | None = None
    """What it drew with: the same request with this seed sounds the same again. None for engines that do not draw."""


@dataclass(frozen=True)
class HeardWord:
    """A word that was recognised."""

    text: str
    start: float
    """Seconds."""
    end: float
    """Seconds."""
    probability: float
    """0 to 1."""


@dataclass(frozen=True)
class Heard:
    """What a recogniser made of a recording."""

    text: str
    language: str
    """BCP 47."""
    duration: float
    """Seconds of audio."""
    words: tuple[HeardWord, ...]
    speech: tuple[tuple[float, float], ...] = ()
    """Seconds between which there is a voice; empty when the recogniser does not tell."""
