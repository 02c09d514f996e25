"""Times of words carried from a clock, which says the same words and knows when, to a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.timing.pauses import pauses_in, respect_pauses, runs_of
from backend.timing.spectra import Spectra, frame_of, seconds_of
from backend.timing.warping import Anchor, warp

Seconds = NDArray[np.float64]
_PAUSE = 30
"""Frames that are left of each pause."""
Stretch = tuple[float, float]
"""Seconds from, to."""


@dataclass(frozen=True)
class Clock:
    """The script, spoken with known word times."""

    spectra: Spectra
    starts: Seconds
    """Of each word."""
    ends: Seconds


def carry(
    clock: Clock,
    recording: Spectra,
    anchors: Sequence[tuple[float, float]] = (),
    only_clock: Sequence[Stretch] = (),
    only_recording: Sequence[Stretch] = (),
) -> tuple[Seconds, Seconds]:
    """When each of the clock's words starts and ends in the recording, in seconds.

    Args:
        clock: says the script.
        recording: says it too.
        anchors: moments of the clock and of the recording at which the same word is said, rising in both.
        only_clock: stretches of the clock that are not in the recording.
        only_recording: stretches of the recording that are not on the clock: words of nobody's script, long silence.
    """
    ours, theirs = _kept(clock.spectra, only_clock), _kept(recording, only_recording)
    way = warp(clock.spectra.frames[ours], recording.frames[theirs], _in_frames(anchors, ours, theirs))
    clock_starts, clock_ends = frame_of(clock.starts), frame_of(clock.ends)
    starts, ends = (_at(theirs, way.there(_rank(ours, frames))) for frames in (clock_starts, clock_ends))
    pauses = pauses_in(recording.quiet)
    middles = np.array([(start + end - 1) / 2 for start, end in pauses])
    on_clock = _at(ours, way.back(_rank(theirs, middles))) if pauses else middles
    respect_pauses(starts, ends, pauses, on_clock, clock_starts, clock_ends, clock.spectra.quiet)
    return seconds_of(starts), seconds_of(ends)


def _kept(spectra: Spectra, cut: Sequence[Stretch]) -> NDArray[np.int64]:
    """The frames that are left without these stretches; all of them where nothing would be.

    Pauses are all shortened to the same: between two words of the clock without one, a long pause would cost more than
    to take it for the words beside it.
    """
    keep = np.ones(len(spectra), bool)
    for start, end in runs_of(spectra.quiet):
        keep[start + _PAUSE // 2 : max(start + _PAUSE // 2, end - _PAUSE // 2)] = False
    for first, last in cut:
        keep[max(0, round(frame_of(first))) : max(0, round(frame_of(last)))] = False
    return np.flatnonzero(keep) if keep.any() else np.arange(len(spectra))


def _rank(kept: NDArray[np.int64], frames: Seconds) -> Seconds:
    """Where frames lie among those that were kept."""
    return np.interp(frames, kept, np.arange(len(kept)))


def _at(kept: NDArray[np.int64], ranks: Seconds) -> Seconds:
    return np.interp(ranks, np.arange(len(kept)), kept)


def _in_frames(
    anchors: Sequence[tuple[float, float]], ours: NDArray[np.int64], theirs: NDArray[np.int64]
) -> list[Anchor]:
    if not anchors:
        return []
    moments = np.array(anchors)
    ranks = np.stack([_rank(ours, frame_of(moments[:, 0])), _rank(theirs, frame_of(moments[:, 1]))], 1)
    return [(int(a), int(b)) for a, b in ranks]
