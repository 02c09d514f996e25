"""Recordings of any length are looked over: short ones wholly, long ones where they promise the best voice."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.errors import InvalidRequest, MediaRejected
from backend.media.audio import Samples
from backend.media.ffmpeg import Ffmpeg
from backend.voices.activity import find_speech
from backend.voices.coach import refuse_unusable
from backend.voices.looking import STRETCH_SECONDS, WHOLE_SECONDS, Look, look_over
from backend.voices.recording import RATE
from backend.work import Work
from tests.voices import defects
from tests.voices.conftest import Say


def look(ffmpeg: Ffmpeg, folder: Path, samples: Samples, start: float | None = None, end: float | None = None) -> Look:
    soundfile.write(folder / "brought.wav", samples, RATE)
    return look_over(ffmpeg, folder / "brought.wav", folder, Work(), start, end)


def lasting(samples: Samples, seconds: float) -> Samples:
    return np.resize(samples, round(seconds * RATE))


@pytest.fixture(scope="module")
def podcast(say: Say) -> Samples:
    """Music, somebody too close to the microphone, and then a minute and a half that is good."""
    music, loud = lasting(defects.tune(), 70.0), defects.clipped(lasting(say("am_michael"), 70.0), 8.0)
    return np.concatenate([music, loud, lasting(say("af_heart"), 90.0)])


def test_the_best_minute_of_a_long_recording_is_found(ffmpeg: Ffmpeg, tmp_path: Path, podcast: Samples) -> None:
    found = look(ffmpeg, tmp_path, podcast)
    report = found.report()
    assert (report.verdict, report.problems) == ("good", ())
    first, last = report.examined
    assert first >= 110.0
    assert last - first == pytest.approx(STRETCH_SECONDS, abs=0.01)
    assert 139.0 <= max(first, 139.0) <= report.chosen[0] < report.chosen[1] <= last
    assert 6 <= report.chosen[1] - report.chosen[0] <= 12
    assert report.duration == pytest.approx(230.0, abs=0.02)
    assert 30 < report.speech_seconds < 60
    assert [path.name for path in tmp_path.iterdir()] == ["brought.wav"]


def test_the_part_a_person_chose_is_judged_where_it_is(ffmpeg: Ffmpeg, tmp_path: Path, podcast: Samples) -> None:
    with pytest.raises(MediaRejected) as refused:
        refuse_unusable(look(ffmpeg, tmp_path, podcast, 5.0, 15.0).examined)
    assert refused.value.code == "no_speech"
    with pytest.raises(InvalidRequest) as outside:
        look(ffmpeg, tmp_path, podcast, 240.0, 250.0)
    assert outside.value.hint


def test_a_part_of_a_long_recording_is_the_same_clip_as_of_a_short_one(
    ffmpeg: Ffmpeg, tmp_path: Path, podcast: Samples
) -> None:
    look(ffmpeg, tmp_path, podcast, 180.0, 190.0).cut(tmp_path / "long.wav")
    look(ffmpeg, tmp_path, podcast[150 * RATE :], 30.0, 40.0).cut(tmp_path / "short.wav")
    assert (tmp_path / "long.wav").read_bytes() == (tmp_path / "short.wav").read_bytes()


def test_a_short_recording_is_examined_wholly(ffmpeg: Ffmpeg, tmp_path: Path, say: Say) -> None:
    report = look(ffmpeg, tmp_path, lasting(say(), WHOLE_SECONDS)).report()
    assert report.examined == (0.0, WHOLE_SECONDS)


def test_silence_is_nothing_however_long(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    report = look(ffmpeg, tmp_path, np.zeros(300 * RATE, np.float32)).report()
    assert [problem.code for problem in report.problems] == ["silence"]
    assert (report.chosen, report.examined, report.duration) == ((0.0, 0.0), (0.0, STRETCH_SECONDS), 300.0)


def test_memory_does_not_grow_with_the_recording(ffmpeg: Ffmpeg, tmp_path: Path, say: Say) -> None:
    soundfile.write(tmp_path / "long.wav", lasting(say(), 1200.0), RATE)
    tracemalloc.start()
    look_over(ffmpeg, tmp_path / "long.wav", tmp_path, Work())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80e6 < 1200 * RATE * 4, "the samples alone would have 115 MB"


@pytest.mark.parametrize("size", [1, 100, 5_000, 65_536])
def test_speech_is_found_block_by_block_as_in_one_go(say: Say, size: int) -> None:
    samples = say()[: 20_000 if size == 1 else None]
    whole = find_speech(samples)
    parts = find_speech(samples[at : at + size] for at in range(0, len(samples), size))
    assert np.array_equal(whole.levels, parts.levels)
    assert np.allclose(whole.band, parts.band, atol=1e-3)
    assert np.array_equal(whole.active, parts.active)
