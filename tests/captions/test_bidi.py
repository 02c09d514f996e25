"""Which way text runs, against another implementation of the algorithm."""

from __future__ import annotations

import unicodedata

from bidi import get_display  # type: ignore[import-untyped]  # it has no stubs
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions.bidi import MARKS, directed, levels, visual_order

SOME = st.text(st.sampled_from("abאבجد12٣٤ ()[],.:-+%$!?/\u0301"), max_size=14)


def seen(text: str, right_to_left: bool) -> str:
    """From left to right, without the mirroring that fonts do."""
    return "".join(text[index] for index in visual_order(levels(text, right_to_left)))


def other(text: str, right_to_left: bool) -> str:
    return str(get_display(text, base_dir="R" if right_to_left else "L"))


@settings(max_examples=3_000, deadline=None)
@given(SOME.map(str.strip).filter(lambda text: not text or unicodedata.category(text[0]) != "Mn"), st.booleans())
def test_text_runs_as_another_implementation_says(text: str, right_to_left: bool) -> None:
    assert seen(text, right_to_left) == other(text, right_to_left)


@settings(max_examples=1_500, deadline=None)
@given(SOME, SOME, SOME, st.booleans())
def test_marks_are_the_only_thing_that_is_added_to_a_word(before: str, word: str, after: str, base: bool) -> None:
    line = f"{before} {word} {after}"
    wanted = levels(line, base)[len(before) + 1 : len(before) + 1 + len(word)]
    assert "".join(letter for letter in directed(word, wanted, base) if letter not in MARKS) == word
