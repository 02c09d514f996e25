"""Whole scripts: what is refused, what is kept, and that nothing is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.errors import InvalidRequest
from backend.models import MAX_SCRIPT_CHARACTERS
from backend.script import CLAUSE_PAUSE, PARAGRAPH_PAUSE, SENTENCE_PAUSE
from backend.script.sentences import MAX_COST, cost
from tests.script.reading import LANGUAGES, pairs, read, texts, written

FRAGMENTS = [
    *(
        "Hello",
        "Dr.",
        "world.",
        "$100",
        "3:30pm",
        "10–20",
        "e.g.",
        "Mr. Smith",
        "«Oui»",
        "¿Qué?",
        "naïve",
        "你好。",
        "今日は、",
    ),
    *(
        "[pause 1s]",
        "[voice af_bella]",
        "[speed 1.2]",
        "[Okonkwo](/oʊkˈɒŋkwoʊ/)",
        "[a](http://b.c)",
        "[hm]",
        "\\[",
        "]",
        "(",
    ),
    *(
        "**",
        "*",
        "_",
        "`",
        "~~",
        "# ",
        "- ",
        "1. ",
        "> ",
        "|",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\t",
        "😀",
        "👩‍👩‍👧",
        "&amp;",
        "<b>",
        "<br>",
    ),
    *(
        "http://example.com/a?b=c",
        "me@example.com",
        "#tag",
        "…",
        "—",
        "!",
        "?!",
        ".",
        "'",
        '"',
        "\u202e",
        "\0",
        "\ud800",
        "e\u0301",
    ),
]
SCRIPTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12)), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(SCRIPTS, st.sampled_from(sorted(LANGUAGES)))
def test_every_written_character_is_in_exactly_one_word_and_every_word_in_one_sentence(script: str, voice: str) -> None:
    try:
        sentences = read(script, voice).sentences
    except InvalidRequest as refused:
        assert refused.code.startswith("script_") and refused.hint
        return
    joined = "".join(word.text for sentence in sentences for word in sentence.words)
    assert "".join(joined.split()) == written(script)
    assert "".join("".join(sentence.text.split()) for sentence in sentences) == written(script)


@settings(max_examples=200, deadline=None)
@given(SCRIPTS, st.sampled_from(sorted(LANGUAGES)))
def test_spoken_spans_are_in_order_and_say_something(script: str, voice: str) -> None:
    try:
        sentences = read(script, voice).sentences
    except InvalidRequest:
        return
    for index, sentence in enumerate(sentences):
        end = 0
        assert sentence.index == index
        assert sentence.spoken.strip()
        for start, stop in (word.spoken for word in sentence.words if word.spoken):
            assert end <= start < stop <= len(sentence.spoken)
            end = stop
        assert all(0 <= a < b <= len(sentence.spoken) for a, b, _ in sentence.pronunciations)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("", "script_empty"),
        (" \n\t \u200b\ufeff", "script_empty"),
        ("\0\0\0", "script_empty"),
        ("\ud800\udfff", "script_empty"),
        ("😀🎉👩‍👩‍👧", "script_nothing_to_say"),
        ("... !? —", "script_nothing_to_say"),
        ("[pause 1s]", "script_nothing_to_say"),
        ("# \n\n---\n\n**", "script_nothing_to_say"),
        ("a" * (MAX_SCRIPT_CHARACTERS + 1), "script_too_long"),
        ("word " * 20_000, "script_too_long"),
    ],
)
def test_a_script_without_anything_to_say_is_refused_by_name(script: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(script)
    assert refused.value.code == code
    assert refused.value.hint


def test_characters_that_cannot_be_seen_do_not_hide_in_words() -> None:
    sentence = read("He\0llo\u202e wor\ud800ld\u200b.\r\n").sentences[0]
    assert [word.text for word in sentence.words] == ["Hello", "world."]


def test_a_pile_of_combining_marks_is_cut_to_what_languages_need() -> None:
    word = read("z" + "\u0335" * 50 + "algo").sentences[0].words[0].text
    assert len(word) == len("zalgo") + 3


def test_emoji_are_shown_but_not_said() -> None:
    sentence = read("Well 😀 done 🎉!").sentences[0]
    assert pairs(sentence) == [("Well", "Well"), ("😀", None), ("done", "done"), ("🎉!", None)]
    assert "😀" not in sentence.spoken


def test_sentences_of_emoji_belong_to_their_neighbours() -> None:
    script = read("😀 [pause 1s] Hello. 🎉🎉\n\nBye.")
    assert [sentence.text for sentence in script.sentences] == ["😀 Hello. 🎉🎉", "Bye."]
    assert script.lead == 1.0


def test_pauses_come_from_punctuation_paragraphs_and_tags() -> None:
    script = read("[pause 0.5s]One. Two.\n\nThree [pause 0.8s] four. Five[pause 250ms].[pause 1 s] Six")
    assert script.lead == 0.5
    assert [(sentence.text, sentence.pause_after) for sentence in script.sentences] == [
        ("One.", SENTENCE_PAUSE),
        ("Two.", PARAGRAPH_PAUSE),
        ("Three", 0.8),
        ("four.", SENTENCE_PAUSE),
        ("Five .", 1.25),
        ("Six", CLAUSE_PAUSE),
    ]


def test_voice_and_speed_hold_until_the_next_tag() -> None:
    sentences = read("One. [voice bm_x] Two. Three. [speed 1.5] Four. [voice af_y][speed 1] Five.").sentences
    assert [(s.voice, s.speed, s.language) for s in sentences] == [
        ("af_heart", 1.0, "en-us"),
        ("bm_x", 1.0, "en-gb"),
        ("bm_x", 1.0, "en-gb"),
        ("bm_x", 1.5, "en-gb"),
        ("af_y", 1.0, "en-us"),
    ]


def test_a_line_break_ends_a_sentence_unless_the_line_goes_on() -> None:
    assert texts("First line\nSecond line\nthat goes on") == ["First line", "Second line that goes on"]
    assert texts("- one\n- two\n\nthree") == ["one", "two", "three"]


@pytest.mark.parametrize("voice", ["af_heart", "ef_dora", "zf_x", "hf_x"])
@pytest.mark.parametrize("unit", ["a", "word ", "1", "1234 ", "好", "A", "a,", "x."])
def test_no_sentence_is_longer_than_an_engine_takes(unit: str, voice: str) -> None:
    script = read(unit * (6_000 // len(unit)), voice)
    assert all(sum(cost(c) for c in sentence.text) <= MAX_COST for sentence in script.sentences)


FLOODS = [
    *("a", "a ", "1", "好", "。", "\n", "x\n", "A. ", "a.b.", "1. ", "!?", "😀", "e\u0301", "\u0301", "é\u0301\u0302"),
    *(
        "[",
        "[ ",
        "]",
        "[a](",
        "[a](/",
        "[pause",
        "[pause ",
        "![",
        "(",
        "((",
        "<",
        "<a ",
        "<a b=",
        "<!--",
        "<!-",
        "&a",
        "&amp",
    ),
    *(
        "*",
        "**",
        "_",
        "a_",
        "`",
        "~~",
        "\\",
        "http://",
        "www.",
        "http://a/",
        "a@b.",
        "#",
        "# ",
        "- ",
        "| ",
        "> ",
        "\"'",
        "…",
    ),
]


@pytest.mark.parametrize("unit", FLOODS)
def test_floods_are_read_or_refused_without_delay(unit: str) -> None:
    flood = (unit * MAX_SCRIPT_CHARACTERS)[: MAX_SCRIPT_CHARACTERS - 6] + " word."
    try:
        assert read(flood).sentences
    except InvalidRequest as refused:
        assert refused.code in ("script_markup", "script_nothing_to_say")


@pytest.mark.parametrize("unit", FLOODS)
def test_marks_are_read_in_linear_time_even_beyond_the_limit(unit: str) -> None:
    flood = (unit * 100_000)[:100_000]
    try:
        written(flood)
    except InvalidRequest as refused:
        assert refused.code == "script_markup"
