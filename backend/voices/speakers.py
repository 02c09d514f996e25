"""Whether a recording holds a second voice: its stretches of speech, sorted into two heaps by pitch and colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.voices.activity import Activity, frames_of
from backend.voices.hints import periodicity
from backend.voices.recording import HOP, RATE

_MOST_PHRASES = 60
_LONGEST, _SHORTEST = 200, 60
"""Frames of speech that are compared as one."""
_FEWEST = 4
_PAUSE = 15
"""Frames of silence between phrases."""
_VOICED, _FEWEST_VOICED = 0.7, 25
_WINDOW = 600
_POINTS = 1024
_BANDS = 24
_COEFFICIENTS = 10
_OCTAVES, _COLOURS = 0.4, 3.0
"""How far two speakers' phrases usually lie apart in pitch, and in colour (spreads of one phrase)."""
_ONE, _TWO = 0.7, 1.05
"""Distance of the heaps of one speaker at the most, of two at the least."""


def second_speaker(samples: Samples, activity: Activity) -> float:
    """0 to 1; 0 where there is too little speech to tell."""
    phrases = [phrase for frames in _phrases(activity) if (phrase := _described(samples, frames)) is not None]
    if len(phrases) < _FEWEST:
        return 0.0
    return float(np.clip((_separation(_distances(phrases)) - _ONE) / (_TWO - _ONE), 0.0, 1.0))


def _phrases(activity: Activity) -> list[NDArray[np.int64]]:
    """Frames of each stretch between pauses, long ones in pieces."""
    stretches: list[list[int]] = []
    for start, end in activity.runs:
        if stretches and start - stretches[-1][1] < _PAUSE:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    pieces = [
        piece
        for start, end in stretches
        for piece in np.array_split(np.arange(start, end), max(1, round((end - start) / _LONGEST)))
    ]
    return [piece for piece in pieces if len(piece) >= _SHORTEST][:_MOST_PHRASES]


def _described(samples: Samples, frames: NDArray[np.int64]) -> tuple[float, NDArray[np.float64]] | None:
    """Pitch in octaves and colours of the voiced frames; None where there are too few."""
    periodic, pitch = periodicity(samples, frames)
    voiced = periodic > _VOICED
    if np.count_nonzero(voiced) < _FEWEST_VOICED:
        return None
    return float(np.median(np.log2(pitch[voiced]))), _cepstra(samples, frames)[voiced]


def _distances(phrases: list[tuple[float, NDArray[np.float64]]]) -> NDArray[np.float64]:
    """Of each phrase from each other: half by pitch, half by colour."""
    spread = np.mean([np.cov(colours.T) for _, colours in phrases], axis=0) + 1e-3 * np.eye(_COEFFICIENTS)
    means = np.array([colours.mean(axis=0) for _, colours in phrases]) @ np.linalg.inv(np.linalg.cholesky(spread)).T
    pitches = np.array([pitch for pitch, _ in phrases])
    by_colour = np.linalg.norm(means[:, None] - means[None], axis=2) / _COLOURS
    by_pitch = np.minimum(np.abs(pitches[:, None] - pitches[None]), 1.0) / _OCTAVES
    return np.asarray((by_colour + by_pitch) / 2)


def _separation(distances: NDArray[np.float64]) -> float:
    """The nearest are put together until two heaps are left: how far those are apart, 0 when one is a single phrase."""
    sizes = np.ones(len(distances))
    between = distances + np.diag(np.full(len(distances), np.inf))
    while len(sizes) > 2:
        one, other = sorted(np.unravel_index(np.argmin(between), between.shape))
        # The mean distance from two heaps together is that from each, weighted by how many phrases it has.
        joined = (sizes[one] * between[one] + sizes[other] * between[other]) / (sizes[one] + sizes[other])
        between[one], between[:, one], between[one, one] = joined, joined, np.inf
        sizes[one] += sizes[other]
        sizes = np.delete(sizes, other)
        between = np.delete(np.delete(between, other, axis=0), other, axis=1)
    return float(between[0, 1]) if sizes.min() >= 2 else 0.0


def _cepstra(samples: Samples, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mel cepstra without the first, scaled to spread alike."""
    window = np.hanning(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(frames_of(samples, frames * HOP, _WINDOW) * window, _POINTS, axis=1)))
    bands = np.log(np.maximum(power @ _mel_filters().T, 1e-9))
    places = np.pi * (np.arange(_BANDS) + 0.5) / _BANDS
    return np.asarray(bands @ np.cos(np.outer(places, np.arange(1, _COEFFICIENTS + 1))) / _BANDS * 2)


def _mel_filters() -> NDArray[np.float64]:
    """Triangles from 100 Hz to 7 kHz, as (bands, bins)."""
    edges = 700 * (np.expm1(np.linspace(np.log1p(100 / 700), np.log1p(7000 / 700), _BANDS + 2)))
    bins = np.fft.rfftfreq(_POINTS, 1 / RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))
