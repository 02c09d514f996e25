"""How loud a sound is from moment to moment, and how loud a mix of two will be. Pure.

ffmpeg's EBU R 128 meter tells the loudness of every 0.4 s, each tenth of a second. From these curves follow the
loudness of the whole (ITU-R BS.1770-4, gated), what a mix comes to before it is made, and how far music steps back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
STEP_SECONDS = 0.1
_PARTIAL = 3
"""Steps at the beginning of a sound whose 0.4 s are not full yet."""
_OFFSET = 0.691
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_SILENT = 1e-12
_AROUND = 15
"""Steps on either side that say how loud music is at a moment: with them it is EBU's short-term loudness, of 3 s."""
_SLOWLY = 10
"""Steps on either side over which the depth of ducking changes: a second, so that nobody hears it."""


@dataclass(frozen=True)
class Levels:
    """A sound as its meter sees it."""

    powers: Curve
    """Mean weighted power of the 0.4 s that end with each tenth of a second."""
    peak: float
    """Its highest true peak; 1 is full scale."""

    @property
    def loudness(self) -> float | None:
        """Integrated loudness in LUFS; None where nothing is heard, or it lasts less than 0.4 s."""
        return integrated(self.powers)


def read_levels(lines: Iterable[str]) -> Levels:
    """What the meter wrote: a line ``NAME=VALUE`` for each measurement, others are passed over."""
    momentary, peak = [], 0.0
    for line in lines:
        name, _, value = line.strip().partition("=")
        if name == "lavfi.r128.M":
            momentary.append(float(value))
        elif name.startswith("lavfi.r128.true_peaks_ch"):
            peak = max(peak, _number(value))
    curve = np.nan_to_num(np.asarray(momentary, dtype=np.float64), nan=-200.0, neginf=-200.0)
    return Levels(10 ** ((curve + _OFFSET) / 10), peak)


def _number(text: str) -> float:
    value = float(text)
    return value if np.isfinite(value) else 0.0


def integrated(powers: Curve) -> float | None:
    """Integrated loudness in LUFS of what has these powers; None where nothing is heard."""
    whole = powers[_PARTIAL:]
    heard = whole[loudness_of(whole) > _ABSOLUTE_GATE]
    if not len(heard):
        return None
    heard = heard[loudness_of(heard) > float(loudness_of(heard.mean())) + _RELATIVE_GATE]
    return float(loudness_of(heard.mean()))


def loudness_of(power: Curve | np.floating) -> Curve:
    """LUFS of mean weighted powers."""
    return np.asarray(10 * np.log10(np.maximum(power, _SILENT)) - _OFFSET)


def stretched(powers: Curve, count: int) -> Curve:
    """Powers of a sound that begins again until there are ``count`` of them."""
    if not len(powers):
        return np.zeros(count)
    return np.resize(powers, count)


def mixed(voice: Curve, music: Curve, gain: Curve) -> Curve:
    """Powers of a voice with music under it. What has nothing to do with each other adds up by power.

    Args:
        gain: of the music, at each of the voice's steps.
    """
    squares = np.concatenate([np.full(_PARTIAL, gain[0] if len(gain) else 0.0), gain]) ** 2
    windows = np.convolve(squares, np.full(_PARTIAL + 1, 1 / (_PARTIAL + 1)), mode="valid")
    return voice + stretched(music, len(voice)) * windows[: len(voice)]


def duck_depth(music: Curve, volume: float, highest: float) -> Curve:
    """Decibels by which music has to step back at each step to be at most as loud as ``highest`` (LUFS).

    Args:
        music: its powers, over the whole video.
        volume: its gain where it does not step back.
    """
    if volume <= 0 or len(music) <= _PARTIAL:
        return np.zeros(len(music))
    steady = np.concatenate([np.full(_PARTIAL, music[_PARTIAL]), music[_PARTIAL:]])
    local = _averaged(steady, _AROUND)
    needed = np.maximum(0.0, loudness_of(local) + 20 * np.log10(volume) - highest)
    return _averaged(_highest_nearby(needed, _SLOWLY), _SLOWLY)


def _highest_nearby(values: Curve, reach: int) -> Curve:
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, reach, mode="edge"), 2 * reach + 1)
    return np.asarray(windows.max(axis=1))


def _averaged(values: Curve, reach: int) -> Curve:
    padded = np.pad(values, reach, mode="edge")
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    width = 2 * reach + 1
    return np.asarray((sums[width:] - sums[:-width]) / width)
