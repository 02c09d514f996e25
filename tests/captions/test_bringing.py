"""What others wrote is read with the times it has: tables, recognisers' JSON, marked subtitles; our own comes back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, get_args

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, caption_files, editing, make_cues, read_captions, retiming, timing_files, words_of
from backend.captions.bringing import BroughtFormat
from backend.captions.rewording import words_in
from backend.errors import InvalidRequest
from backend.media import find_ffmpeg
from backend.models import CaptionLayout, Cue, CueWord
from tests.captions.spoken_text import LIGHTHOUSE, speak

FORMATS = get_args(BroughtFormat)
WORDS = speak(LIGHTHOUSE)
STYLE, SIZE, LAYOUT = STYLES["bold_pop"], (1080, 1920), CaptionLayout()


def read(text: str, format: BroughtFormat) -> tuple[Cue, ...]:
    return read_captions(text.encode(), format)


def timed(cues: tuple[Cue, ...]) -> list[tuple[str, float, float]]:
    return [(word.text, word.start, word.end) for word in words_of(cues)]


def refusal(text: str, format: BroughtFormat) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refused:
        read(text, format)
    return refused.value


def edited(first: str = "=Every {one} & <b>lighthouse</b>") -> tuple[Cue, ...]:
    """Captions that somebody worked on."""
    cues = make_cues(WORDS, STYLE, SIZE, LAYOUT)
    cues = editing.rewrite(cues, 0, first)
    cues = editing.merge(cues, 2)
    cues = retiming.nudge(cues, 4, 0, 0.123, 0.123)
    cues = retiming.move_edges(cues, 1, end=cues[1].end - 0.017)
    return editing.split(cues, 5, *cues[5].text.replace("\n", " ").split(" ", 1))


@pytest.mark.parametrize("format", ["srt", "vtt", "json", "ass"])
def test_captions_come_back_as_they_were_edited(format: BroughtFormat) -> None:
    cues = edited()
    back = read(caption_files(cues, STYLE, SIZE, LAYOUT)[format], format)
    unit = 0.0051 if format == "ass" else 0.0006
    assert [cue.text for cue in back] == [cue.text for cue in cues]
    assert [cue.start for cue in back] == pytest.approx([cue.start for cue in cues], abs=unit)
    assert [cue.end for cue in back] == pytest.approx([cue.end for cue in cues], abs=unit)


@pytest.mark.parametrize("format", ["csv", "json", "ass"])
@pytest.mark.parametrize("of", ["captions", "words"])
def test_word_times_come_back(format: BroughtFormat, of: str) -> None:
    cues = edited()
    files = caption_files(cues, STYLE, SIZE, LAYOUT) if of == "captions" else timing_files(words_of(cues))
    expected, unit = timed(cues), 0.0101 if format == "ass" else 0.0006
    back = timed(read(files[format], format))
    assert [word[0] for word in back] == [word[0] for word in expected]
    assert [word[1] for word in back] == pytest.approx([word[1] for word in expected], abs=unit)
    assert [word[2] for word in back] == pytest.approx([word[2] for word in expected], abs=unit)


def test_json_of_ours_comes_back_to_the_last_field() -> None:
    cues = tuple(cue.model_copy(update={"speaker": "Ann"}) for cue in edited())
    stressed = words_in(cues[0])[0].model_copy(update={"emphasis": True})
    cues = (cues[0].model_copy(update={"words": (stressed, *words_in(cues[0])[1:])}), *cues[1:])
    assert read(caption_files(cues, STYLE, SIZE, LAYOUT)["json"], "json") == cues


def as_typed(text: str) -> str:
    """Signs of HTML as they were typed: this reader gives them as they are written."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("format", ["srt", "vtt"])
def test_ffmpeg_reads_the_same_captions_after_edits(format: str, tmp_path: Path) -> None:
    cues = edited("=Every one & 3 < 4")
    path = tmp_path / f"captions.{format}"
    path.write_text(caption_files(cues, STYLE, SIZE, LAYOUT)[format], encoding="utf-8")  # type: ignore[index]
    demuxer = {"srt": "srt", "vtt": "webvtt"}[format]
    command = [str(find_ffmpeg()), "-v", "error", "-f", demuxer, "-i", str(path), "-f", "ass", "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    events = list(pysubs2.SSAFile.from_string(said))
    assert [as_typed(event.plaintext).replace("\\", "") for event in events] == [cue.text for cue in cues]
    assert [event.start for event in events] == pytest.approx([round(cue.start * 1000) for cue in cues], abs=10)
    assert [event.end for event in events] == pytest.approx([round(cue.end * 1000) for cue in cues], abs=10)


@pytest.mark.parametrize("format", ["srt", "vtt", "ass"])
def test_pysubs2_reads_the_same_captions_after_edits(format: str) -> None:
    cues = edited("=Every one & 3 < 4")
    text = caption_files(cues, STYLE, SIZE, LAYOUT)[format]  # type: ignore[index]
    events = [
        event for event in pysubs2.SSAFile.from_string(text, format_=format) if event.is_comment == (format == "ass")
    ]
    back = [as_typed(event.plaintext) for event in events]
    assert back == [cue.text for cue in cues]
    assert [event.start for event in events] == pytest.approx([round(cue.start * 1000) for cue in cues], abs=6)
    assert [event.end for event in events] == pytest.approx([round(cue.end * 1000) for cue in cues], abs=6)


WHISPERS: dict[str, Any] = {
    "openai-whisper": {
        "text": " Hello there world.",
        "segments": [
            {"id": 0, "seek": 0, "start": 0.0, "end": 2.0, "text": " Hello there world.", "tokens": [1], "words": [
                {"word": " Hello", "start": 0.1, "end": 0.5, "probability": 0.9},
                {"word": " there", "start": 0.5, "end": 0.9, "probability": 0.4},
                {"word": " world.", "start": 1.2, "end": 1.8, "probability": 0.99},
            ]},
        ],
        "language": "en",
    },
    "a list, as faster-whisper's segments are dumped": [
        {"id": 1, "start": 0.0, "end": 2.0, "text": " Hello there world.", "words": [
            {"word": " Hello", "start": 0.1, "end": 0.5, "probability": 0.9},
            {"word": " there", "start": 0.5, "end": 0.9, "probability": 0.4},
            {"word": " world.", "start": 1.2, "end": 1.8, "probability": 0.99},
        ]},
    ],
    "whisperX, which knows no times of some words": {
        "segments": [
            {"start": 0.1, "end": 1.8, "text": "Hello there world.", "speaker": "SPEAKER_00", "words": [
                {"word": "Hello", "start": 0.1, "end": 0.5, "score": 0.9},
                {"word": "there"},
                {"word": "world.", "start": 1.2, "end": 1.8, "score": 0.99},
            ]},
        ],
        "word_segments": [],
    },
    "whisper.cpp": {
        "systeminfo": "x", "result": {"language": "en"},
        "transcription": [
            {"timestamps": {"from": "00:00:00,000", "to": "00:00:02,000"}, "offsets": {"from": 0, "to": 2000},
             "text": " Hello there world.", "tokens": [
                {"text": "[_BEG_]", "offsets": {"from": 0, "to": 0}, "p": 0.9},
                {"text": " Hel", "offsets": {"from": 100, "to": 300}, "p": 0.9},
                {"text": "lo", "offsets": {"from": 300, "to": 500}, "p": 0.8},
                {"text": " there", "offsets": {"from": 500, "to": 900}, "p": 0.4},
                {"text": " world", "offsets": {"from": 1200, "to": 1700}, "p": 0.99},
                {"text": ".", "offsets": {"from": 1700, "to": 1800}, "p": 0.99},
             ]},
        ],
    },
    "verbose JSON with words for the whole": {
        "segments": [{"start": 0, "end": 2, "text": "Hello there world."}],
        "words": [
            {"word": "Hello", "start": 0.1, "end": 0.5},
            {"word": "there", "start": 0.5, "end": 0.9},
            {"word": "world.", "start": 1.2, "end": 1.8},
        ],
    },
    "a list of words": [
        {"text": "Hello", "start": 0.1, "end": 0.5},
        {"text": "there", "start": 0.5, "end": 0.9},
        {"text": "world.", "start": 1.2, "end": 1.8},
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", WHISPERS)
def test_a_recognisers_words_keep_their_times(kind: str) -> None:
    words = timed(read(json.dumps(WHISPERS[kind]), "json"))
    end_of_there = 1.2 if "knows no times" in kind else 0.9
    assert words == [("Hello", 0.1, 0.5), ("there", 0.5, end_of_there), ("world.", 1.2, 1.8)]


def test_a_recognisers_doubts_and_speakers_are_kept() -> None:
    words = read(json.dumps(WHISPERS["openai-whisper"]), "json")[0].words
    assert [word.confidence for word in words] == [0.9, 0.4, 0.99]
    whisperx = read(json.dumps(WHISPERS["whisperX, which knows no times of some words"]), "json")[0]
    assert whisperx.speaker == "SPEAKER_00"
    assert whisperx.words[1].confidence == 0.3


@pytest.mark.parametrize(
    "table",
    [
        'word,start,end,confidence\r\nHello,0.1,0.5,0.9\r\n"a, b",0.5,0.9,0.4\r\n\'=1+1,1.2,1.8,1\r\n',
        '\ufeffStart (s);End (s);Text\n0,1;0,5;Hello\n0,5;0,9;"a, b"\n1,2;1,8;\'=1+1\n',
        "start_ms\tend_ms\tword\n100\t500\tHello\n500\t900\ta, b\n1200\t1800\t'=1+1\n",
        'Hello,0.1,0.5\n"a, b",0.5,0.9\n\'=1+1,1.2,1.8\n',
        'from,to,token\n00:00:00.100,00:00:00.500,Hello\n\n00:00:00.500,0:00.9,"a, b"\n1200ms,1.8s,\'=1+1\n',
    ],
)
def test_tables_are_read_whatever_their_columns_are_called(table: str) -> None:
    cues = read(table, "csv")
    assert [(cue.text, cue.start, cue.end) for cue in cues] == [
        ("Hello", 0.1, 0.5),
        ("a, b", 0.5, 0.9),
        ("=1+1", 1.2, 1.8),
    ]


def test_an_apostrophe_of_a_word_stays() -> None:
    assert [cue.text for cue in read("word,start,end\n'tis,0,1\n''quoted',1,2\n", "csv")] == ["'tis", "''quoted'"]


def test_vtt_keeps_word_times_voices_and_what_stands_out() -> None:
    cue = read("WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann Lee>Fish <00:01.500>&amp; <00:02.000><b>chips</b>\n", "vtt")[
        0
    ]
    assert cue.speaker == "Ann Lee"
    assert timed((cue,)) == [("Fish", 1.0, 1.5), ("&", 1.5, 2.0), ("chips", 2.0, 3.0)]
    assert [word.emphasis for word in cue.words] == [None, None, True]


def test_ass_keeps_karaoke_times_names_and_what_stands_out() -> None:
    head = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    line = r"Dialogue: 0,0:00:01.00,0:00:03.00,D,Bob,0,0,0,,{\k50}light{\k25}house {\k10}{\kf40}{\i1}keeper{\i0}"
    cue = read(f"{head}{line}\n", "ass")[0]
    assert (cue.text, cue.speaker) == ("lighthouse keeper", "Bob")
    assert timed((cue,)) == [("lighthouse", 1.0, 1.75), ("keeper", 1.85, 2.25)]
    assert [word.emphasis for word in cue.words] == [None, True]


def test_srt_keeps_what_stands_out_but_not_what_is_all_the_same() -> None:
    text = '1\n00:00:01,000 --> 00:00:02,000\nThe <font color="#f00">red</font> door\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>All of it</i>\n'  # noqa: E501
    red, all_of_it = read(text, "srt")
    assert [(word.text, word.emphasis) for word in red.words] == [("The", None), ("red", True), ("door", None)]
    assert all_of_it.words == ()


def test_times_inside_a_caption_that_run_backwards_are_left_out() -> None:
    cue = read("WEBVTT\n\n00:01.000 --> 00:03.000\na <00:02.500>b <00:01.500>c\n", "vtt")[0]
    assert (cue.text, cue.words) == ("a b c", ())


@pytest.mark.parametrize(
    ("text", "format", "code", "begins"),
    [
        ("word,start,end\na,0,1\nb,x,2\n", "csv", "subtitles_bad_time", "Line 3: 'x' is not a time"),
        ("word,start,end\na,-1,1\n", "csv", "subtitles_bad_time", "Line 2: '-1' is before 0"),
        ("word,start,end\na,2,1\n", "csv", "subtitles_bad_time", "Line 2: the end is before the start"),
        ("word,start,end\na,99:99:99,1\n", "csv", "subtitles_bad_time", "Line 2: '99:99:99' is not a time"),
        ('word,start,end\n"a\nb",0,1\nc,1e99,2\n', "csv", "subtitles_bad_time", "Line 4:"),
        ("a;b\nc;d\n", "csv", "subtitles_unreadable", "The table has no columns"),
        ("word,start,end\n", "csv", "subtitles_empty", "There are no words"),
        ("", "csv", "subtitles_empty", "There are no words"),
        ('{"words": [}', "json", "subtitles_unreadable", "Line 1, column 12"),
        ("[" * 100_000, "json", "subtitles_unreadable", ""),
        ('{"words": [{"text": "a", "start": NaN, "end": 1}]}', "json", "subtitles_unreadable", ""),
        ('{"words": [{"text": "a", "start": "soon", "end": 1}]}', "json", "subtitles_bad_time", "Word 1: 'soon'"),
        ('{"segments": [{"start": 0, "end": -1, "text": "a"}]}', "json", "subtitles_bad_time", "Segment 1: '-1'"),
        ('{"segments": [{"text": "a"}]}', "json", "subtitles_bad_time", "Segment 1: 'None'"),
        ('{"text": "no times"}', "json", "subtitles_empty", "There are no words"),
        ("7", "json", "subtitles_empty", "There are no words"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, format: BroughtFormat, code: str, begins: str) -> None:
    error = refusal(text, format)
    assert error.code == code
    assert error.message.startswith(begins)
    assert error.hint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("word,start,end\r\ncafé,0,1\r\n", "csv"),
        ('[{"text": "café", "start": 0, "end": 1}]', "json"),
        ("1\r\n00:00:00,000 --> 00:00:01,000\r\ncafé\r\n", "srt"),
    ],
)
def test_files_in_any_usual_encoding_are_read(text: str, format: BroughtFormat, encoding: str) -> None:
    assert read_captions(text.encode(encoding), format)[0].text == "café"


def test_controls_and_overrides_of_direction_never_come_in() -> None:
    nasty = "a\u202eb\x00c\x1bd"
    assert read(json.dumps([{"text": nasty, "start": 0, "end": 1}]), "json")[0].text == "abcd"
    assert read(f"word,start,end\n{nasty},0,1\n", "csv")[0].text == "abcd"
    assert read(f"WEBVTT\n\n00:00.000 --> 00:01.000\n<v \u202eA>{nasty}\n", "vtt")[0].text == "abcd"


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "words",
                    "segments",
                    "cues",
                    "transcription",
                    "tokens",
                    "text",
                    "word",
                    "start",
                    "end",
                    "offsets",
                    "from",
                    "to",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(_JSON.map(json.dumps), st.just("json"))
    | st.tuples(st.text(max_size=120), st.sampled_from(FORMATS))
    | st.tuples(
        st.lists(
            st.sampled_from(["<b>", "</b>", "<00:00:01.500>", "<v A>", "{\\k20}", "{\\b1}", "灯台", "fog ", "&amp;"]),
            max_size=12,
        ).map(lambda parts: "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n" + "".join(parts)),
        st.sampled_from(["srt", "vtt"]),
    )
)  # fmt: skip
def test_anything_is_read_or_refused(given: tuple[str, BroughtFormat]) -> None:
    text, format = given
    try:
        cues = read_captions(text.encode("utf-8", "surrogatepass"), format)
    except InvalidRequest as error:
        assert error.code.startswith("subtitles_")
        assert error.hint
    else:
        assert all(0 <= cue.start <= cue.end for cue in cues)
        assert all(0 <= word.start <= word.end for cue in cues for word in cue.words)
        make_cues(words_of(cues), STYLE, SIZE, LAYOUT)


def test_a_word_with_a_made_up_source_is_one_that_was_recognised() -> None:
    given = [{"text": "a", "start": 0, "end": 1, "source": "magic", "confidence": 7}]
    assert read(json.dumps(given), "json")[0].words == (CueWord(text="a", start=0, end=1, source="recognised"),)
