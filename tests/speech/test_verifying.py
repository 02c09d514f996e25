"""Whether what was heard is what was written."""

from __future__ import annotations

import pytest

from backend.speech.verifying import heard_as_written


@pytest.mark.parametrize(
    ("written", "spoken", "heard"),
    [
        ("The harbour wakes at 5.", "The harbour wakes at 5.", "the harbor wakes at 5"),
        ("It costs $5M.", "It costs $5 million.", "It costs $5 million."),
        ("Schoolteacher!", "Schoolteacher!", "school teacher"),
        ("Café 😀", "Café", "cafe"),
    ],
)
def test_other_spellings_of_the_same_are_the_same(written: str, spoken: str, heard: str) -> None:
    assert heard_as_written(written, spoken, heard)


@pytest.mark.parametrize("heard", ["", "Something else entirely was said.", "The harbour"])
def test_other_words_are_not(heard: str) -> None:
    assert not heard_as_written("The harbour wakes before the town.", "The harbour wakes before the town.", heard)
