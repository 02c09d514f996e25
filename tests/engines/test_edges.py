"""Word times are moved to where the words are heard."""

from __future__ import annotations

import numpy as np

from backend.engines.kokoro.edges import LEAD, heard


def noise(*stretches: tuple[int, float]) -> np.ndarray:
    """Stretches of noise, each with its samples and loudness."""
    random = np.random.default_rng(1)
    return np.concatenate([random.uniform(-level, level, count).astype(np.float32) for count, level in stretches])


def test_words_that_touch_are_moved_together() -> None:
    sound = noise((20_000, 0.5))
    assert heard([(4000, 6000), (6000, 9000), (9000, 20_000 + LEAD)], sound) == [
        (4000 - LEAD, 6000 - LEAD),
        (6000 - LEAD, 9000 - LEAD),
        (9000 - LEAD, 20_000),
    ]


def test_a_word_before_a_pause_ends_with_its_sound() -> None:
    sound = noise((2400, 0.001), (2400, 0.5), (7200, 0.001), (2400, 0.5))
    (_, first), (start, last) = heard([(2400 + LEAD, 9600 + LEAD), (12_000 + LEAD, 14_400 + LEAD)], sound)
    assert first == 4800
    assert (start, last) == (12_000, 14_400)


def test_nothing_moves_before_the_beginning_and_empty_spans_stay_empty() -> None:
    assert heard([(0, 0), (100, 100)], noise((5000, 0.5))) == [(0, 0), (0, 0)]
    assert heard([(LEAD + 480, LEAD + 480)], np.zeros(960, np.float32)) == [(480, 480)]
    assert heard([], np.zeros(0, np.float32)) == []
