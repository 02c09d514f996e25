"""Phonemes keep the characters they come from, and their lengths become word times to the sample."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.engines.kokoro.pieces import (
    FRAME,
    MOST_TOKENS,
    Piece,
    Token,
    around,
    chunks_of,
    single_characters,
    tokens_of,
    word_spans,
)

VOCABULARY = {symbol: number for number, symbol in enumerate(" ,.abcdefgh")}


def tokens(pieces: list[Piece], words: list[tuple[int, int]]) -> list[Token]:
    return tokens_of(pieces, words, VOCABULARY)


def test_each_sound_belongs_to_the_word_it_was_written_in() -> None:
    said = tokens([Piece("ab", 0, 2), Piece(" ", 2, 2), Piece("c", 3, 4), Piece(",", 4, 5)], [(0, 2), (3, 5)])
    assert [(token.symbol, token.word) for token in said] == [("a", 0), ("b", 0), (" ", None), ("c", 1), (",", None)]


def test_sounds_of_text_nobody_asked_about_belong_to_no_word() -> None:
    assert [token.word for token in tokens([Piece("ab", 0, 2)], [(5, 7)])] == [None, None]


def test_a_piece_over_several_words_is_shared_by_their_letters() -> None:
    assert [token.word for token in tokens([Piece("abcd", 0, 8)], [(0, 2), (2, 8)])] == [0, 1, 1, 1]


def test_sounds_the_model_does_not_know_are_left_out() -> None:
    assert [token.symbol for token in tokens([Piece("a❓b", 0, 3)], [(0, 3)])] == ["a", "b"]


def test_words_share_the_space_between_them_and_leave_pauses_alone() -> None:
    said = tokens(
        [Piece("a", 0, 1), Piece(" ", 1, 1), Piece("b", 2, 3), Piece(",", 3, 4), Piece(" ", 4, 4), Piece("c", 5, 6)],
        [(0, 1), (2, 4), (5, 6)],
    )
    lengths = [10, 1, 2, 1, 5, 3, 1, 7]
    half = FRAME
    assert word_spans([(said, lengths)], 3) == [
        (10 * FRAME, 11 * FRAME + half),
        (11 * FRAME + half, 14 * FRAME),
        (22 * FRAME, 23 * FRAME),
    ]


def test_a_word_without_sound_has_an_empty_span_where_the_one_before_ends() -> None:
    said = tokens([Piece("a", 0, 1), Piece("b", 4, 5)], [(0, 1), (2, 3), (4, 5)])
    assert word_spans([(said, [1, 2, 3, 1])], 3) == [
        (FRAME, 3 * FRAME),
        (3 * FRAME, 3 * FRAME),
        (3 * FRAME, 6 * FRAME),
    ]


def test_times_go_on_over_chunks() -> None:
    first, second = tokens([Piece("a", 0, 1)], [(0, 1), (2, 3)]), tokens([Piece("b", 2, 3)], [(0, 1), (2, 3)])
    assert word_spans([(first, [1, 2, 3]), (second, [4, 5, 6])], 2) == [
        (FRAME, 3 * FRAME),
        ((6 + 4) * FRAME, (6 + 9) * FRAME),
    ]


def test_nothing_said_gives_empty_spans() -> None:
    assert word_spans([], 2) == [(0, 0), (0, 0)]


@given(st.text("ab ,", max_size=3 * MOST_TOKENS))
def test_chunks_lose_nothing_and_fit_the_model(symbols: str) -> None:
    said = [Token(VOCABULARY[symbol], symbol, None) for symbol in symbols]
    chunks = list(chunks_of(said))
    assert [token for chunk in chunks for token in chunk] == said
    assert all(0 < len(chunk) <= MOST_TOKENS for chunk in chunks)


def test_long_text_is_cut_after_punctuation_rather_than_inside_a_phrase() -> None:
    symbols = "a" * 200 + "," + "b" * 200 + " " + "c" * 200
    said = [Token(VOCABULARY[symbol], symbol, None) for symbol in symbols]
    assert [len(chunk) for chunk in chunks_of(said)] == [201, 401]
    assert [len(chunk) for chunk in chunks_of(said, 255)] == [201, 201, 200]


@given(st.data())
def test_spans_never_run_backwards_and_stay_inside_the_sound(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 6))
    owners = data.draw(st.lists(st.one_of(st.none(), st.integers(0, max(0, count - 1))), max_size=30))
    said = [Token(4, "a" if owner is not None else " ", owner if count else None) for owner in owners]
    lengths = data.draw(st.lists(st.integers(1, 9), min_size=len(said) + 2, max_size=len(said) + 2))
    spans = word_spans([(said, lengths)], count)
    edges = [edge for span in spans for edge in span]
    assert len(spans) == count
    assert edges == sorted(edges)
    assert all(0 <= edge <= sum(lengths) * FRAME for edge in edges)


def test_given_pronunciations_stand_between_the_text_around_them() -> None:
    def plain(text: str, start: int, end: int) -> list[Piece]:
        return [Piece(text[start:end], start, end)] if end > start else []

    assert around("say X now", [(4, 5, "eks")], plain) == [
        Piece("say ", 0, 4),
        Piece("eks", 4, 5),
        Piece(" now", 5, 9),
    ]


def test_full_width_letters_become_ordinary_ones_and_remember_their_place() -> None:
    assert single_characters("ＡＢ㍿C", 1, 4) == ("B株式会社C", [1, 2, 2, 2, 2, 3, 4])
