"""Where sentences end, and which words they have."""

from __future__ import annotations

import pysbd  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysbd.languages import LANGUAGE_CODES  # type: ignore[import-untyped]

from backend.script.sentences import MAX_COST, cost, sentence_spans
from backend.script.words import word_spans
from tests.script.reading import read, texts

PLAIN = ["a", "I", "Dr", "Mr", "U", "p", "m", "vol", "1", "10", "No", "didn't", "it’s", "co-op", "x,", "naïve", "слово"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith paid $3.50 to Mr. Jones. He left at 5 p.m. and slept.", 2),
        ("“Stop!” she said. “Now.”", 2),
        ("It weighs approx. five kilos, e.g. like this one.", 1),
        ("Wait... what? Really?! Yes.", 3),
        ("He lives in the U.S. in winter.", 1),
    ],
)
def test_english_sentences_end_where_people_end_them(text: str, count: int) -> None:
    assert len(texts(text)) == count


def test_japanese_and_chinese_sentences_end_at_their_own_marks() -> None:
    assert texts("こんにちは。「元気ですか？」はい！", "jf_x") == ["こんにちは。", "「元気ですか？」", "はい！"]
    assert texts("你好，世界。今天很好！", "zf_x") == ["你好，世界。", "今天很好！"]


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="abcDEF .!?,;1'\"()[]{}\\*+|^$&好。、\u0301😀", max_size=900),
    st.sampled_from(["en-us", "es", "ja", "xx", "hi"]),
)
def test_spans_touch_each_other_and_cover_the_text(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(sum(map(cost, text[start:end].strip())) <= MAX_COST for start, end in spans)


@given(st.text(max_size=200))
def test_words_cover_all_that_is_not_space(text: str) -> None:
    spans = word_spans(text)
    assert "".join(text[start:end] for start, end in spans) == "".join(text.split())
    assert all(not any(c.isspace() for c in text[start:end]) for start, end in spans)


def test_long_sentences_are_cut_at_clauses_then_at_spaces() -> None:
    clause = "this goes on and on without an end in sight, "
    assert all(text.endswith(",") for text in texts(clause * 20)[:-1])
    assert all(len(text) <= MAX_COST for text in texts("word " * 400))


def test_characters_that_are_tied_together_without_end_are_cut_all_the_same() -> None:
    joined = "👩\u200d" * 1_000
    assert len(sentence_spans(joined, "en-us")) < 20
    assert [text[-1] for text in texts("word " * 59 + "👩‍👩‍👧‍👦 word.")] == ["d", "."], "a family stays together"


@pytest.mark.parametrize("code", sorted(LANGUAGE_CODES))
@settings(max_examples=20, deadline=None)
@given(words=st.lists(st.sampled_from(PLAIN)))
def test_what_is_taken_for_one_sentence_has_no_end_inside_for_those_who_know(code: str, words: list[str]) -> None:
    text = " ".join([*words, "end."])
    spans = pysbd.Segmenter(language=code, clean=False, char_span=True).segment(text)
    assert [span.end for span in spans] == [len(text)]


def test_words_without_spaces_come_in_small_groups() -> None:
    assert [word.text for word in read("（你好），世界！", "zf_x").sentences[0].words] == [
        "（你",
        "好），",
        "世",
        "界！",
    ]
    japanese = [word.text for word in read("東京タワーを見ました。", "jf_x").sentences[0].words]
    assert "".join(japanese) == "東京タワーを見ました。"
    assert all(len(word) <= 7 for word in japanese)


def test_french_punctuation_that_stands_alone_is_kept_and_not_said() -> None:
    sentence = read("Bonjour ! Ça va ?", "ff_x").sentences[0]
    assert [word.text for word in sentence.words] == ["Bonjour", "!"]
    assert sentence.words[1].spoken is None
