from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from tests.ui.desk_studio import NASTY
from ui.html import address, clock, duration, element, plural, problem, size_of, stamp, text


def test_text_is_never_markup() -> None:
    assert "<" not in text(NASTY)
    assert '"' not in text(NASTY)


def test_attributes_are_escaped_and_named_as_html_does() -> None:
    assert element("i", data_name='"><b>', aria_label="x", hidden=True, title=None) == (
        '<i data-name="&quot;&gt;&lt;b&gt;" aria-label="x" hidden></i>'
    )


def test_empty_elements_are_not_closed() -> None:
    assert element("img", alt="") == '<img alt="">'


def test_our_own_links_become_relative_wherever_the_studio_is() -> None:
    file = {"url": "https://studio.example/prefix/files/up_1.1.a.png?expires=1&signature=ab"}
    assert address(file) == "files/up_1.1.a.png?expires=1&signature=ab"
    assert address(file, download=True).endswith("&signature=ab&download=1")


def test_links_of_other_stores_stay_as_they_are() -> None:
    url = "https://bucket.example/files/a.png?X-Amz-Signature=1"
    assert address({"url": url}, download=True) == url


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "vbscript:x"])
def test_what_is_no_link_is_left_out(url: str) -> None:
    assert address({"url": url}) == ""


def test_a_missing_file_has_no_address() -> None:
    assert address(None) == ""


def test_a_problem_says_what_happened_and_what_to_do() -> None:
    banner = problem(InvalidRequest("No <voice>.", hint="Choose & go.", code="unknown_voice"))
    assert 'role="alert"' in banner
    assert "No &lt;voice&gt;." in banner
    assert "Choose &amp; go." in banner
    assert "unknown_voice" in banner


def test_no_problem_is_nothing() -> None:
    assert problem(None) == ""


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (64.9, "1:04"), (3725, "1:02:05"), (-3, "0:00")])
def test_clocks_read_as_players_do(seconds: float, said: str) -> None:
    assert clock(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(3.314, "0:03.31"), (59.999, "1:00.00"), (61.5, "1:01.50")])
def test_stamps_are_exact_to_the_hundredth(seconds: float, said: str) -> None:
    assert stamp(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 s"), (89, "89 s"), (125, "2 min 5 s"), (3000, "50 min")])
def test_stretches_of_time_read_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(
    ("count", "said"), [(12, "12 bytes"), (1_200, "1 kB"), (1_240_000, "1.2 MB"), (43_000_000_000, "43 GB")]
)
def test_sizes_read_as_people_say_them(count: int, said: str) -> None:
    assert size_of(count) == said


def test_nouns_know_how_many() -> None:
    assert (plural(1, "video"), plural(2, "video")) == ("1 video", "2 videos")
