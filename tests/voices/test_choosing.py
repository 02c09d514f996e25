"""Which part is kept, and what is done to it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.errors import InvalidRequest
from backend.media.audio import Samples, read_wave
from backend.speech.loudness import integrated_loudness
from backend.voices.activity import find_speech
from backend.voices.choosing import LONGEST, check_part, choose_part
from backend.voices.preparing import LOUDNESS, prepare
from backend.voices.recording import HOP, RATE
from tests.voices import defects
from tests.voices.conftest import LINES, Say


def chosen(samples: Samples, clipped: np.ndarray | None = None) -> tuple[float, float]:
    none = np.zeros(-(-len(samples) // HOP), np.float32)
    return choose_part(find_speech(samples), none if clipped is None else clipped, len(samples) / RATE)


def is_quiet(samples: Samples, at: float) -> bool:
    around = samples[max(0, round((at - 0.02) * RATE)) : round((at + 0.02) * RATE)]
    return float(np.max(np.abs(around), initial=0.0)) < 0.02


def test_the_part_is_cut_at_silences_and_at_most_twelve_seconds(say: Say) -> None:
    for voice in ("af_heart", "am_michael", "bf_emma"):
        samples = say(voice, lines=LINES * 3)
        start, end = chosen(samples)
        assert 7 <= end - start <= LONGEST
        assert is_quiet(samples, start)
        assert is_quiet(samples, end)


def test_speech_without_a_pause_is_cut_where_it_is_quietest(say: Say) -> None:
    samples = say(lines=LINES * 2, pause=0.0)
    runs = find_speech(samples).runs
    start, end = chosen(samples)
    assert 5 <= end - start <= LONGEST
    assert runs


def test_a_long_pause_is_left_out(say: Say) -> None:
    first, second = say(lines=LINES[:1]), say(lines=LINES[2:5])
    still = np.zeros(4 * RATE, np.float32)
    start, _ = chosen(np.concatenate([first, still, second]))
    assert start * RATE > len(first)


def test_the_part_that_is_not_clipped_is_taken(say: Say) -> None:
    samples = say(lines=LINES * 2)
    clipped = np.zeros(-(-len(samples) // HOP), np.float32)
    clipped[: len(clipped) // 2] = 0.2
    start, _ = chosen(samples, clipped)
    assert start * RATE >= len(samples) * 0.48


def test_nobody_speaking_gives_no_part() -> None:
    assert chosen(np.zeros(RATE, np.float32)) == (0, 0)
    assert chosen(np.zeros(0, np.float32)) == (0, 0)


@pytest.mark.parametrize(
    ("start", "end"), [(0, 12.5), (3, 3.5), (5, 2), (29.5, None), (None, None), (40, 45), (None, 60)]
)
def test_a_part_that_cannot_be_is_refused(start: float | None, end: float | None) -> None:
    if start is None and end is None:
        assert check_part(None, None, 30.0) is None
        return
    with pytest.raises(InvalidRequest) as refused:
        check_part(start, end, 30.0)
    assert refused.value.code == "invalid_cut"


@pytest.mark.parametrize(
    ("start", "end", "part"), [(2, 9, (2, 9)), (20, None, (20, 30)), (None, 8, (0, 8)), (25, 99, (25, 30))]
)
def test_a_part_that_a_person_chose_is_taken(start: float | None, end: float | None, part: tuple[float, float]) -> None:
    assert check_part(start, end, 30.0) == part


def test_the_clip_is_ready_for_any_engine(say: Say, tmp_path: Path) -> None:
    still = np.zeros(RATE, np.float32)
    for gain in (0.02, 0.3, 1.2):
        samples = np.concatenate([still, gain * say(), still])
        seconds = prepare(samples, (0.0, len(samples) / RATE), tmp_path / "clip.wav")
        clip, rate = read_wave(tmp_path / "clip.wav")
        assert (rate, clip.ndim) == (RATE, 1)
        assert seconds == len(clip) / RATE
        assert integrated_loudness([clip], RATE) == pytest.approx(LOUDNESS, abs=1.0) or np.max(np.abs(clip)) > 0.85
        assert np.max(np.abs(clip)) <= 0.9
        assert len(clip) < len(samples) - 1.5 * RATE
        assert (clip[0], clip[-1]) == (0, 0)


def test_the_same_part_gives_the_same_bytes(say: Say, tmp_path: Path) -> None:
    for name in ("one.wav", "two.wav"):
        prepare(say(), (0.5, 9.5), tmp_path / name)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()


def test_a_cut_inside_a_word_does_not_click(say: Say, tmp_path: Path) -> None:
    prepare(say(), (1.0, 3.0), tmp_path / "clip.wav")
    clip, _ = read_wave(tmp_path / "clip.wav")
    assert np.max(np.abs(clip[:5])) < 0.005
    assert np.max(np.abs(clip[-5:])) < 0.005


def test_noise_is_not_taken_for_speech(say: Say) -> None:
    activity = find_speech(defects.noisy(say(), 15))
    clean = find_speech(say())
    assert activity.seconds == pytest.approx(clean.seconds, rel=0.35)
