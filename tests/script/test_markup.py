"""Tags, links, emphasis, HTML-ish tags and entities."""

from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from backend.script import parse_script
from tests.script.reading import language, read, texts


@pytest.mark.parametrize(
    "script",
    [
        *(
            "Hi [pause abc].",
            "Hi [pause].",
            "Hi [pause -1s].",
            "Hi [pause 61s].",
            "Hi [pause 1e9s].",
            "Hi [pause nan].",
        ),
        *(
            "Hi [speed 0].",
            "Hi [speed].",
            "Hi [speed 9].",
            "Hi [speed inf].",
            "Hi [voice ].",
            "Hi [voice].",
            "Hi [voice a b].",
        ),
        *("Hi [pause 1s", "Hi [PAUSE 1s", "[speed 1.2", "[voice af_bella\n]", "[ pause x]", "Hi" + "[pause 60s]" * 11),
        *(
            "[Okonkwo](//)",
            "[Okonkwo](/ /)",
            "[Okonkwo](/123/)",
            "[](/abc/)",
            "[😀](/abc/)",
            "[New York City](/njuː jɔːk/)",
        ),
    ],
)
def test_a_known_tag_that_cannot_be_followed_is_refused_with_the_right_form(script: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(script)
    assert refused.value.code == "script_markup"
    assert "[pause 0.8s]" in refused.value.hint


def test_an_unknown_voice_is_refused_by_whoever_knows_voices() -> None:
    def check(voice: str) -> str:
        raise InvalidRequest(f"no {voice}", hint="See list_voices.", code="unknown_voice")

    with pytest.raises(InvalidRequest, match="no nobody"):
        parse_script("Hi. [voice nobody] Bye.", voice="a", speed=1.0, language=language, check_voice=check)


def test_a_voice_tag_says_what_the_check_answers() -> None:
    script = parse_script("[voice BELLA] Hi.", voice="a", speed=1.0, language=language, check_voice=str.lower)
    assert script.sentences[0].voice == "bella"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("**Bold**, *italic*, __both__ and `code`.", "Bold, italic, both and code."),
        ("~~Gone~~ is still said.", "Gone is still said."),
        ("Keep snake_case and f**k and 2 * 3.", "Keep snake_case and f**k and 2 * 3."),
        ("A [link](https://a.b/c_(d)) and ![alt](x.png).", "A link and alt."),
        ("An [odd [thing] here.", "An [odd [thing] here."),
        ("[pausing] is not a tag, nor is [laughs].", "[pausing] is not a tag, nor is [laughs]."),
        (r"A \[pause 1s\] in plain brackets, \*so\*.", "A [pause 1s] in plain brackets, *so*."),
        ("Some <b>bold</b> and <span class='x'>more</span><!-- not this -->.", "Some bold and more."),
        (
            "Fish &amp; chips &lt;3 &#39;here&#39; &nbsp;now &unknown; &#0;.",
            "Fish & chips <3 'here' now &unknown; \ufffd.",
        ),
        ("If a < b and c > d, fine.", "If a < b and c > d, fine."),
        ("[Voice of America](http://x.y) is a station.", "Voice of America is a station."),
    ],
)
def test_marks_are_dropped_and_their_text_stays(script: str, text: str) -> None:
    assert texts(script) == [text]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("# Title\nText here", ["Title", "Text here"]),
        ("Title\n=====\nText", ["Title", "Text"]),
        ("> Quoted\n> > twice", ["Quoted twice"]),
        ("* one\n+ two\n- [x] three\n• four", ["one", "two", "three", "four"]),
        ("1. First thing\n2) Second thing", ["1. First thing", "2) Second thing"]),
        ("| a | b |\n|---|---|\n| c | d |", ["a b", "c d"]),
        ("```python\nprint\n```\nDone", ["print", "Done"]),
        ("One\n\n---\n\nTwo", ["One", "Two"]),
        ("See [it][1] now.\n\n[1]: https://example.com", ["See [it][1] now."]),
        ("One<br>two<br/>three", ["One", "two", "three"]),
    ],
)
def test_marks_of_whole_lines_are_dropped_and_their_text_stays(script: str, expected: list[str]) -> None:
    assert texts(script) == expected


def test_short_urls_are_shown_and_long_ones_become_their_host() -> None:
    assert texts("See www.example.com/a_b_c, ok.") == ["See www.example.com/a_b_c, ok."]
    assert texts("See https://example.com/a?b=c.") == ["See https://example.com/a?b=c."]
    long = "https://www.example.com/" + "very/long/" * 20
    assert texts(f"See <{long}> or {long}, please.") == ["See www.example.com or www.example.com, please."]


def test_a_pronunciation_is_shown_as_written_and_said_as_asked() -> None:
    sentence = read('"[Okonkwo](/oʊkˈɒŋkwoʊ/)\'s" book and **[New York](/njuː jɔːk/)**.').sentences[0]
    assert sentence.text == '"Okonkwo\'s" book and New York.'
    said = [(sentence.spoken[start:end], ipa) for start, end, ipa in sentence.pronunciations]
    assert said == [("Okonkwo", "oʊkˈɒŋkwoʊ"), ("New", "njuː"), ("York", "jɔːk")]
