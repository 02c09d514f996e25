"""The built-in voices."""

from __future__ import annotations

from collections import Counter

import pytest

from backend.engines import ENGINES
from backend.engines.weights import WEIGHTS
from backend.errors import InvalidRequest
from backend.voices import built_in_voices, find_voices, get_voice


def ids(engine: str = "any", language: str = "any", query: str = "") -> set[str]:
    return {voice.voice_id for voice in find_voices(engine, language, query)}


def test_there_is_a_voice_for_each_of_the_54_styles_of_kokoro() -> None:
    styles = {file.name for file in WEIGHTS["kokoro"].files if file.name.startswith("voices/")}
    assert {f"voices/{voice.voice_id}.bin" for voice in built_in_voices()} == styles
    assert len(built_in_voices()) == len(styles) == 54


def test_every_voice_says_who_it_is_in_a_language_its_engine_speaks() -> None:
    for voice in built_in_voices():
        assert voice.name and voice.language_name and voice.description and voice.preview_text
        assert voice.language in ENGINES[voice.engine].languages
        assert voice.gender in ("female", "male")
    counts = Counter(voice.language for voice in built_in_voices())
    assert counts == {
        "en-us": 20, "en-gb": 8, "es": 3, "fr-fr": 1, "hi": 4, "it": 2, "ja": 5, "pt-br": 3, "cmn": 8
    }  # fmt: skip


def test_a_language_is_asked_for_by_the_start_of_its_tag() -> None:
    assert len(ids(language="en")) == 28
    assert ids(language="EN_GB") == ids(language="en-gb") != set()
    assert ids(language="e") == set()
    assert len(ids()) == 54


def test_words_of_a_query_are_looked_for_everywhere_and_all_must_be_there() -> None:
    assert ids(query="emma") == {"bf_emma"}
    assert ids(query="FEMALE french") == {"ff_siwis"}
    assert ids(query="british male") == {"bm_george", "bm_fable", "bm_lewis", "bm_daniel"}
    assert ids(query="emma klingon") == set()


def test_voices_of_another_engine_are_not_among_them() -> None:
    assert ids(engine="kokoro") == ids()
    assert ids(engine="f5") == set()


def test_a_voice_is_had_by_its_id() -> None:
    assert get_voice("af_heart").name == "Heart"


@pytest.mark.parametrize(
    ("asked", "near"), [("af_hart", "af_heart"), ("emma", "bf_emma"), ("Bella", "af_bella"), ("bm-george", "bm_george")]
)
def test_an_unknown_voice_is_refused_with_those_that_look_like_it(asked: str, near: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        get_voice(asked)
    assert caught.value.code == "unknown_voice"
    assert near in caught.value.hint


@pytest.mark.parametrize("asked", ["", " ", "\x00", "x" * 100_000, "../../etc/passwd", "😀"])
def test_nonsense_is_refused_in_a_few_words(asked: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        get_voice(asked)
    assert len(caught.value.message) < 400
    assert "list_voices" in caught.value.hint
