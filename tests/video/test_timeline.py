from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.video.picture.timeline import frame_count, share_frames, shot_frames


def test_a_video_covers_all_of_the_sound() -> None:
    assert [frame_count(seconds, 30) for seconds in (0, 0.01, 1.0, 1.001, 2 / 3)] == [1, 1, 30, 31, 20]


def test_backgrounds_share_the_time_evenly() -> None:
    assert share_frames(3, 90, (), 30) == (30, 30, 30)


def test_backgrounds_change_where_sentences_end() -> None:
    assert share_frames(3, 90, (0.7, 1.2, 2.4, 3.0), 30) == (36, 36, 18)


def test_each_change_has_a_sentence_end_of_its_own() -> None:
    assert share_frames(3, 90, (0.1, 0.2), 30) == (3, 3, 84)


def test_without_enough_sentence_ends_the_shares_stay_even() -> None:
    assert share_frames(3, 90, (0.2,), 30) == (30, 30, 30)


def test_more_backgrounds_than_frames_show_the_first_ones() -> None:
    assert share_frames(5, 3, (), 30) == (1, 1, 1)


@given(
    st.integers(1, 80),
    st.integers(1, 3000),
    st.lists(st.floats(-5, 200, allow_nan=False), max_size=100),
)
def test_every_frame_has_exactly_one_background(count: int, frames: int, cuts: list[float]) -> None:
    shares = share_frames(count, frames, cuts, 30)
    assert sum(shares) == frames
    assert min(shares) >= 1
    assert len(shares) == min(count, frames)


@pytest.mark.parametrize(
    ("sentences", "frames"),
    [
        ([None, None], (60, 60)),  # like backgrounds without shots
        ([(0,), (1, 2, 3)], (30, 90)),
        ([(0, 1), (3,)], (90, 30)),  # it stays until the next begins
        ([(1,), (2,)], (60, 60)),  # the first one is there at once
        ([None, (3,)], (90, 30)),
        ([(0,), None, None], (30, 30, 60)),  # the rest share what is left
        ([None, None, (3,)], (30, 60, 30)),
        ([(0, 1, 2, 3), None], (120, 0)),  # nothing is left for it
        ([(0,), (1,), (2,), (3,)], (30, 30, 30, 30)),
    ],
)
def test_shots_last_for_their_sentences(sentences: list[tuple[int, ...] | None], frames: tuple[int, ...]) -> None:
    cuts = (1.0, 2.0, 3.0, 3.8)
    assert shot_frames(sentences, 120, cuts, 30) == frames


@given(
    st.lists(st.booleans(), min_size=1, max_size=12),
    st.integers(1, 400),
    st.lists(st.floats(0.05, 12), max_size=14),
)
def test_no_frame_is_left_over_whatever_the_shots_name(named: list[bool], frames: int, ends: list[float]) -> None:
    sentences = [(place,) if is_named else None for place, is_named in enumerate(named)]
    shares = shot_frames(sentences, frames, sorted(ends), 30)
    assert len(shares) == len(named)
    assert sum(shares) == frames
    assert min(shares) >= 0
