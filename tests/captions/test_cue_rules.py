"""The rules that broadcasters publish, held for any words in any style; docs/captions.md tells them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, make_cues
from backend.captions.cues import SHORTEST_GAP
from backend.captions.lines import reads_on
from backend.captions.text import ends_sentence
from backend.models import CaptionLayout, Cue, FrameSize, Word
from tests.captions.spoken_text import speak

SCRIPT = (Path(__file__).parents[2] / "benchmarks" / "scripts" / "one_minute.txt").read_text("utf-8")
QUIET = ("clean_two_line", "lower_third", "broadcast")
"""Styles that are subtitles, rather than decoration."""
SIZES: list[FrameSize] = [(1080, 1920), (1080, 1080), (1920, 1080)]
SPOKEN = st.lists(
    st.tuples(
        st.text("abcdefghij", min_size=1, max_size=11),
        st.sampled_from(["", "", "", "", ",", ".", "?", " —"]),
        st.sampled_from([0.0, 0.0, 0.0, 0.05, 0.3, 0.65, 0.9, 1.6, 4.0]),
        st.floats(0.08, 0.7),
    ),
    min_size=1,
    max_size=40,
)
"""Letters, punctuation, the pause before and the length of each word."""
Spoken = list[tuple[str, str, float, float]]


def timed(raw: Spoken) -> list[Word]:
    words, now = [], 0.0
    for letters, mark, pause, length in raw:
        start = now + pause
        now = start + length
        words.append(Word(text=(letters + mark).strip(), start=round(start, 3), end=round(now, 3)))
    return words


def cut(raw: Spoken, style: str, size: FrameSize) -> tuple[Cue, ...]:
    return make_cues(timed(raw), STYLES[style], size, CaptionLayout())


@settings(max_examples=150, deadline=None)
@given(SPOKEN, st.sampled_from(sorted(STYLES)), st.sampled_from(SIZES))
def test_no_cue_is_longer_than_its_style_allows_in_words_lines_characters_or_time(
    raw: Spoken, style: str, size: FrameSize
) -> None:
    rules = STYLES[style].rules
    for cue in cut(raw, style, size):
        lines = cue.text.split("\n")
        assert len(cue.words) <= rules.max_words
        assert len(lines) <= rules.max_lines
        assert all(len(line) <= rules.max_characters for line in lines if " " in line)
        assert len(cue.words) == 1 or cue.words[-1].end - cue.start <= rules.max_seconds


@settings(max_examples=150, deadline=None)
@given(SPOKEN, st.sampled_from(sorted(STYLES)))
def test_between_cues_there_is_no_gap_or_one_that_does_not_flash(raw: Spoken, style: str) -> None:
    for cue, following in pairwise(cut(raw, style, SIZES[0])):
        gap = following.start - cue.end
        assert gap == 0 or gap >= SHORTEST_GAP - 0.001
        assert following.start - cue.words[-1].end > STYLES[style].rules.hold_seconds or gap == 0


@settings(max_examples=150, deadline=None)
@given(SPOKEN, st.sampled_from(sorted(STYLES)))
def test_a_cue_stays_until_it_can_be_read_or_the_next_one_comes(raw: Spoken, style: str) -> None:
    rules, cues = STYLES[style].rules, cut(raw, style, SIZES[0])
    for cue, following in pairwise([*cues, None]):
        if cue is None or (following is not None and cue.end == following.start):
            continue
        assert cue.end >= cue.words[-1].end + rules.linger_seconds - 0.001
        assert cue.end - cue.start >= rules.min_seconds - 0.001
        reading = len(cue.text) / rules.characters_per_second
        assert cue.end - cue.start >= min(reading, rules.max_seconds) - 0.001


@settings(max_examples=150, deadline=None)
@given(SPOKEN, st.sampled_from(sorted(STYLES)))
def test_a_cue_never_stands_over_a_long_pause(raw: Spoken, style: str) -> None:
    for cue in cut(raw, style, SIZES[0]):
        assert all(after.start - word.end < STYLES[style].rules.pause_seconds for word, after in pairwise(cue.words))


@pytest.mark.parametrize("style", QUIET)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_subtitles_break_where_people_would(style: str, size: FrameSize) -> None:
    cues = make_cues(speak(SCRIPT), STYLES[style], size, CaptionLayout())
    for cue, following in pairwise(cues):
        last, first = cue.words[-1].text, following.words[0].text
        assert ends_sentence(last, first) or not reads_on(last), cue.text
    for cue in cues:
        inside = [ends_sentence(word.text, after.text) for word, after in pairwise(cue.words)]
        assert not any(inside), cue.text
        assert len(cue.words) > 1, f"an orphan: {cue.text}"


@pytest.mark.parametrize("style", QUIET)
def test_two_lines_are_of_like_length_and_neither_is_an_orphan(style: str) -> None:
    cues = make_cues(speak(SCRIPT), STYLES[style], (1920, 1080), CaptionLayout())
    pairs = [cue.text.split("\n") for cue in cues if cue.text.count("\n") == 1]
    assert pairs
    assert all(min(len(line.split()) for line in pair) > 1 for pair in pairs), pairs
    shares = [min(map(len, pair)) / max(map(len, pair)) for pair in pairs]
    assert min(shares) >= 0.4
    assert sum(shares) / len(shares) >= 0.75


@pytest.mark.parametrize("style", QUIET)
def test_subtitles_of_a_steady_voice_keep_the_reading_speed(style: str) -> None:
    rules = STYLES[style].rules
    cues = make_cues(speak(SCRIPT), STYLES[style], (1920, 1080), CaptionLayout())
    speeds = [len(cue.text) / (cue.end - cue.start) for cue in cues]
    assert max(speeds) <= rules.characters_per_second * 1.05
