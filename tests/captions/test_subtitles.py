"""Other people's subtitle files are read with patience, and wrong times are named by their line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, decode_text, parse_subtitles, warnings
from backend.errors import InvalidRequest
from backend.models import Cue

SRT = (
    "1\n00:00:01,000 --> 00:00:02,500\nHello\nthere\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>General</i> {\\an8}Kenobi\n"
)


def spans(cues: tuple[Cue, ...]) -> list[tuple[float, float, str]]:
    return [(cue.start, cue.end, cue.text) for cue in cues]


def refusal(text: str, format: str = "srt") -> InvalidRequest:
    with pytest.raises(InvalidRequest) as refused:
        parse_subtitles(text, format)  # type: ignore[arg-type]
    return refused.value


def test_srt_is_read_and_its_tags_are_taken_out() -> None:
    assert spans(parse_subtitles(SRT, "srt")) == [(1.0, 2.5, "Hello\nthere"), (3.0, 4.0, "General Kenobi")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_and_a_byte_order_mark_are_fine(ending: str) -> None:
    assert len(parse_subtitles("\ufeff" + SRT.replace("\n", ending), "srt")) == 2


def test_missing_numbers_empty_lines_and_a_point_for_a_comma_are_fine() -> None:
    text = "0:01.5 --> 0:02\nOne\n2\n00:00:03.25 --> 00:00:04\nTwo"
    assert spans(parse_subtitles(text, "srt")) == [(1.5, 2.0, "One"), (3.25, 4.0, "Two")]


def test_vtt_settings_notes_styles_and_inline_times_are_left_out() -> None:
    text = (
        "WEBVTT - title\n\nNOTE a --> b\n\nSTYLE\n::cue { color: red }\n\nintro\n"
        "00:01.000 --> 00:02.000 align:start line:0%\n<v Ann>Fish &amp; <00:01.500><c.red>chips</c> &lt;3\n"
    )
    assert spans(parse_subtitles(text, "vtt")) == [(1.0, 2.0, "Fish & chips <3")]


def test_ass_is_read_by_its_own_format_line_without_drawings() -> None:
    text = (
        "[Script Info]\nTitle: x\n[Events]\nFormat: Start, End, Style, Text\n"
        "Comment: 0:00:00.00,0:00:09.00,D,not this\n"
        "Dialogue: 0:00:05.00,0:00:06.00,D,second\n"
        "Dialogue: 0:00:01.50,0:00:02.00,D,{\\b1}Hello,\\Nyou\\hthere\n"
        "Dialogue: 0:00:01.00,0:00:02.00,D,{\\p1}m 0 0 l 5 5\n"
    )
    assert spans(parse_subtitles(text, "ass")) == [(1.5, 2.0, "Hello,\nyou there"), (5.0, 6.0, "second")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("00:00:05,000 --> 00:00:04,000", "Line 2: the end is before the start."),
        ("99:99:99,000 --> 99:99:99,500", "Line 2: '99:99:99,000' is not a time such as 00:01:02,500."),
        ("-00:00:01,000 --> 00:00:02,000", "Line 2: '-00:00:01,000' is not a time such as 00:01:02,500."),
        ("soon --> later", "Line 2: 'soon' is not a time such as 00:01:02,500."),
        ("00:00:01,000 -->", "Line 2: '' is not a time such as 00:01:02,500."),
        ("30:00:00,000 --> 30:00:01,000", "Line 2: the time is past 24 hours."),
    ],
)
def test_a_wrong_time_is_named_by_its_line(line: str, problem: str) -> None:
    error = refusal(f"1\n{line}\nHello\n")
    assert (error.code, error.message) == ("subtitles_bad_time", problem)


@pytest.mark.parametrize("format", ["srt", "vtt", "ass"])
@pytest.mark.parametrize("text", ["", "   \n\n", "just some text", "#EXTM3U\nhttp://example.com/a.ts", "\x00\x00"])
def test_a_file_without_captions_is_refused(text: str, format: str) -> None:
    assert refusal(text, format).code == "subtitles_empty"


def test_captions_that_overlap_are_kept_and_told() -> None:
    text = "00:00:01,000 --> 00:00:05,000\nOne\n\n00:00:02,000 --> 00:00:03,000\nTwo\n"
    cues = parse_subtitles(text, "srt")
    assert spans(cues) == [(1.0, 5.0, "One"), (2.0, 3.0, "Two")]
    assert any("still on screen" in warning for warning in warnings(cues, STYLES["bold_pop"]))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_usual_encoding_is_read(codec: str) -> None:
    read = parse_subtitles(decode_text(SRT.replace("Hello", "Héllo Привет").encode(codec)), "srt")
    assert read[0].text == "Héllo Привет\nthere"
    assert decode_text("smart ‘quotes’".encode("cp1252")) == "smart ‘quotes’"


def test_what_cannot_be_seen_is_dropped_and_what_looks_like_code_is_text() -> None:
    lines = {
        "nul\x00s": "nuls",
        "a\u202eb\u2066c\u200fd": "abcd",
        "z" + "\u0301" * 50_000: "z" + "\u0301" * 8,
        "<script>alert(1)</script>": "alert(1)",
        "&lt;b&gt; 3 < 4": "<b> 3 < 4",
        r"{\an8}{\pos(1,2)}up": "up",
        "{laughs}": "{laughs}",
        "=HYPERLINK(1)": "=HYPERLINK(1)",
    }
    text = "\n\n".join(f"00:00:{i:02d},000 --> 00:00:{i:02d},900\n{line}" for i, line in enumerate(lines))
    assert [cue.text for cue in parse_subtitles(text, "srt")] == list(lines.values())


def test_too_many_captions_are_refused() -> None:
    clocks = (f"{i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}" for i in range(6_100))
    text = "\n\n".join(f"{clock},000 --> {clock},500\nx" for clock in clocks)
    assert refusal(text + "\n\n" + text).code == "subtitles_too_large"
    assert refusal("x" * 5_000_001).code == "subtitles_too_large"


@settings(max_examples=400, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*SRT.split("\n"), "Dialogue: 0", "[Events]", "-->", "{", "<"])).map("\n".join),
    st.sampled_from(["srt", "vtt", "ass"]),
)
def test_any_text_is_read_or_refused(text: str, format: str) -> None:
    try:
        cues = parse_subtitles(text, format)  # type: ignore[arg-type]
    except InvalidRequest as error:
        assert error.code.startswith("subtitles_")
        assert error.hint
    else:
        assert cues
        assert all(0 <= cue.start <= cue.end and cue.text for cue in cues)


def test_webvtt_says_who_speaks() -> None:
    file = (
        "WEBVTT\n\n00:00.000 --> 00:01.000\n<v Ann Berg>Who is there?</v>\n\n"
        "00:01.000 --> 00:02.000\n<v.loud Ben &amp; Co>It is <b>me</b>.\n\n00:02.000 --> 00:03.000\nA knock.\n\n"
        "00:03.000 --> 00:04.000\n<v {\\p1}\u202e>Odd.\n"
    )
    cues = parse_subtitles(file, "vtt")
    assert [cue.speaker for cue in cues] == ["Ann Berg", "Ben & Co", "", ""]
    assert [cue.text for cue in cues] == ["Who is there?", "It is me.", "A knock.", "Odd."]
