"""Clean speech, said by the studio's own Kokoro."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from backend.engines import Engines, SpeakRequest
from backend.media.audio import Samples
from backend.voices.recording import RATE
from backend.work import Work

LINES = (
    "The harbour master counts the boats at dawn, and writes their names in a long green book.",
    "Nobody has ever asked him why.",
    "On the last page there is a drawing of a lighthouse with a yellow door.",
    "He says that the fog took it, one quiet evening in September.",
    "You may believe him, or you may walk out to the point and look for yourself.",
)
PAUSE = 0.45

Say = Callable[..., Samples]


@pytest.fixture(scope="package")
def say(engines: Engines) -> Say:
    """Speaks lines with pauses between them; each is spoken once however often it is asked for."""
    known: dict[tuple[str, str], Samples] = {}

    def line(text: str, voice: str) -> Samples:
        if (voice, text) not in known:
            known[voice, text] = engines.speak("kokoro", SpeakRequest(text, voice=voice), Work()).samples
        return known[voice, text]

    def speak(*voices: str, lines: tuple[str, ...] = LINES, pause: float = PAUSE) -> Samples:
        """Line by line, the voices in turn."""
        gap = np.zeros(round(pause * RATE), np.float32)
        voices = voices or ("af_heart",)
        parts = [part for n, text in enumerate(lines) for part in (line(text, voices[n % len(voices)]), gap)]
        # The quietest rooms are 70 dB under a voice; digital silence is nowhere but in a computer.
        room = 2e-4 * np.random.default_rng(9).standard_normal(sum(map(len, parts)))
        return np.asarray(np.concatenate(parts) + room, dtype=np.float32)

    return speak
