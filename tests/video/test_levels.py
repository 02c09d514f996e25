from __future__ import annotations

import numpy as np
import pytest

from backend.video.sound.levels import duck_depth, integrated, loudness_of, mixed, read_levels, stretched


def powers(*stretches: tuple[float, float]) -> np.ndarray:
    """Powers of sounds of these seconds and LUFS, one after the other."""
    return np.concatenate([np.full(round(10 * seconds), 10 ** ((lufs + 0.691) / 10)) for seconds, lufs in stretches])


def test_what_the_meter_writes_is_read() -> None:
    levels = read_levels(
        [
            "frame:0    pts:0       pts_time:0\n",
            "lavfi.r128.M=-23.000\n",
            "lavfi.r128.true_peaks_ch0=0.500\n",
            "lavfi.r128.true_peaks_ch1=0.700\n",
            "lavfi.r128.M=nan\n",
            "lavfi.r128.M=-inf\n",
            "lavfi.r128.true_peaks_ch0=0.600\n",
        ]
    )
    assert loudness_of(levels.powers)[0] == pytest.approx(-23.0)
    assert loudness_of(levels.powers)[1:].max() < -100
    assert levels.peak == 0.7


def test_a_sound_is_as_loud_as_its_louder_part_since_pauses_do_not_count() -> None:
    assert integrated(powers((10, -20.0))) == pytest.approx(-20.0)
    assert integrated(powers((10, -20.0), (30, -60.0), (10, -90.0))) == pytest.approx(-20.0)


def test_nothing_heard_has_no_loudness() -> None:
    assert integrated(powers((10, -90.0))) is None
    assert integrated(powers((0.3, -20.0))) is None
    assert integrated(np.zeros(0)) is None


def test_two_equal_sounds_are_three_decibels_louder_than_one() -> None:
    voice = powers((5, -20.0))
    assert integrated(mixed(voice, voice, np.ones(50))) == pytest.approx(-16.99, abs=0.01)
    assert integrated(mixed(voice, voice, np.full(50, 0.1))) == pytest.approx(-19.96, abs=0.01)
    assert integrated(mixed(voice, np.zeros(0), np.ones(50))) == pytest.approx(-20.0)


def test_short_music_begins_again() -> None:
    assert list(stretched(np.array([1.0, 2.0]), 5)) == [1, 2, 1, 2, 1]


def test_music_steps_back_by_what_it_is_too_loud() -> None:
    depth = duck_depth(powers((10, -14.0)), 0.5, highest=-36.0)
    assert depth == pytest.approx(np.full(100, 36 - 14 - 6.02), abs=0.01)


def test_music_that_is_quiet_enough_stays_as_it_is() -> None:
    assert duck_depth(powers((10, -40.0)), 0.5, highest=-36.0).max() == 0
    assert duck_depth(powers((10, -14.0)), 0.0, highest=-36.0).max() == 0


def test_a_loud_passage_goes_down_further_and_nobody_hears_it_happen() -> None:
    depth = duck_depth(powers((20, -30.0), (20, -10.0), (20, -30.0)), 1.0, highest=-36.0)
    assert depth[50] == pytest.approx(6, abs=0.1) and depth[300] == pytest.approx(26, abs=0.1)
    assert depth[205:395].min() > 25
    assert np.abs(np.diff(depth)).max() < 1.5
