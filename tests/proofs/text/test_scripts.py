"""Whatever is written in a script: nothing is lost, nothing invisible stays, and what is said fits what is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from backend.errors import InvalidRequest
from backend.script import SpokenSentence
from backend.script.cleaning import MAX_COMBINING_MARKS, clean
from backend.script.lines import plain_lines
from backend.script.markup import MAX_PAUSES
from backend.script.normalise import spoken_words
from backend.script.numerals_tables import NUMERALS
from backend.script.sentences import MAX_COST, cost, sentence_spans
from backend.script.words import word_spans
from backend.speech.matching import match_words
from tests.proofs.scale import Scale
from tests.proofs.text.texts import LINES, SCRIPTS
from tests.proofs.text.trying import try_all
from tests.script.reading import LANGUAGES, read, written

Record = Callable[[str, Any], None]
VOICES = st.sampled_from(sorted(LANGUAGES))
TONGUES = st.sampled_from(["en-us", "en-gb", "cmn", "ja", "hi", "xx", *NUMERALS])
_JOINERS = "\u200c\u200d"


def test_what_is_left_of_a_text_is_what_can_be_seen(scale: Scale, record_property: Record) -> None:
    def check(text: str) -> None:
        kept = clean(text)
        assert all(c == "\n" or c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs") for c in kept)
        assert kept == unicodedata.normalize("NFC", kept)
        marks = "".join("m" if unicodedata.category(c) in ("Mn", "Me") else " " for c in kept).split()
        assert all(len(pile) <= MAX_COMBINING_MARKS for pile in marks)
        assert not set(plain_lines(kept)) - set(kept) - {" ", "\n"}

    record_property("examples", try_all("cleaned", scale, SCRIPTS, check))


def test_every_character_stands_in_one_word_and_every_word_in_one_sentence(
    scale: Scale, record_property: Record
) -> None:
    def check(given: tuple[str, str]) -> None:
        script, voice = given
        try:
            parsed = read(script, voice)
        except InvalidRequest as refused:
            assert refused.code.startswith("script_") and refused.message and refused.hint
            return
        assert "".join("".join(word.text for one in parsed.sentences for word in one.words).split()) == written(script)
        assert "".join("".join(one.text.split()) for one in parsed.sentences) == written(script)
        assert parsed.lead + sum(one.pause_after for one in parsed.sentences) <= MAX_PAUSES + len(parsed.sentences)
        for place, sentence in enumerate(parsed.sentences):
            assert sentence.index == place
            check_spoken(sentence)

    record_property("examples", try_all("parsed", scale, st.tuples(SCRIPTS, VOICES), check))


def check_spoken(sentence: SpokenSentence) -> None:
    """What is said is something, and each word's part of it is its own."""
    assert sentence.spoken.strip()
    assert sum(map(cost, sentence.text)) <= MAX_COST * 2, "a sentence is cut where an engine could not take it"
    assert 0.5 <= sentence.speed <= 2 and sentence.pause_after >= 0
    sentence.spoken.encode()
    spans = [(0, 0), *(word.spoken for word in sentence.words if word.spoken), (len(sentence.spoken),) * 2]
    assert all(a[1] <= b[0] <= b[1] for a, b in pairwise(spans)) and all(a < b for a, b in spans[1:-1])
    assert all(0 <= start <= end <= len(sentence.spoken) and ipa for start, end, ipa in sentence.pronunciations)


def test_something_can_be_said_for_any_words_in_any_language(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[list[str], str]) -> None:
        words, language = given
        said = spoken_words(words, language)
        assert len(said) == len(words)
        assert not set("".join(said)) & set("[]{}|\\")

    examples = st.tuples(st.lists(LINES, max_size=6), TONGUES)
    record_property("examples", try_all("said", scale, examples, check))


def test_sentences_and_words_touch_each_other_and_cover_the_text(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[str, str]) -> None:
        text, language = given[0].replace("\n", " "), given[1]
        spans = sentence_spans(text, language)
        assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])][: len(spans)]
        assert "".join(text[start:end] for start, end in spans) == text
        assert all(sum(map(cost, text[start:end].strip())) <= MAX_COST for start, end in spans)
        assert "".join(text[start:end] for start, end in word_spans(text)) == "".join(text.split())

    record_property("examples", try_all("cut into sentences", scale, st.tuples(SCRIPTS, TONGUES), check))


def test_any_words_that_were_heard_are_held_against_any_script(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[str, list[str], str]) -> None:
        script, heard, language = given
        try:
            sentences = read(script).sentences
        except InvalidRequest:
            sentences = read("Something else.").sentences
        matches = match_words(sentences, heard, language)
        assert len(matches.heard_as) == sum(len(sentence.words) for sentence in sentences)
        assert all(one is None or 0 <= one < len(heard) for one in matches.heard_as)
        assert all(a < c and b < d for (a, b), (c, d) in pairwise(matches.certain))
        assert all(a < b for a, b in (*matches.missing, *matches.added))

    examples = st.tuples(SCRIPTS, st.lists(LINES, max_size=12), TONGUES)
    record_property("examples", try_all("matched", scale, examples, check))
