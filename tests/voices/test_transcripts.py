"""Whether a transcript is what was heard."""

from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from backend.voices.transcripts import check_transcript, tidy_transcript, word_error_rate

SAID = "The harbour master counts the boats at dawn and writes their names in a long green book by the window."
NEXT = "Then he walks home along the wall and feeds the cats that wait for him under the lamp."


def check(transcript: str, heard: str = SAID) -> str:
    return check_transcript(transcript, heard, "en")


def test_the_words_that_were_heard_fit() -> None:
    assert check(SAID) == SAID
    assert check(f"  {SAID.upper()}\n") == SAID.upper()


@pytest.mark.parametrize(
    "heard",
    [
        "the harbor master counts the boats at dawn and writes there names in a long green book by the window",
        "The harbour master, counts the boats at Don and writes their names in a lone green book. By the window.",
        "Harbour master counts the boats at dawn and writes their names in a long green book by the",
    ],
)
def test_what_a_recogniser_mishears_still_fits(heard: str) -> None:
    assert check(SAID, heard)


def test_numbers_fit_however_they_are_written() -> None:
    assert check("It costs $100 and 5 cents in 2026.", "It costs one hundred dollars and five cents in 2026.")


@pytest.mark.parametrize(
    "transcript",
    [
        f"{SAID} {NEXT}",  # of the whole recording, for a part of it
        f"{NEXT} {SAID}",
        NEXT,
        "Hello.",
        " ".join(SAID.split()[:8]),
        " ".join(reversed(SAID.split())),
        "word " * 20,
    ],
)
def test_the_words_of_something_else_are_refused_with_what_was_heard(transcript: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check(transcript)
    assert refused.value.code == "transcript_mismatch"
    assert SAID[:60] in refused.value.hint


def test_a_few_words_beyond_the_end_are_refused_although_most_fit() -> None:
    with pytest.raises(InvalidRequest) as refused:
        check(f"{SAID} Then he walks home along")
    assert refused.value.code == "transcript_mismatch"


@pytest.mark.parametrize("transcript", ["", "  ", "\u200b", "a" * 5000])
def test_what_is_no_transcript_is_refused(transcript: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check(transcript)
    assert refused.value.code == "invalid_transcript"


def test_a_transcript_is_one_line_of_what_can_be_seen() -> None:
    assert tidy_transcript(" One\n\ttwo\u202e three\x00 ") == "One two three"


def test_word_errors_are_counted_for_each_word_written() -> None:
    assert word_error_rate("one fish two fish", "one fish two fish", "en") == 0
    assert word_error_rate("alpha beta gamma delta", "alpha beta gamma", "en") == 0.25
    assert word_error_rate("alpha beta", "window harbour", "en") == 1
    assert word_error_rate("alpha beta", "", "en") == 1
