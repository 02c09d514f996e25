"""Files of words and captions: what is written can be read, and whatever is read can be drawn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any, get_args

import pysubs2
from hypothesis import strategies as st

from backend.captions import STYLES, BroughtFormat, caption_files, read_captions, timing_files
from backend.captions.cue_table import difference
from backend.captions.edits import apply_edit, read_edit
from backend.captions.text import clean, clip, one_line
from backend.errors import StudioError
from backend.models import CaptionLayout, Cue, CueWord, Word
from tests.captions.test_editing import assert_in_order, some_cues
from tests.proofs.scale import Scale
from tests.proofs.text.parsers import held
from tests.proofs.text.test_round_trip import LOOKS, letters
from tests.proofs.text.texts import ANY, LINES, SCRIPTS, SUBTITLES, TABLE, made_of, whole
from tests.proofs.text.trying import try_all
from tests.proofs.text.values import JSON

Record = Callable[[str, Any], None]
SECONDS = st.floats(0, 90_000) | st.sampled_from([0.0, 0.0005, 0.9996, 3_599.9999, 86_400.0])
SHARES = st.floats(0, 1)
TIMED = st.lists(st.tuples(whole(LINES), SECONDS, SECONDS, SHARES), max_size=8)


def test_words_are_read_back_from_all_five_files(scale: Scale, record_property: Record) -> None:
    def check(raw: list[tuple[str, float, float, float]]) -> None:
        words = sorted((_word(*one) for one in raw), key=lambda word: word.start)
        files = timing_files(words)
        shown = [one_line(word.text) for word in words if one_line(word.text)]
        assert len(list(csv.reader(io.StringIO(files["csv"], newline="")))) == len(words) + 1
        assert len(json.loads(files["json"])["words"]) == len(words)
        for format in get_args(BroughtFormat):
            if shown:
                back = read_captions(files[format].encode(), format)
                # Words that begin at once may change places where a format knows hundredths only.
                assert sorted(letters([cue.text for cue in back], "ass")) == sorted(
                    letters([clip(text) for text in shown], "ass")
                )

    record_property("examples", try_all("written words", scale, TIMED, check))


def _word(text: str, one: float, other: float, sure: float) -> Word:
    return Word(text=text, start=min(one, other, 86_000), end=min(max(one, other), 86_000), confidence=sure)


CUES = st.lists(
    st.tuples(whole(SCRIPTS), st.lists(st.tuples(whole(LINES), st.floats(0, 3)), max_size=4), whole(ANY)),
    min_size=1,
    max_size=5,
)


def test_captions_that_somebody_wrote_are_read_back_by_us_and_by_others(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[list[tuple[str, list[tuple[str, float]], str]], tuple[str, tuple[int, int]]]) -> None:
        (raw, (style, size)) = given
        cues = [_cue(place, *one) for place, one in enumerate(raw)]
        files = caption_files(cues, STYLES[style], size, CaptionLayout())
        shown = [cue for cue in cues if clean(cue.text)]
        for text in files.values():
            text.encode()
        for event in pysubs2.SSAFile.from_string(files["ass"], format_="ass"):
            assert event.text.count("{") == event.text.count("}")
        unmarked: tuple[BroughtFormat, ...] = ("srt", "vtt", "json")
        for format in unmarked:
            if shown:
                back = read_captions(files[format].encode(), format)
                assert [cue.text for cue in back] == [clip(clean(cue.text)) for cue in shown], format
                assert [round(cue.start, 3) for cue in back] == [round(cue.start, 3) for cue in shown], format
        if shown:
            back = read_captions(files["ass"].encode(), "ass")
            assert letters([cue.text for cue in back], "ass") == letters([clip(clean(c.text)) for c in shown], "ass")

    record_property("examples", try_all("written captions", scale, st.tuples(CUES, LOOKS), check))


def _cue(place: int, text: str, words: list[tuple[str, float]], speaker: str) -> Cue:
    start = place * 4.0
    timed = tuple(CueWord(text=word, start=start + at, end=start + at + 0.5) for word, at in words)
    return Cue(index=place, start=start, end=start + 3.5, text=text, words=timed, speaker=speaker)


@st.composite
def some_file(draw: st.DrawFn) -> tuple[str, bytes]:
    """The name of a parser, and what it may meet."""
    kind = draw(st.sampled_from(["srt", "vtt", "ass", "csv", "json"]))
    parser = kind if kind == "json" or draw(st.booleans()) else f"words of {kind}".replace("ass", "txt")
    if draw(st.integers(0, 9)) == 0:
        return parser, draw(st.binary(max_size=200))
    if kind == "json":
        return parser, json.dumps(draw(_HEARD), default=str).encode()
    head = {"ass": "[Events]\n", "csv": draw(st.sampled_from(["word,start,end\n", "", "Start;End;Text\n"]))}.get(
        kind, ""
    )
    text = head + draw(made_of(TABLE if kind == "csv" else SUBTITLES, most=30))
    codec = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "utf-16-be", "cp1252"]))
    return parser, text.encode(codec, "replace")


_TIME = st.floats(-1, 90_000) | st.sampled_from([None, "00:00:01,5", "1.5s", 10**400, True, "", -1])
_WORD = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("text", "word"), LINES | JSON),
        **dict.fromkeys(("start", "end"), _TIME),
        **dict.fromkeys(("score", "probability", "confidence", "source", "emphasis", "speaker"), JSON),
        "offsets": st.fixed_dictionaries({}, optional={"from": _TIME, "to": _TIME}) | JSON,
    },
)
_SEGMENT = st.fixed_dictionaries(
    {"start": st.floats(0, 9) | _TIME, "end": st.floats(0, 9) | _TIME, "text": LINES},
    optional={
        **dict.fromkeys(("words", "tokens"), st.lists(_WORD, max_size=4) | JSON),
        "offsets": st.fixed_dictionaries({"from": _TIME, "to": _TIME}),
    },
)
_PARTS = st.lists(_SEGMENT | _WORD | JSON, max_size=4)
_KEYS = ("cues", "segments", "words", "word_segments", "transcription")
_HEARD = st.dictionaries(st.sampled_from(_KEYS), _PARTS, max_size=2) | _PARTS | JSON


def test_any_file_is_read_or_refused_and_what_is_read_can_be_drawn(scale: Scale, record_property: Record) -> None:
    taken = 0

    def check(given: tuple[str, bytes]) -> None:
        nonlocal taken
        taken += held(*given)

    record_property("examples", try_all("read files", scale, some_file(), check))
    record_property("taken", taken)
    assert taken > scale(short=1, full=1_000)


STYLE = STYLES["bold_pop"].model_dump(mode="json")


def test_any_style_and_plan_are_taken_or_refused(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[str, Any]) -> None:
        held(given[0], json.dumps(given[1], default=str).encode())

    changed = st.dictionaries(st.sampled_from([*STYLE, "warp"]), JSON, max_size=3).map(lambda other: {**STYLE, **other})
    examples = st.tuples(st.just("style"), changed | JSON) | st.tuples(st.just("plan"), JSON)
    record_property("examples", try_all("styles", scale, examples, check))


NUMBER = st.integers(-2, 9)
MOMENT = st.floats(-10, 30) | st.none()
EDIT = st.fixed_dictionaries(
    {"do": st.sampled_from("rewrite split merge delete insert edges move nudge mark replace snap spread".split())},  # noqa: SIM905
    optional={
        **dict.fromkeys(("index", "first", "last", "word", "after"), NUMBER),
        **dict.fromkeys(("text", "before", "after", "find", "by"), LINES),
        **dict.fromkeys(("start", "end", "seconds"), MOMENT),
        **dict.fromkeys(("emphasis", "match_case", "whole_words"), st.booleans()),
    },
)
_FIELDS = {
    "rewrite": ("index", "text"), "split": ("index", "before", "after"), "merge": ("index",), "delete": ("index",),
    "insert": ("after", "text"), "edges": ("index", "start", "end"), "move": ("first", "last", "seconds"),
    "nudge": ("index", "word", "start", "end"), "mark": ("index", "word", "emphasis"),
    "replace": ("find", "by", "match_case", "whole_words"), "snap": ("first", "last", "word"),
    "spread": ("first", "last"),
}  # fmt: skip


def test_any_edits_leave_captions_in_order_and_say_what_changed(scale: Scale, record_property: Record) -> None:
    done = 0

    def check(given: tuple[tuple[Cue, ...], list[dict[str, Any]]]) -> None:
        nonlocal done
        cues, edits = given
        for edit in edits:
            wanted = {name: value for name, value in edit.items() if name in ("do", *_FIELDS[edit["do"]])}
            try:
                after = apply_edit(cues, read_edit(wanted), [(0.1, 0.3), (0.35, 1.0), (1.5, 9.0)]).cues
            except StudioError as error:
                assert error.message and error.hint
                continue
            assert_in_order(after)
            first, gone, come = difference(cues, after)
            assert [cue.text for cue in (*cues[:first], *come, *cues[first + gone :])] == [cue.text for cue in after]
            cues = after
            done += 1

    record_property("examples", try_all("edits", scale, st.tuples(some_cues(), st.lists(EDIT, max_size=3)), check))
    record_property("edits made", done)
