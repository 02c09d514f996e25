"""The shape of a recording for the player, as a short row of bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from ui.studio import Json

BARS = 72


def bars_of_file(path: Path, bars: int = BARS) -> tuple[float, ...]:
    """Loudest sample of each of ``bars`` equal parts, 0 to 1; none when the file cannot be read."""
    try:
        with soundfile.SoundFile(path) as sound:
            if sound.frames < bars:
                return ()
            length = -(-sound.frames // bars)
            peaks = [float(np.abs(block).max(initial=0.0)) for block in sound.blocks(blocksize=length, dtype="float32")]
    except (soundfile.LibsndfileError, OSError):
        return ()
    return _scaled(peaks)


def bars_of_words(words: Sequence[Json], seconds: float, bars: int = BARS) -> list[float]:
    """Bars that stand where something is said, for when the recording itself is not at hand."""
    heights = [0.12] * bars
    for number, word in enumerate(words):
        first = int(word["start"] / max(seconds, 0.01) * bars)
        last = int(word["end"] / max(seconds, 0.01) * bars)
        for bar in range(max(0, first), min(bars - 1, last) + 1):
            heights[bar] = 0.45 + 0.5 * ((number * 37 + bar * 23) % 17) / 17
    return heights


def _scaled(peaks: list[float]) -> tuple[float, ...]:
    loudest = max(peaks, default=0.0) or 1.0
    return tuple(round(max(0.08, peak / loudest), 3) for peak in peaks)
