"""Takes joined as they come, for somebody who listens while the rest is still being spoken.

The joined file gets one gain, measured on the whole. Here the whole is not there yet, so the gain is measured on the
first sentences and held to the end: within one stream nothing gets louder or softer, and the same script always gets
the same stream. The samples are those of the file otherwise, on the same clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from backend.speech.joining import at_rate, gain_for, silence
from backend.speech.limiting import amplified, peak_envelope
from backend.speech.loudness import Samples
from backend.timing import in_samples

MEASURED_SECONDS = 2.0
"""The gain is measured on the first sentences that last so long together: about what one usually does."""


class LiveJoining:
    """One narration, sentence by sentence.

    Args:
        pauses: seconds of silence after each sentence.
        lead: seconds of silence before the first.
        loudness: LUFS; None leaves it as spoken.
        rate: Hz of what comes out.
    """

    def __init__(self, pauses: Sequence[float], lead: float, loudness: float | None, rate: int) -> None:
        self._rate = rate
        self._loudness = loudness
        self._pauses = [in_samples(pause, rate) for pause in pauses]
        self._lead = in_samples(lead, rate)
        self._held: list[tuple[Samples, Samples]] = []
        """Sentences that wait for the gain, each with its peaks."""
        self._gain = 1.0 if loudness is None else None
        self._joined = 0
        """Sentences that came out."""

    def add(self, samples: Samples, rate: int) -> Iterator[Samples]:
        """Take the next sentence; what can be heard now, in order, maybe nothing yet."""
        sound = at_rate(samples, rate, self._rate)
        self._held.append((sound, peak_envelope(sound, self._rate)))
        if self._gain is None and self._can_measure():
            self._gain = gain_for(self._loudness or 0.0, self._blocks, self._rate)
        return iter(()) if self._gain is None else self._give(self._gain)

    def _can_measure(self) -> bool:
        measured = sum(len(sound) for sound, _ in self._held)
        return measured >= MEASURED_SECONDS * self._rate or len(self._held) == len(self._pauses)

    def _give(self, gain: float) -> Iterator[Samples]:
        sounds = list(self._blocks(gain))
        self._held = []
        if not self._joined:
            yield from silence(self._lead)
        for sound in sounds:
            yield sound
            yield from silence(self._pauses[self._joined])
            self._joined += 1

    def _blocks(self, gain: float) -> Iterator[Samples]:
        for sound, peaks in self._held:
            yield sound if gain == 1.0 else amplified(sound, peaks, self._rate, gain)


def as_pcm(blocks: Iterable[Samples]) -> bytes:
    """Signed 16-bit little-endian samples."""
    return b"".join(np.rint(np.clip(block, -1.0, 1.0) * 32767).astype("<i2").tobytes() for block in blocks)
