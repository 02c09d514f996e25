"""The five files say the same words at the same times, and can be read back."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Literal

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import (
    STYLES,
    BroughtFormat,
    caption_files,
    make_cues,
    parse_subtitles,
    read_captions,
    timing_files,
    words_of,
)
from backend.models import CaptionLayout, Sentence, Word
from tests.captions.spoken_text import LIGHTHOUSE, speak

WORDS = speak(LIGHTHOUSE)
FORMATS = ["srt", "vtt", "csv", "json", "ass"]


def test_all_five_come_together() -> None:
    cues = make_cues(WORDS, STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    assert list(timing_files(WORDS)) == FORMATS
    assert list(caption_files(cues, STYLES["bold_pop"], (1080, 1920), CaptionLayout())) == FORMATS


@pytest.mark.parametrize("format", ["srt", "vtt"])
def test_word_files_come_back_through_pysubs2(format: str) -> None:
    parsed = pysubs2.SSAFile.from_string(timing_files(WORDS)[format], format_=format)  # type: ignore[index]
    assert [event.plaintext for event in parsed] == [word.text for word in WORDS]
    assert [event.start for event in parsed] == [round(word.start * 1000) for word in WORDS]
    assert [event.end for event in parsed] == [round(word.end * 1000) for word in WORDS]


@pytest.mark.parametrize("format", ["srt", "vtt"])
def test_caption_files_come_back_through_our_own_reader(format: Literal["srt", "vtt"]) -> None:
    cues = make_cues(WORDS, STYLES["clean_two_line"], (1080, 1920), CaptionLayout())
    files = caption_files(cues, STYLES["clean_two_line"], (1080, 1920), CaptionLayout())
    read = parse_subtitles(files[format], format)
    assert [(cue.start, cue.end, cue.text) for cue in read] == [(cue.start, cue.end, cue.text) for cue in cues]


def test_karaoke_tags_add_up_to_the_times_of_the_words() -> None:
    parsed = pysubs2.SSAFile.from_string(timing_files(WORDS)["ass"])
    starts = []
    for event in parsed:
        now = event.start // 10
        for tag, length in re.findall(r"{\\(kf?)(\d+)}", event.text):
            starts += [now] if tag == "kf" else []
            now += int(length)
        assert now == event.end // 10
    assert starts == [round(word.start * 100) for word in WORDS]
    assert [event.plaintext for event in parsed] == re.findall(r"[^.]+\.", LIGHTHOUSE.replace(". ", "."))


def test_karaoke_lines_follow_the_sentences_that_are_given() -> None:
    words = speak("Hello there you two")
    cut = words[2].start
    sentences = [
        Sentence(index=0, text="Hello there", start=0.0, end=cut, voice="v"),
        Sentence(index=1, text="you two", start=cut, end=9.0, voice="v"),
    ]
    parsed = pysubs2.SSAFile.from_string(timing_files(words, sentences)["ass"])
    assert [event.plaintext for event in parsed] == ["Hello there", "you two"]


def test_csv_is_quoted_and_safe_to_open_in_a_spreadsheet() -> None:
    texts = ["=1+1", "+1", "-5", "@SUM(A1)", "a,b", 'say "hi"', "plain", "＝1"]
    words = [Word(text=text, start=i, end=i + 0.5, confidence=0.25) for i, text in enumerate(texts)]
    rows = list(csv.reader(io.StringIO(timing_files(words)["csv"])))
    assert rows[0] == ["word", "start", "end", "confidence"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'+1", "'-5", "'@SUM(A1)", "a,b", 'say "hi"', "plain", "'＝1"]
    assert rows[2] == ["'+1", "1.000", "1.500", "0.250"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "text", ["a-->b", "&amp;", "&#65;", "<b>bold</b>", "{\\pos(0,0)}", "5<6", "'=1", "''=1", "it's'=1", "<00:01.000>"]
)
def test_what_looks_like_markup_is_read_back_as_it_was_typed(format: BroughtFormat, text: str) -> None:
    words = [Word(text="Well,", start=0, end=0.5), Word(text=text, start=0.5, end=1)]
    read = words_of(read_captions(timing_files(words)[format].encode(), format))
    assert [word.text for word in read] == ["Well,", text]


def test_json_has_every_word_as_it_was_given() -> None:
    assert [Word(**word) for word in json.loads(timing_files(WORDS)["json"])["words"]] == list(WORDS)


def test_times_are_rounded_and_not_cut_off() -> None:
    words = [Word(text="a", start=0.0016, end=0.9996), Word(text="b", start=0.9996, end=3_725.0015)]
    srt = timing_files(words)["srt"]
    assert "00:00:00,002 --> 00:00:01,000" in srt
    assert "00:00:01,000 --> 01:02:05,002" in srt


def test_markup_of_the_formats_cannot_be_smuggled_in() -> None:
    files = timing_files([Word(text="a-->b<c>&", start=0, end=1), Word(text="x\n\n1\ny", start=1, end=2)])
    assert "a--&gt;b&lt;c&gt;&amp;" in files["vtt"]
    assert files["srt"].count("-->") == 2
    assert "x 1 y" in files["srt"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=12), st.floats(0, 90_000), st.floats(0, 90_000)), max_size=15))
def test_any_words_make_files_that_can_be_read_and_never_overlap(raw: list[tuple[str, float, float]]) -> None:
    words = [Word(text=text, start=start, end=end) for text, start, end in raw]
    files = timing_files(words)
    for format in ("srt", "vtt", "ass"):
        files[format].encode("utf-8")
    spans = re.findall(r"(\d+):(\d\d):(\d\d)\.(\d{3})", files["vtt"])
    times = [int(h) * 3_600_000 + int(m) * 60_000 + int(s) * 1000 + int(ms) for h, m, s, ms in spans]
    assert times == sorted(times)
    assert len(list(csv.reader(io.StringIO(files["csv"])))) == len(words) + 1
    json.loads(files["json"])
