"""How F5's text is cut, and how long it takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.engines.f5 import texts


@given(st.text(max_size=400), st.integers(min_value=4, max_value=120))
def test_pieces_hold_every_character_and_no_piece_is_too_long(text: str, most: int) -> None:
    pieces = texts.pieces(text, most)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(piece and texts.size(piece) <= most for piece in pieces)


def test_text_is_cut_after_sentences_before_clauses_and_after_clauses_before_words() -> None:
    assert texts.pieces("One two. Three, four. Five.", 14) == ["One two.", "Three, four.", "Five."]
    assert texts.pieces("One two, three four five", 14) == ["One two,", "three four", "five"]
    assert texts.pieces("今天天气很好。我们去公园。", 24) == ["今天天气很好。", "我们去公园。"]
    assert texts.pieces("a" * 10, 4) == ["aaaa", "aaaa", "aa"]


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [("Hello", "Hello. "), ("Hello.", "Hello. "), ("Hello! ", "Hello! "), ("你好。", "你好。")],
)
def test_a_reference_ends_like_a_sentence(given_text: str, expected: str) -> None:
    assert texts.as_reference(given_text) == expected


def test_new_text_takes_its_share_of_the_references_pace() -> None:
    assert texts.frames(100, "ten bytes.", "twenty bytes of text", 1.0) == 300
    assert texts.frames(100, "ten bytes.", "twenty bytes of text", 2.0) == 200
    assert texts.frames(100, "ten bytes.", "short", 1.0) == 100 + int(10 * 5 / 0.3)


def test_a_longer_reference_leaves_room_for_less() -> None:
    most = [texts.most_bytes("x" * 15 * seconds, seconds, 1.0) for seconds in (3, 6, 12)]
    assert most == sorted(most, reverse=True) == [285, 240, 150]
