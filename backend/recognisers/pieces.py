"""A recording cut where nobody speaks into pieces that a service takes in one request. Pure but for reading WAV."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

FRAME_SECONDS = 0.02
_AROUND = 15
"""Frames that a place of silence is judged by: 0.3 s."""
_FAINTEST = 1e-3
"""Of full scale: what stays below it all the time is silence, and nobody pays for having it heard."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a recording, in samples."""

    start: int
    end: int


def cut(path: Path, shortest: float, longest: float) -> tuple[list[Piece], int]:
    """The pieces of a WAV file in which there is sound, and its rate in Hz.

    Each ends at the quietest place between ``shortest`` and ``longest`` seconds after its start; where nothing in it is
    to be heard it is left out.
    """
    levels, rate, total = _levels(path)
    around = np.convolve(levels, np.ones(_AROUND) / _AROUND, "same") if len(levels) > _AROUND else levels
    frame = round(FRAME_SECONDS * rate)
    least, most = int(shortest / FRAME_SECONDS), int(longest / FRAME_SECONDS)
    pieces, start = [], 0
    while start * frame < total:
        end = len(levels)
        if end - start > most:
            end = start + least + int(np.argmin(around[start + least : start + most]))
        if np.max(levels[start:end], initial=0.0) >= _FAINTEST:
            pieces.append(Piece(start * frame, min(end * frame, total)))
        start = end
    return pieces, rate


def _levels(path: Path) -> tuple[NDArray[np.float64], int, int]:
    """Root mean square of each frame, the rate in Hz, and all samples."""
    with soundfile.SoundFile(path) as file:
        rate, total, size = int(file.samplerate), int(file.frames), round(FRAME_SECONDS * file.samplerate)
        blocks = file.blocks(blocksize=size * 4096, dtype="float32", always_2d=True)
        levels = [level for block in blocks for level in _frames(block.mean(axis=1), size)]
    return np.concatenate(levels) if levels else np.zeros(0), rate, total


def _frames(samples: NDArray[np.float32], size: int) -> Iterator[NDArray[np.float64]]:
    whole = len(samples) // size * size
    for part in (samples[:whole].reshape(-1, size), samples[whole:].reshape(1, -1)):
        if part.size:
            yield np.sqrt(np.mean(np.square(part.astype(np.float64)), axis=1))


def as_flac(path: Path, piece: Piece) -> bytes:
    """A piece as FLAC: mono, 16 bits, at the file's own rate."""
    samples, rate = soundfile.read(path, start=piece.start, stop=piece.end, dtype="float32", always_2d=True)
    data = io.BytesIO()
    soundfile.write(data, np.clip(samples.mean(axis=1), -1.0, 1.0), rate, format="FLAC", subtype="PCM_16")
    return data.getvalue()
