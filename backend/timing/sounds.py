"""Where a recording sounds and where it is silent, to five thousandths of a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from backend.timing.pauses import loud_and_faint, runs_of, silence_level

FRAME_SECONDS = 0.005
_WINDOW_FRAMES = 2
"""Frames whose power is taken together, so that a period of a low voice is not taken for a pause."""
_ABOVE_FAINT = 0.3
"""Share of the way from the faint parts to the loud ones at which sound begins, where there is noise."""
_SHORTEST_PAUSE = 5
"""Frames."""
_SHORTEST_SOUND = 5
_BLOCK_FRAMES = 20_000


def sounds_in(path: Path) -> list[tuple[float, float]]:
    """Seconds from and to of each stretch of a WAV file in which something can be heard, in order.

    Levels are taken against the recording's own: what is 35 dB below its loud parts is silence, or what is near its
    faintest parts where there is noise under the voice.
    """
    levels = _levels(path)
    if not len(levels):
        return []
    quiet = levels < silence_level(*loud_and_faint(levels), _ABOVE_FAINT)
    for start, end in runs_of(quiet):
        if end - start < _SHORTEST_PAUSE and start > 0 and end < len(quiet):
            quiet[start:end] = False
    heard = [(start, end) for start, end in runs_of(~quiet) if end - start >= _SHORTEST_SOUND]
    return [(round(start * FRAME_SECONDS, 3), round(end * FRAME_SECONDS, 3)) for start, end in heard]


def _levels(path: Path) -> NDArray[np.float64]:
    """Decibels of each frame, the channels together."""
    with soundfile.SoundFile(path) as file:
        length = max(1, round(file.samplerate * FRAME_SECONDS))
        blocks = file.blocks(length * _BLOCK_FRAMES, dtype="float32", always_2d=True)
        powers = [_powers(block.mean(1), length) for block in blocks]
    power = np.concatenate(powers) if powers else np.zeros(0)
    together = np.convolve(power, np.ones(_WINDOW_FRAMES) / _WINDOW_FRAMES, "same") if len(power) else power
    decibels: NDArray[np.float64] = 10 * np.log10(together + 1e-9)
    return decibels


def _powers(samples: NDArray[np.float32], length: int) -> NDArray[np.float64]:
    whole = len(samples) // length * length
    frames = np.nan_to_num(samples[:whole]).reshape(-1, length).astype(np.float64)
    return np.asarray((frames**2).mean(1))
