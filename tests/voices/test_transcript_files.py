"""Text out of whatever people have their words in."""

from __future__ import annotations

import itertools

import pytest

from backend.captions.files import timing_files
from backend.errors import InvalidRequest
from backend.models import Word
from backend.voices.transcript_files import transcript_text

SRT = """1
00:00:00,000 --> 00:00:01,500
Hello <i>there</i>,

2
00:00:01,500 --> 00:00:03,000
my old
friend.
"""
VTT = """WEBVTT - a title

NOTE this is not
said

STYLE
::cue { color: red }

intro
00:00.000 --> 00:01.500 align:start position:10%
<v Anna>Hello <00:00:00.500>there,</v>

00:01.500 --> 00:03.000
my old &amp; dear friend.
"""


def text_of(content: str | bytes, suffix: str) -> str:
    return transcript_text(content.encode() if isinstance(content, str) else content, suffix)


def test_subtitles_become_their_words() -> None:
    assert text_of(SRT, "srt") == "Hello there, my old friend."
    assert text_of(VTT, "vtt") == "Hello there, my old & dear friend."


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_and_marks_of_other_systems_do_not_matter(ending: str) -> None:
    assert text_of("\ufeff" + SRT.replace("\n", ending), "srt") == "Hello there, my old friend."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_any_common_encoding(encoding: str) -> None:
    assert text_of("Où est le café – là-bas ?".encode(encoding), "txt") == "Où est le café – là-bas ?"


def test_broken_times_and_missing_empty_lines_do_not_hide_the_words() -> None:
    broken = "1\n99:99 --> soon\nFirst.\n2\n00:00:02,000 --> 00:00:03,000\nSecond.\n"
    assert text_of(broken, "srt") == "First. Second."


def test_captions_that_roll_up_say_each_line_once() -> None:
    cues = ["one", "one\ntwo", "two\nthree"]
    rolling = [f"00:0{n}.000 --> 00:0{n + 1}.000\n{lines}\n" for n, lines in enumerate(cues)]
    assert text_of("\n".join(["WEBVTT\n", *rolling]), "vtt") == "one two three"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_has_its_columns_in_any_order(order: tuple[int, ...], header: bool, delimiter: str) -> None:
    rows = [["start", "end", "text", "id"]] * header + [
        ["0.00", "1.50", "Hello there and welcome", "1"],
        ["1.50", "3.00", "to the harbour", "2"],
    ]
    table = "\r\n".join(delimiter.join(row[column] for column in order) for row in rows)
    assert text_of(table, "csv") == "Hello there and welcome to the harbour"


def test_the_word_table_of_the_studio_is_read_back() -> None:
    said = ["=1+1", "Hello,", "“quoted”", "@home", "-5"]
    words = [Word(text=text, start=i, end=i + 0.5) for i, text in enumerate(said)]
    assert text_of(timing_files(words)["csv"], "csv") == " ".join(said)


def test_a_named_column_wins_over_a_longer_one() -> None:
    table = "speaker,text\nA very long name of somebody with many letters,Hi.\nAnother very long name,Bye.\n"
    assert text_of(table, "csv") == "Hi. Bye."


def test_quoted_cells_may_hold_anything() -> None:
    assert text_of('start,text\n0,"One, two\nand ""three"""\n1,four\n', "csv") == 'One, two and "three" four'


def test_a_table_of_one_column_is_its_lines() -> None:
    assert text_of("Hello there.\nMy friend.\n", "csv") == "Hello there. My friend."


def test_paragraphs_of_plain_text_stay_apart() -> None:
    assert (
        text_of("One line\nand the next.\n\n\nAnother   paragraph.\n", "txt")
        == "One line and the next.\n\nAnother paragraph."
    )


def test_subtitles_under_the_name_of_a_text_are_known() -> None:
    assert text_of(SRT, "txt") == "Hello there, my old friend."


def test_languages_without_spaces_get_none() -> None:
    srt = "1\n00:00:00,000 --> 00:00:01,000\nこんにちは\n\n2\n00:00:01,000 --> 00:00:02,000\n世界\n"
    assert text_of(srt, "srt") == "こんにちは世界"


@pytest.mark.parametrize("suffix", ["srt", "vtt", "csv", "txt"])
@pytest.mark.parametrize("content", ["", " \n\n ", "\x00\x00\x00", "--> --> -->"])
def test_a_file_without_words_is_refused(suffix: str, content: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        text_of(content, suffix)
    assert refused.value.code == "transcript_empty"
    assert refused.value.hint


def test_a_table_with_an_endless_cell_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        text_of('text\n"' + "a" * 200_000, "csv")
    assert refused.value.code == "transcript_unreadable"


def test_five_million_characters_are_too_many() -> None:
    with pytest.raises(InvalidRequest) as refused:
        text_of("a" * 5_000_001, "txt")
    assert refused.value.code == "transcript_too_large"
