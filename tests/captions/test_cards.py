"""Titles and bars under captions: they stand in the captions' document and change nothing of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.captions import STYLES, Progress, Title, ass_document, make_cues, put_beneath
from backend.captions.cards import TEMPLATES, dressed
from backend.models import CaptionLayout, FrameSize, Word

SIZE: FrameSize = (540, 960)
BAR = Progress(0.0, 4.0, "#f2452b", "bottom", 0.01, 0.25)


def captions(size: FrameSize = SIZE) -> str:
    style = STYLES["bold_pop"]
    cues = make_cues([Word(text="fog", start=0.5, end=1.0)], style, size, CaptionLayout())
    return ass_document(cues, style, size, CaptionLayout())


def events(document: str) -> list[str]:
    return [line for line in document.splitlines() if line.startswith("Dialogue:")]


def layer(event: str) -> int:
    return int(event.removeprefix("Dialogue: ").split(",")[0])


def test_the_captions_stay_as_they_are_and_lie_over_everything() -> None:
    before = events(captions())
    made = put_beneath(captions(), [BAR, Title("Why lighthouses blink", 0.0, 3.0)], SIZE)
    after = events(made)
    assert after[-len(before) :] == before
    cards = after[: -len(before)]
    assert cards
    assert max(map(layer, cards)) < min(map(layer, before))
    assert made.replace("\n".join(cards) + "\n", "").count("Style: ") == captions().count("Style: ") + 1


def test_the_first_card_lies_lowest() -> None:
    made = put_beneath(captions(), [Title("Below", 0, 3, "card"), BAR], SIZE)
    below = [layer(event) for event in events(made) if ",Title0," in event]
    bar = [layer(event) for event in events(made) if r"\move(" in event]
    assert max(below) < min(bar)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1080), (1920, 1080), (96, 128)], ids=str)
def test_every_template_draws_in_every_frame(template: str, size: FrameSize) -> None:
    text = "A lighthouse keeper who never once in forty years paints the door in the fog\nand why that is"
    made = put_beneath(captions(size), [Title(text, 0.0, 3.0, template)], size)
    assert "never" in made.lower()
    assert r"\fad(260,260)" in made


def test_a_bar_fills_from_its_start_to_its_end() -> None:
    made = put_beneath(captions(), [BAR], SIZE)
    [filled] = [event for event in events(made) if r"\move(" in event]
    assert r"\move(-540,950,0,950)" in filled
    assert ",0:00:00.00,0:00:04.00," in filled


def test_own_colours_are_the_letters_and_what_is_around_them() -> None:
    assert dressed(Title("x", 0, 1, "headline", color="#112233")).color == "#112233"
    plate = dressed(Title("x", 0, 1, "banner", accent="#445566")).plate
    edge = dressed(Title("x", 0, 1, "lower_third", accent="#445566"))
    assert plate
    assert plate.color == "#445566"
    assert edge.accent == ("#445566",)
    assert edge.plate
    assert edge.plate.color == "#121216"


@pytest.mark.parametrize("text", ["", " \n ", "\u200b", "\x00\x01"])
def test_a_title_of_which_nothing_can_be_seen_draws_nothing(text: str) -> None:
    assert events(put_beneath(captions(), [Title(text, 0, 1)], SIZE)) == events(captions())


@given(st.text(max_size=160))
def test_no_text_becomes_a_tag_a_line_or_a_style(text: str) -> None:
    made = put_beneath(captions(), [Title(text, 0, 1, "card")], SIZE)
    head, _, tail = made.partition("[Events]\n")
    assert head.count("\n") == captions().partition("[Events]\n")[0].count("\n") + 1
    for line in tail.splitlines()[1:]:
        assert line.startswith(("Dialogue: ", "Comment: "))
        spoken = line.split(",", 9)[-1]
        assert spoken.count("{") == spoken.count("}")
