"""Spectra and encodings of two sounds brought together, over rows whose truth is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.timing import Encodings, Spectra, with_encodings
from backend.timing.spectra import unit_rows

WIDTH = 48
FRAMES = 900


def encodings(folder: Path, name: str, rows: np.ndarray) -> Encodings:
    rows.astype(np.float16).tofile(folder / name)
    return Encodings(folder / name, WIDTH)


@pytest.fixture
def said() -> np.ndarray:
    """What is said, 50 times a second, changing slowly as speech does."""
    random = np.random.default_rng(1)
    return np.cumsum(random.standard_normal((FRAMES // 2, WIDTH)), 0)


@pytest.fixture
def noisy() -> Spectra:
    """A sound whose spectrum tells nothing."""
    rows = np.random.default_rng(2).standard_normal((FRAMES, 80)).astype(np.float32)
    return Spectra(unit_rows(rows), np.zeros(FRAMES, bool))


def test_what_another_voice_says_is_alike_though_every_value_of_it_is_shifted_and_stretched(
    tmp_path: Path, said: np.ndarray, noisy: Spectra
) -> None:
    random = np.random.default_rng(3)
    other = said * random.uniform(0.2, 3.0, WIDTH) + random.uniform(-9, 9, WIDTH)
    ours, theirs = with_encodings(noisy, encodings(tmp_path, "a", said), noisy, encodings(tmp_path, "b", other))
    alike = np.sum(ours.frames.astype(np.float32) * theirs.frames.astype(np.float32), 1)
    assert alike.min() > 0.97
    apart = np.sum(ours.frames[200:].astype(np.float32) * theirs.frames[:-200].astype(np.float32), 1)
    assert apart.mean() < 0.5
    assert np.allclose(np.linalg.norm(ours.frames.astype(np.float32), axis=1), 1, atol=0.01)


def test_the_spectrum_goes_on_counting(tmp_path: Path, said: np.ndarray, noisy: Spectra) -> None:
    ours, theirs = with_encodings(
        noisy,
        encodings(tmp_path, "a", said),
        Spectra(-noisy.frames, noisy.quiet),
        encodings(tmp_path, "b", said),
    )
    alike = np.sum(ours.frames.astype(np.float32) * theirs.frames.astype(np.float32), 1)
    assert alike.max() < 0.3


def test_encodings_end_where_the_recording_does(tmp_path: Path, said: np.ndarray, noisy: Spectra) -> None:
    """The last row stands for what is left; a recording of one row is all the same to the end."""
    one = encodings(tmp_path, "b", said[:1])
    _, theirs = with_encodings(noisy, encodings(tmp_path, "a", said), noisy, one)
    assert np.isfinite(theirs.frames.astype(np.float32)).all() and len(theirs) == FRAMES
