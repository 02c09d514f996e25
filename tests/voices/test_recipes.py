"""Blends of voices, written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import InvalidRequest
from backend.voices import blend_of, built_in_voices, canonical, get_speaker, get_voice, parse_recipe

VOICES = [voice.voice_id for voice in built_in_voices()]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("af_heart(2)+am_puck(1)", (("af_heart", 2.0), ("am_puck", 1.0))),
        (" af_heart ( 0.5 ) + am_puck ", (("af_heart", 0.5), ("am_puck", 1.0))),
        ("am_puck(.25)", (("am_puck", 0.25),)),
        ("am_puck+af_heart+am_puck(2)", (("am_puck", 3.0), ("af_heart", 1.0))),
    ],
)
def test_a_recipe_is_read_as_voices_with_weights(written: str, parts: tuple[tuple[str, float], ...]) -> None:
    assert parse_recipe(written) == parts


@pytest.mark.parametrize(
    ("written", "one_way"),
    [
        ("af_heart(2)+am_puck(1)", "af_heart(2)+am_puck(1)"),
        ("am_puck(0.5)+af_heart", "af_heart(2)+am_puck(1)"),
        ("af_heart(66.6)+am_puck(33.3)", "af_heart(2)+am_puck(1)"),
        ("am_puck+af_heart", "am_puck(1)+af_heart(1)"),
        ("af_heart(3)+af_heart(4)", "af_heart"),
    ],
)
def test_what_sounds_the_same_is_written_the_same(written: str, one_way: str) -> None:
    assert canonical(parse_recipe(written)) == one_way


@given(
    st.lists(
        st.tuples(st.sampled_from(VOICES), st.decimals(min_value=1, max_value=100, places=1)), min_size=1, max_size=5
    )
)
def test_the_canonical_form_reads_back_as_itself(parts: list[tuple[str, object]]) -> None:
    once = canonical(parse_recipe("+".join(f"{voice}({weight})" for voice, weight in parts)))
    assert canonical(parse_recipe(once)) == once
    assert blend_of(once).voice_id == once


@pytest.mark.parametrize(
    "written",
    [
        "af_heart(0)+am_puck(1)",
        "af_heart(-1)+am_puck(1)",
        "af_heart(nan)+am_puck(1)",
        "af_heart(1e9)+am_puck(1)",
        "af_heart(two)+am_puck(1)",
        "af_heart()+am_puck",
        "af_heart(1",
        "af_heart(1)am_puck(1)",
        "af_heart++am_puck",
        "+",
        "()",
        "",
        "+".join(VOICES[:9]),
        "af_heart+" * 60,
        "af_heart(0.001)+am_puck(9999999)",
    ],
)
def test_what_is_no_blend_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_recipe(written)
    assert caught.value.code == "invalid_recipe"
    assert "af_heart(2)+am_puck(1)" in caught.value.hint
    assert len(caught.value.message) < 200


def test_an_unknown_voice_in_a_blend_is_refused_with_those_that_look_like_it() -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_recipe("af_hart(2)+am_puck")
    assert caught.value.code == "unknown_voice"
    assert "af_heart" in caught.value.hint


def test_a_blend_speaks_the_language_of_its_heaviest_part_and_of_equals_the_first() -> None:
    assert blend_of("af_heart(1)+ff_siwis(2)").language == "fr-fr"
    assert blend_of("bf_emma+af_heart").language == "en-gb"
    assert blend_of("af_heart+bf_emma").language == "en-us"


def test_a_blend_is_a_voice_that_says_what_it_is_made_of() -> None:
    voice = get_speaker("am_puck(1)+af_heart(3)")
    assert (voice.voice_id, voice.name) == ("af_heart(3)+am_puck(1)", "Heart + Puck")
    assert (voice.engine, voice.gender) == ("kokoro", "unknown")
    assert voice.description == "75% Heart, 25% Puck"
    assert "Heart + Puck" in voice.preview_text
    assert blend_of("af_heart+af_bella", "Duo").name == "Duo"
    assert get_speaker("af_heart(5)") == get_speaker("af_heart") == get_voice("af_heart")
