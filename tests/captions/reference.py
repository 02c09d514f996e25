"""Pictures of text made without anything of the studio's: order by the bidirectional algorithm of python-bidi (Rust's
unicode-bidi), shapes by Pillow's own HarfBuzz and FreeType. What the renderer burns in is compared with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from bidi import get_display  # type: ignore[import-untyped]  # it has no stubs
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no stubs
from PIL import Image, ImageDraw, ImageFont


def picture(
    text: str, fonts: Sequence[Path], em: float, base: str = "L", *, ordered: bool = True, joined: bool = True
) -> np.ndarray:
    """``text`` on one line, white on black, as (row, column) of 0 to 1; as wide and high as its ink.

    Args:
        fonts: each character is drawn in the first that has it.
        em: pixels.
        base: direction of the line, L or R.
        ordered: whether to do what right-to-left text needs; without it the picture is wrong on purpose.
        joined: whether to let letters join and change; likewise.
    """
    visual = str(get_display(text, base_dir=base)) if ordered else text
    if ordered and base == "R":
        visual = visual.translate(str.maketrans("()", ")("))  # of a text whose brackets all run to the left
    canvas = Image.new("L", (int(em * (len(text) + 4)), int(em * 4)))
    draw, x = ImageDraw.Draw(canvas), em
    for right_to_left, font, run in _runs(visual, fonts):
        layout = ImageFont.Layout.RAQM if joined else ImageFont.Layout.BASIC
        face = ImageFont.truetype(str(font), em, layout_engine=layout)
        options: Any = {"direction": "rtl" if right_to_left else "ltr"} if joined else {}
        shaped = run[::-1] if right_to_left and joined else run
        draw.text((x, em * 2.5), shaped, fill=255, font=face, anchor="ls", **options)
        x += face.getlength(shaped, **options)
    return ink(np.asarray(canvas, float) / 255)


def _runs(visual: str, fonts: Sequence[Path]) -> list[tuple[bool, Path, str]]:
    """(right to left, font, text) from left to right; text of the first kind is still to be turned round."""
    kinds: list[tuple[bool, Path]] = []
    for place, character in enumerate(visual):
        mark = unicodedata.category(character)[0] == "M" or character == "\u200d"
        after = unicodedata.bidirectional(character) in ("R", "AL")
        font = next((font for font in fonts if ord(character) in _characters(font)), fonts[0])
        if after_keycap(visual, place):
            font = fonts[-1]
        kinds.append(kinds[-1] if mark and kinds and not after else (after, font))
    grouped = groupby(zip(visual, kinds, strict=True), key=lambda pair: pair[1])
    return [(kind[0], kind[1], "".join(letter for letter, _ in pairs)) for kind, pairs in grouped]


def after_keycap(text: str, place: int) -> bool:
    """Whether the character is part of a keycap, all of which is in the last font, that of the emoji."""
    return "\u20e3" in text[place : place + 3]


_KNOWN: dict[Path, frozenset[int]] = {}


def _characters(font: Path) -> frozenset[int]:
    if font not in _KNOWN:
        _KNOWN[font] = frozenset(TTFont(font).getBestCmap())
    return _KNOWN[font]


def ink(image: np.ndarray) -> np.ndarray:
    """``image`` cut to where something is drawn."""
    rows, columns = (image > 0.3).any(axis=1).nonzero()[0], (image > 0.3).any(axis=0).nonzero()[0]
    cut: np.ndarray = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return cut


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Share of ink that both have, of what either has, laid on each other as well as can be; 1 is the same."""
    height, width = (max(one.shape[axis], other.shape[axis]) + 6 for axis in (0, 1))
    first, best = np.zeros((height, width)), 0.0
    first[3 : 3 + one.shape[0], 3 : 3 + one.shape[1]] = one
    for down in range(1, 6):
        for right in range(1, 6):
            second = np.zeros((height, width))
            second[down : down + other.shape[0], right : right + other.shape[1]] = other
            best = max(best, float(np.minimum(first, second).sum() / np.maximum(first, second).sum()))
    return best
