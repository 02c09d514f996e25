"""What two recordings of the same words have in common: how their spectra move, 100 times a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from backend.timing.pauses import loud_and_faint, silence_level

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Moments = TypeVar("Moments", float, NDArray[np.float64])
RATE = 24_000
"""Hz, of all sound that is looked at."""
FRAME_SECONDS = 0.01
_HOP, _WINDOW, _POINTS = 240, 600, 1024
_CENTRE_SECONDS = _WINDOW / 2 / RATE
_BLOCK = 4096
"""Frames at a time, so that an hour of sound is never in memory as a whole."""
_BANDS, _LOWEST_HZ, _HIGHEST_HZ = 40, 60.0, 7600.0
_MOVEMENT = 12.0
"""Weight of how a band changes beside how strong it is: voices differ in the one, sounds in the other."""
_DEEPEST = -3.0
"""Spreads below a band's mean; silence is not the most telling thing about a word."""
_ABOVE_FAINT = 0.25
"""Share of the way from faint to loud parts of a recording at which speech begins, where there is noise."""
_CLEAR_DB = 30.0
"""Between loud and faint parts of a recording in which silence differs from soft sounds: noise hides those."""


@dataclass(frozen=True)
class Spectra:
    """A recording, frame by frame."""

    frames: Halves
    """(frames, features), each of length 1: each of 40 mel bands in spreads from its mean, and its movement; and
    whatever else is known of the sound."""
    quiet: NDArray[np.bool_]
    """(frames,): where nobody speaks; nowhere in a recording whose noise or music hides the ends of words."""

    def __len__(self) -> int:
        return len(self.frames)


def read_spectra(path: Path) -> Spectra:
    """The spectra of a WAV file at `RATE`, of any number of channels, in about 170 bytes a frame.

    Levels are taken against the recording's own, so neither its loudness nor its microphone matters.
    """
    pieces = [_bands(block) for block in _blocks(path)]
    bands = np.concatenate([piece[0] for piece in pieces])
    power = np.concatenate([piece[1] for piece in pieces])
    loud, faint = loud_and_faint(power)
    quiet = power < silence_level(loud, faint, _ABOVE_FAINT)
    sounding = ~quiet if (~quiet).any() else np.ones(len(quiet), bool)
    bands -= bands[sounding].mean(0)
    bands /= bands[sounding].std(0) + 0.1
    np.maximum(bands, _DEEPEST, out=bands)
    frames = unit_rows(np.concatenate([bands, movement(bands) * _MOVEMENT], 1))
    return Spectra(frames, quiet if loud - faint >= _CLEAR_DB else np.zeros_like(quiet))


def frame_of(seconds: Moments) -> Moments:
    """The frame whose middle is at this moment, in fractions."""
    return (seconds - _CENTRE_SECONDS) / FRAME_SECONDS


def seconds_of(frame: Moments) -> Moments:
    """The moment at the middle of a frame."""
    return frame * FRAME_SECONDS + _CENTRE_SECONDS


def _blocks(path: Path) -> Iterator[Floats]:
    """Mono samples, each block a window's rest longer than its frames so that none is missed."""
    overlap = _WINDOW - _HOP
    with soundfile.SoundFile(path) as file:
        for block in file.blocks(_BLOCK * _HOP + overlap, overlap, dtype="float32", always_2d=True):
            mono = block.mean(1)
            yield np.pad(mono, (0, max(0, _WINDOW - len(mono))))


def _bands(samples: Floats) -> tuple[Floats, Floats]:
    """Log power in each band, and the whole power in dB, of each frame."""
    windows = sliding_window_view(samples, _WINDOW)[::_HOP]
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW).astype(np.float32), _POINTS)) ** 2
    loud = 10 * np.log10(np.mean(windows**2, 1) + 1e-9)
    return np.log(spectrum @ _filters() + 1e-6).astype(np.float32), loud.astype(np.float32)


@cache
def _filters() -> Floats:
    """(513, 40): triangles that overlap, equally far apart on the mel scale (O'Shaughnessy 1987)."""
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(lowest, highest, _BANDS + 2) / 2595) - 1)
    hertz = np.fft.rfftfreq(_POINTS, 1 / RATE)[:, None]
    rising = (hertz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz) / (edges[2:] - edges[1:-1])
    filters: Floats = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return filters


def movement(rows: Floats) -> Floats:
    """How each value changes over five rows, by the slope of the line through them."""
    padded = np.pad(rows, ((2, 2), (0, 0)), mode="edge")
    slope = ((padded[3:-1] - padded[1:-3]) + 2 * (padded[4:] - padded[:-4])) / 10
    return slope.astype(np.float32)


def unit_rows(rows: Floats) -> Halves:
    """Each row brought to length 1."""
    unit: Halves = (rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)).astype(np.float16)
    return unit
