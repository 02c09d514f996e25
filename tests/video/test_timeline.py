from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.video.timeline import frame_count, share_frames


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
