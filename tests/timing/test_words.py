"""Word times on the joined clock."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.timing import SILENT_CONFIDENCE, TakenWord, estimated_spans, timed_words

SPANS = st.lists(st.none() | st.tuples(st.integers(-50, 1200), st.integers(-50, 1200)), max_size=20)


def test_words_move_with_their_take() -> None:
    words = timed_words([TakenWord("Hi,", (0, 240)), TakenWord("you.", (360, 600))], 720, 2400, 24_000)
    assert [(word.text, word.start, word.end, word.confidence) for word in words] == [
        ("Hi,", 0.1, 0.11, 1.0),
        ("you.", 0.115, 0.125, 1.0),
    ]


def test_words_without_sound_share_the_gap_where_they_stand() -> None:
    spans = [TakenWord("a", (0, 100)), TakenWord("😀", None), TakenWord("—", None), TakenWord("b", (300, 400))]
    words = timed_words([*spans, TakenWord("🎉", None)], 500, 0, 1000)
    assert [(word.start, word.end) for word in words] == [(0.0, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.4), (0.4, 0.5)]
    assert [word.confidence for word in words] == [1.0, SILENT_CONFIDENCE, SILENT_CONFIDENCE, 1.0, SILENT_CONFIDENCE]


@given(SPANS, st.integers(1, 1000))
def test_whatever_an_engine_says_times_never_run_backwards_or_leave_the_take(
    spans: list[tuple[int, int] | None], length: int
) -> None:
    words = timed_words([TakenWord("w", span) for span in spans], length, 500, 1000)
    assert len(words) == len(spans)
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert all(first <= second for first, second in pairwise(edges))
    assert all(0.5 <= edge <= (500 + length) / 1000 for edge in edges)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=50), st.integers(0, 10**6))
def test_estimates_share_the_whole_take(weights: list[int], length: int) -> None:
    spans = estimated_spans(weights, length)
    assert spans[0][0] == 0 and spans[-1][1] == length
    assert all(first[1] == second[0] for first, second in pairwise(spans))
