"""Nothing that people write becomes a tag: a hundred thousand strings through our writer and back, some into pixels."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pysubs2
import pytest

from backend.captions import STYLES, ass_document
from backend.captions.events import ESCAPES
from backend.captions.text import MAX_CUE_CHARACTERS, clean
from backend.models import CaptionLayout, Cue
from tests.captions.test_pixels import HEIGHT, WIDTH, frames

TAGS = [
    r"{\b1}",
    r"{\p1}m 0 0 l 9 9",
    r"\N",
    r"\n",
    r"\h",
    "{",
    "}",
    "\\",
    "{\\",
    r"{\pos(0,0)}",
    r"{\t(\fscx900)}",
    r"{\r}",
    r"{\k50}",
]
TAGS += [
    "{=0}",
    "{}",
    "\\{",
    "\\}",
    r"{\fnArial}",
    r"{\an8",
    "&H",
    "\r\n",
    ",,",
    "Dialogue: 0,",
    "\x00",
    "\u202e",
    "\ufeff",
    "\u2028",
]
LETTERS = "abcXYZ 0159.,;:!?-'\"()äßé€жяλשבعبกขकह今日한🎉\u0301\u200d"
BACK = {value: chr(key) for key, value in ESCAPES.items()}
DIRECTIONS = re.compile(r"[\u061c\u180e\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks that we set ourselves, where letters of both directions meet; of a person's text none is left."""
BATCH = 500


def strings(count: int, seed: int) -> list[str]:
    """Letters and what might be tags, in any order; the same ones each time."""
    chance = random.Random(seed)
    return ["".join(_piece(chance) for _ in range(chance.randint(1, 12))) for _ in range(count)]


def _piece(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.45:
        return chance.choice(TAGS)
    if kind < 0.95:
        return "".join(chance.choices(LETTERS, k=chance.randint(1, 5)))
    return chr(chance.choice((chance.randrange(32, 0xD800), chance.randrange(0xE000, 0x110000))))


def check(texts: list[str]) -> None:
    """Every text comes back from the document exactly, and every tag in it is ours."""
    cues = [Cue(index=i, start=i, end=i + 0.9, text=text) for i, text in enumerate(texts)]
    document = ass_document(cues, STYLES["clean_two_line"], (1080, 1920), CaptionLayout(uppercase=False))
    shown: dict[int, list[str]] = {}
    for event in pysubs2.SSAFile.from_string(document, format_="ass"):
        ours = re.findall(r"{[^{}]*}", event.text)
        assert event.text.count("{") == event.text.count("}") == len(ours), event.text
        assert all(re.fullmatch(r"{(\\[a-z0-9]+[^{}\\]*)+}", tag) for tag in ours), event.text
        bare = DIRECTIONS.sub("", re.sub(r"{[^{}]*}", "", event.text).replace("\\N", ""))
        assert "\\" not in bare, event.text
        if event.layer == 3:
            shown.setdefault(event.start // 1000, []).append("".join(BACK.get(letter, letter) for letter in bare))
    for index, text in enumerate(texts):
        if len(clean(text)) <= MAX_CUE_CHARACTERS:
            assert "".join("".join(shown.get(index, [])).split()) == "".join(clean(text).split()), repr(text)


def test_two_thousand_strings_come_back_and_none_is_a_tag() -> None:
    for seed in range(4):
        check(strings(BATCH, seed))


@pytest.mark.captions
@pytest.mark.timeout(1800)  # two minutes of processor time
def test_a_hundred_thousand_strings_come_back_and_none_is_a_tag() -> None:
    for seed in range(100, 300):
        check(strings(BATCH, seed))


def drawn(texts: list[str], folder: Path) -> np.ndarray:
    """A frame for each text, as libass draws it: (text, row, column)."""
    cues = [Cue(index=i, start=i / 5, end=(i + 1) / 5, text=text) for i, text in enumerate(texts)]
    layout = CaptionLayout(uppercase=False)
    document = ass_document(cues, STYLES["clean_two_line"], (WIDTH, HEIGHT), layout)
    pictures = frames(document, folder, seconds=len(texts) / 5, rate=5)
    sums: np.ndarray = pictures.astype(np.int16).sum(axis=-1)
    return sums


def test_hostile_texts_are_drawn_as_the_letters_they_are(tmp_path: Path) -> None:
    hostile = [r"{\b1}x", r"{\p1}m 0 0 l 9 9", r"a\Nb", r"{\pos(0,0)}x", r"{\fscx900}x", "}{", r"\h\n", r"{\1a&HFF&}x"]
    twins = ["".join(BACK.get(letter, letter).translate(ESCAPES) for letter in text) for text in hostile]
    letters = [re.sub(r"[｛｝＼]", "H", text) for text in twins]
    plain = drawn(["x"] * len(hostile), tmp_path)
    as_typed, as_twins, as_letters = (drawn(texts, tmp_path) for texts in (hostile, twins, letters))
    assert np.array_equal(as_typed, as_twins)
    background = as_typed[0, 0, 0]
    for typed, other, single in zip(as_typed, as_letters, plain, strict=True):
        ink, like, one = (int((np.abs(each - background) > 90).sum()) for each in (typed, other, single))
        assert ink > one, "something was swallowed"
        assert 0.5 * like <= ink <= 1.5 * like, "not drawn as so many letters"
