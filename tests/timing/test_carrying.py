"""Word times carried from one sound to another that says the same, over sounds whose truth is known exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.timing import RATE, Clock, Spectra, carry, read_spectra
from backend.timing.pauses import pauses_in
from backend.timing.spectra import unit_rows
from backend.timing.warping import warp

WORDS = 24


def word(number: int, seconds: float, pitch: float = 1.0) -> np.ndarray:
    """Two sounds of a kind of their own for each word, whatever its length and pitch."""
    random = np.random.default_rng(number)
    time = np.arange(round(seconds * RATE)) / RATE
    halves = []
    for half in np.array_split(time, 2):
        formants = random.uniform(250, 6000, 4)
        halves.append(sum(np.sin(2 * np.pi * formant * pitch * half) for formant in formants))
    sound = np.concatenate(halves) * np.hanning(len(time)) ** 0.3
    return (0.1 * sound).astype(np.float32)


def said(folder: Path, lengths: np.ndarray, pauses: np.ndarray, pitch: float = 1.0) -> tuple[Spectra, np.ndarray]:
    """The words one after the other, each with a pause after it; and their starts and ends."""
    random = np.random.default_rng(9)
    parts, edges, at = [], [], 0
    for number, (length, pause) in enumerate(zip(lengths, pauses, strict=True)):
        sound, silence = word(number, length, pitch), np.zeros(round(pause * RATE), np.float32)
        edges.append((at / RATE, (at + len(sound)) / RATE))
        at += len(sound) + len(silence)
        parts += [sound, silence]
    samples = np.concatenate(parts)
    path = folder / "said.wav"
    soundfile.write(path, samples + 1e-4 * random.standard_normal(len(samples)), RATE, subtype="FLOAT")
    return read_spectra(path), np.array(edges)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    spectra, edges = said(tmp_path, np.full(WORDS, 0.4), np.tile([0.0, 0.3], WORDS // 2))
    return Clock(spectra, edges[:, 0], edges[:, 1])


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.5])
def test_words_are_found_at_another_speed_with_other_pauses(clock: Clock, tmp_path: Path, speed: float) -> None:
    random = np.random.default_rng(2)
    lengths = 0.4 / speed * random.uniform(0.8, 1.2, WORDS)
    recording, truth = said(tmp_path, lengths, random.choice([0.0, 0.2, 1.5], WORDS), pitch=1.02)
    starts, ends = carry(clock, recording)
    assert np.abs(starts - truth[:, 0]).mean() < 0.012 and np.abs(ends - truth[:, 1]).mean() < 0.02
    assert (np.diff(starts) > 0).all()


def test_an_anchor_leads_the_way_past_what_the_clock_does_not_say(clock: Clock, tmp_path: Path) -> None:
    recording, truth = said(tmp_path, np.full(WORDS, 0.4), np.where(np.arange(WORDS) == 11, 9.0, 0.1))
    between = (float(truth[11, 1]) + 0.5, float(truth[12, 0]) - 0.5)
    anchors = [(float(clock.starts[n]), float(truth[n, 0])) for n in (5, 18)]
    starts, _ = carry(clock, recording, anchors, only_recording=[between])
    assert np.abs(starts - truth[:, 0]).mean() < 0.012


def test_words_that_nobody_says_lie_where_they_would_be(clock: Clock, tmp_path: Path) -> None:
    gone = slice(8, 14)
    lengths = np.delete(np.full(WORDS, 0.4), np.arange(WORDS)[gone])
    path = tmp_path / "said.wav"
    kept = [n for n in range(WORDS) if not 8 <= n < 14]
    sound = np.concatenate([word(n, 0.4) for n in kept])
    soundfile.write(path, sound, RATE)
    missing = (float(clock.starts[8]), float(clock.ends[13]))
    starts, _ = carry(clock, read_spectra(path), only_clock=[missing])
    truth = np.arange(len(lengths)) * 0.4
    assert np.abs(np.delete(starts, np.arange(WORDS)[gone]) - truth).mean() < 0.02
    assert (np.abs(starts[gone] - truth[8]) < 0.1).all()


def test_the_way_goes_from_the_first_frames_to_the_last_and_never_back() -> None:
    random = np.random.default_rng(3)
    ours, theirs = (unit_rows(random.standard_normal((n, 4)).astype(np.float32)) for n in (97, 211))
    way = warp(ours, theirs)
    assert (way.ours[0], way.theirs[0], way.ours[-1], way.theirs[-1]) == (0, 0, 96, 210)
    for steps in (np.diff(way.ours), np.diff(way.theirs)):
        assert ((steps == 0) | (steps == 1)).all()
    assert set(way.ours) == set(range(97)) and set(way.theirs) == set(range(211))


@pytest.mark.parametrize(("ours", "theirs"), [(1, 1), (1, 50), (50, 1), (3, 700)])
def test_the_shortest_sounds_have_a_way_too(ours: int, theirs: int) -> None:
    way = warp(unit_rows(np.ones((ours, 3), np.float32)), unit_rows(np.ones((theirs, 3), np.float32)))
    assert (way.ours[-1], way.theirs[-1]) == (ours - 1, theirs - 1)


def test_a_recording_warped_onto_itself_stays_where_it_is() -> None:
    frames = unit_rows(np.random.default_rng(4).standard_normal((500, 8)).astype(np.float32))
    way = warp(frames, frames)
    assert np.array_equal(way.ours, way.theirs)


def test_pauses_are_silences_of_some_length_inside_the_recording() -> None:
    quiet = np.zeros(100, bool)
    quiet[:10] = quiet[20:30] = quiet[40:44] = quiet[90:] = True
    assert pauses_in(quiet) == [(20, 30)]
    assert pauses_in(np.ones(50, bool)) == []


def test_silence_alone_breaks_nothing(clock: Clock, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(100, np.float32), RATE)
    starts, ends = carry(clock, read_spectra(path))
    assert np.isfinite(starts).all() and np.isfinite(ends).all()
