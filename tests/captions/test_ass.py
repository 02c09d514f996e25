"""The captions file is ours from the first byte: nothing people write becomes a tag, and every change is on time."""

from __future__ import annotations

import re
from pathlib import Path

import pysubs2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, ass_document, make_cues
from backend.captions.bidi import MARKS
from backend.captions.events import ESCAPES, HOLDER, Event, escape
from backend.captions.spoken import HOLD_SECONDS
from backend.captions.text import MAX_CUE_CHARACTERS, clean
from backend.models import CaptionLayout, Cue, CueWord, Word
from tests.captions.spoken_text import LIGHTHOUSE, speak

PORTRAIT = (1080, 1920)
GOLDEN = Path(__file__).parent / "data" / "box_highlight.ass"
BACK = {value: chr(key) for key, value in ESCAPES.items()}
ANYTHING = st.text(max_size=60) | st.text(st.sampled_from("{}\\Nnhpkt()&HF1,;:\n\r\0 ab\u0301\u202e🎉"), max_size=60)


def document(text: str, name: str = "clean_two_line") -> str:
    cue = Cue(index=0, start=0.0, end=2.0, text=text)
    return ass_document([cue], STYLES[name], PORTRAIT, CaptionLayout(uppercase=False))


def letters(text: str) -> str:
    shown = (letter for letter in text if letter not in MARKS and letter != HOLDER)
    return "".join("".join(BACK.get(letter, letter) for letter in shown).split())


def visible(source: str, layer: int = 3) -> str:
    """The text that a reader of the file shows, without white space."""
    parsed = pysubs2.SSAFile.from_string(source, format_="ass")
    return letters("".join(event.plaintext for event in parsed if event.layer == layer))


def test_the_box_style_is_drawn_as_it_was_when_it_was_looked_at() -> None:
    cues = make_cues(speak("Never paint the door."), STYLES["box_highlight"], PORTRAIT, CaptionLayout())
    assert ass_document(cues, STYLES["box_highlight"], PORTRAIT, CaptionLayout()) == GOLDEN.read_text(encoding="utf-8")


def test_one_unit_is_one_pixel_and_lines_are_broken_by_us() -> None:
    info = pysubs2.SSAFile.from_string(document("hello")).info
    assert (info["PlayResX"], info["PlayResY"], info["WrapStyle"]) == ("1080", "1920", "2")
    assert info["ScaledBorderAndShadow"] == "yes"


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_no_text_becomes_a_tag(text: str) -> None:
    source = document(text)
    for event in pysubs2.SSAFile.from_string(source, format_="ass"):
        ours = re.findall(r"{[^{}]*}", event.text)
        assert event.text.count("{") == event.text.count("}") == len(ours)
        assert all(re.fullmatch(r"{(\\[a-z0-9]+[^{}\\]*)+}", tag) for tag in ours)
    if len(clean(text)) <= MAX_CUE_CHARACTERS:
        assert visible(source) == "".join(clean(text).split())


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("text", [r"{\p1}m 0 0 l 9 9", r"\N\n\h", "{", "}}{{", "a\\", "{\\b1}bold", "line\\Nbreak"])
def test_every_style_shows_what_was_typed(name: str, text: str) -> None:
    assert visible(document(text, name)) == "".join(text.split())


def test_the_twins_of_escaped_characters_are_drawn_like_the_originals() -> None:
    from backend.captions.fonts import FALLBACKS, FILES
    from backend.captions.typeface import text_width, typeface

    for family in set(FILES) - set(FALLBACKS):
        for plain in "{}\\":
            assert text_width(escape(plain), typeface(family)) == text_width(plain, typeface(family))


def test_controls_bidi_overrides_and_surrogates_never_reach_the_file() -> None:
    source = document("a\x00b\x1b\u202ec\ud800d\u2066e")
    assert visible(source) == "abcde"
    source.encode("utf-8")


def test_piled_up_marks_are_cut() -> None:
    assert visible(document("z" + "\u0301" * 50_000)) == "z" + "\u0301" * 8


def test_a_cue_is_drawn_up_to_its_limit() -> None:
    assert len(visible(document("x" * 2_000))) == MAX_CUE_CHARACTERS


def test_font_sizes_stay_in_bounds_however_they_are_scaled() -> None:
    for size in ((64, 64), PORTRAIT, (3840, 2160)):
        source = ass_document(
            [Cue(index=0, start=0, end=1, text="hi")], STYLES["one_big_word"], size, CaptionLayout(font_scale=2.5)
        )
        style = pysubs2.SSAFile.from_string(source).styles["Text"]
        assert 0 < style.fontsize <= 0.6 * min(size)


def test_a_cue_without_time_or_text_draws_nothing() -> None:
    cues = [Cue(index=0, start=1, end=1, text="gone"), Cue(index=1, start=2, end=3, text=" \n ")]
    assert "Dialogue:" not in ass_document(cues, STYLES["bold_pop"], PORTRAIT, CaptionLayout())


@pytest.mark.parametrize("name", ["bold_pop", "box_highlight", "karaoke_sweep", "underline", "neon", "hype", "marker"])
def test_a_word_lights_up_and_goes_out_within_a_hundredth_of_a_second(name: str) -> None:
    style, words = STYLES[name], [word for word in speak(LIGHTHOUSE)]
    cues = make_cues(words, style, PORTRAIT, CaptionLayout())
    source = ass_document(cues, style, PORTRAIT, CaptionLayout())
    found = sorted(lit_spans(source, style.highlight))
    wanted = sorted(span for cue in cues for span in expected_spans(cue))
    assert len(found) == len(wanted)
    for (start, end), (wanted_start, wanted_end) in zip(found, wanted, strict=True):
        assert start == pytest.approx(wanted_start, abs=0.0101)
        assert end == pytest.approx(wanted_end, abs=0.0101)


def expected_spans(cue: Cue) -> list[tuple[float, float]]:
    following = [word.start for word in cue.words[1:]] + [float("inf")]
    return [
        (word.start, after if after <= word.end + HOLD_SECONDS else word.end)
        for word, after in zip(cue.words, following, strict=True)
    ]


def lit_spans(source: str, highlight: str) -> list[tuple[float, float]]:
    """When each word is lit, read from the file as a renderer would."""
    spans = []
    for event in pysubs2.SSAFile.from_string(source, format_="ass"):
        begin, end = event.start / 1000, event.end / 1000
        if highlight in ("box", "underline") and event.layer == 2 and r"\p1" in event.text:
            spans.append((begin, end))
        if highlight == "glow" and event.layer == 2 and r"\bord3.8" not in event.text:
            spans.append((begin, end))
        if highlight == "sweep" and (karaoke := re.search(r"\\k(\d+)\\kf(\d+)", event.text)):
            wait, fill = (int(digits) / 100 for digits in karaoke.groups())
            spans.append((begin + wait, begin + wait + fill))
        if highlight == "pop":
            spans.append(pop_span(event.text, begin, end))
    return sorted(set(spans))


def pop_span(text: str, begin: float, end: float) -> tuple[float, float]:
    on = re.search(r"\\t\((\d+),\d+,\\1c&H(?!FFFFFF)", text)
    off = re.search(r"\\t\((\d+),\d+,\\1c&HFFFFFF&", text)
    return begin + (int(on[1]) / 1000 if on else 0.0), begin + int(off[1]) / 1000 if off else end


def test_a_highlight_holds_over_a_comma_and_goes_out_over_a_pause() -> None:
    words = (
        CueWord(text="so,", start=0.0, end=0.4),
        CueWord(text="then", start=0.6, end=1.0),
        CueWord(text="stop", start=1.5, end=1.9),
    )
    cue = Cue(index=0, start=0.0, end=2.2, text="so, then stop", words=words)
    spans = lit_spans(ass_document([cue], STYLES["box_highlight"], PORTRAIT, CaptionLayout()), "box")
    assert spans == [(0.0, 0.6), (0.6, 1.0), (1.5, 1.9)]


def test_edited_text_keeps_the_times_of_the_words_it_replaces() -> None:
    cue = make_cues(speak("Never paint the dor."), STYLES["box_highlight"], PORTRAIT, CaptionLayout())[0]
    edited = cue.model_copy(update={"text": "Never paint the door."})
    before, after = (ass_document([each], STYLES["box_highlight"], PORTRAIT, CaptionLayout()) for each in (cue, edited))
    assert lit_spans(before, "box") == lit_spans(after, "box")
    assert visible(after) == "Neverpaintthedoor."


@settings(max_examples=200, deadline=None)
@example("\u0300", [], "bold_pop", (64, 64))  # no width
@given(
    ANYTHING,
    st.lists(st.tuples(ANYTHING, st.floats(0, 9), st.floats(0, 9)), max_size=6),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from([(64, 64), (64, 3840), (1920, 1080)]),
)
def test_any_edited_cue_is_drawn_in_every_style(
    text: str, words: list[tuple[str, float, float]], name: str, size: tuple[int, int]
) -> None:
    timed = tuple(CueWord(text=word, start=start, end=end) for word, start, end in words)
    cue = Cue(index=0, start=1.0, end=3.0, text=text, words=timed)
    source = ass_document([cue], STYLES[name], size, CaptionLayout(uppercase=False))
    assert visible(source) == "".join(clean(text).split())
    events = list(pysubs2.SSAFile.from_string(source, format_="ass"))
    assert all(1000 <= event.start < event.end <= 3000 for event in events)
    tags = "".join(tag for event in events for tag in re.findall(r"{[^}]*}", event.text))
    assert not re.search(r"\\t\(-|\\t\(0,0,|nan|inf|e[-+]\d", tags)


def test_right_to_left_words_stand_from_right_to_left() -> None:
    words = [
        Word(text=text, start=i * 0.5, end=i * 0.5 + 0.5) for i, text in enumerate(["שלום", "עולם", "Radio", "5", "זה"])
    ]
    cues = make_cues(words, STYLES["underline"], (1920, 1080), CaptionLayout())
    source = ass_document(cues, STYLES["underline"], (1920, 1080), CaptionLayout())
    places = {
        letters(event.plaintext): float(re.search(r"\\pos\(([\d.]+)", event.text)[1])  # type: ignore[index]
        for event in pysubs2.SSAFile.from_string(source)
        if event.layer == 3
    }
    assert sorted(places, key=lambda text: -places[text]) == ["שלום", "עולם", "5", "Radio", "זה"]


def test_an_event_writes_its_times_in_hundredths() -> None:
    assert Event(0, 366_101, 366_250, "x").line() == "Dialogue: 0,1:01:01.01,1:01:02.50,Text,,0,0,0,,x"
