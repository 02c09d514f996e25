"""The sample clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.timing import in_samples, in_seconds, place, rescale


def test_takes_follow_each_other_with_their_pauses() -> None:
    first, second = place([100, 50], [0.5, 0.0], 0.25, 1000)
    assert (first.start, first.end, first.silence) == (250, 350, 500)
    assert (second.start, second.end, second.silence) == (850, 900, 0)


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 60)), min_size=1, max_size=200),
    st.sampled_from([22_050, 24_000, 44_100]),
)
def test_the_clock_never_drifts(takes: list[tuple[int, float]], rate: int) -> None:
    lengths, pauses = [length for length, _ in takes], [pause for _, pause in takes]
    placements = place(lengths, pauses, 0.0, rate)
    expected = sum(lengths[:-1]) + sum(in_samples(pause, rate) for pause in pauses[:-1])
    assert placements[-1].start == expected


@given(st.integers(0, 48_000 * 7200), st.sampled_from([16_000, 22_050, 24_000, 44_100, 48_000]))
def test_seconds_name_one_sample(sample: int, rate: int) -> None:
    assert in_samples(in_seconds(sample, rate), rate) == sample


@given(st.integers(0, 10**9), st.sampled_from([16_000, 22_050, 24_000]), st.sampled_from([24_000, 44_100, 48_000]))
def test_rescaling_up_and_down_comes_back(position: int, low: int, high: int) -> None:
    assert rescale(rescale(position, low, high), high, low) == position
