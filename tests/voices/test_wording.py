from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from backend.voices.languages import check_language, speaks
from backend.voices.wording import check_consent, check_name, check_tags, is_moment


@pytest.mark.parametrize(
    "name", ["Anna", "Zoë", "小春", 'it\'s "quoted" & 50 %', "O'Neil-Smith, calm", "नमिता", "🎙 Jo"]
)
def test_a_name_is_any_plain_text(name: str) -> None:
    assert check_name(f"  {name}\n") == name


@pytest.mark.parametrize(
    "name",
    ["", "   ", "\u200b\u202e", "\x00\x01", "x" * 10_000, "<b>Anna</b>", '<img src=x onerror="alert(1)">', "a > b"],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_name(name)
    assert refused.value.code == "invalid_name"
    assert len(refused.value.message) < 200
    assert refused.value.hint


def test_what_turns_text_around_is_taken_out() -> None:
    assert check_name("Anna\u202egpj.exe\u0007") == "Annagpj.exe"


def test_tags_are_short_few_and_different() -> None:
    assert check_tags((" warm ", "slow", "warm")) == ("warm", "slow")
    for tags in (("x",) * 11, ("x" * 31,), ("",), ("<b>",)):
        with pytest.raises(InvalidRequest) as refused:
            check_tags(tags)
        assert refused.value.code == "invalid_tags"


def test_a_consent_says_who_what_and_when() -> None:
    consent = check_consent("own_voice", " Anna ", "My\nvoice.", "ab" * 32)
    assert (consent.speaker, consent.statement, consent.sample_sha256) == ("Anna", "My voice.", "ab" * 32)
    assert is_moment(consent.recorded_at)
    for speaker, statement in (("", "Yes."), ("Anna", " \u200b "), ("A" * 121, "Yes."), ("Anna", "y" * 2001)):
        with pytest.raises(InvalidRequest) as refused:
            check_consent("own_voice", speaker, statement, "")
        assert refused.value.code == "invalid_consent"


def test_moments_are_known() -> None:
    assert [is_moment(text) for text in ("2026-11-22T10:00:00.000Z", "yesterday", "", "9" * 99)] == [True] + [False] * 3


def test_languages_are_known_by_tag() -> None:
    assert [check_language(tag) for tag in ("EN", "pt_BR", " de-at ", "zh-hans-cn")] == [
        "en",
        "pt-br",
        "de-at",
        "zh-hans-cn",
    ]
    for wrong in ("", "english", "xx", "en us", "../x", "e" * 1000):
        with pytest.raises(InvalidRequest) as refused:
            check_language(wrong)
        assert refused.value.code == "unknown_language"


def test_an_engine_speaks_a_language_in_all_its_regions() -> None:
    assert speaks((), "sw")
    assert speaks(("en-us",), "en-gb")
    assert speaks(("zh",), "cmn")
    assert not speaks(("en", "zh"), "de")
