"""In which order the pieces of a line stand, where some of it runs from right to left."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from backend.captions.bidi import levels, visual_order
from backend.captions.frame import Frame
from backend.captions.lines import Measured


@dataclass(frozen=True)
class Sized(Measured):
    """A piece with its width in ems, as it is drawn."""

    word: int
    scale: float = 1.0
    """Its size at rest, where 1 is that of a plain word; its width is that of this size."""


@dataclass(frozen=True)
class Stretch:
    """Characters of a piece that run the same way. Lengths are in ems."""

    text: str
    level: int
    left: float
    """From the left edge of the line."""
    width: float
    place: int
    """Number from the left, spaces counted."""


def runs_left(text: str) -> bool:
    """Whether any of it may run from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text)


def stretches_of(line: Sequence[Sized], right_to_left: bool, frame: Frame) -> list[list[Stretch]]:
    """The stretches of each piece of a line, in the order of their characters."""
    parts: list[tuple[int, str, int, float]] = []  # piece, text, level, width; a space belongs to no piece
    text = "".join((" " if place and piece.gap else "") + piece.text for place, piece in enumerate(line))
    found, at = levels(text, right_to_left), 0
    for place, piece in enumerate(line):
        if place and piece.gap:
            parts.append((-1, " ", found[at], piece.gap))
            at += 1
        own = found[at : at + len(piece.text)]
        at += len(own)
        runs = [(level, len(list(run))) for level, run in groupby(own)]
        start = 0
        for level, length in runs:
            some = piece.text[start : start + length]
            width = piece.width if len(runs) == 1 else frame.width(some) * piece.scale
            parts.append((place, some, level, width))
            start += length
    return _placed(parts, len(line))


def _placed(parts: Sequence[tuple[int, str, int, float]], pieces: int) -> list[list[Stretch]]:
    lefts: dict[int, tuple[int, float]] = {}
    x = 0.0
    for place, index in enumerate(visual_order([level for _, _, level, _ in parts])):
        lefts[index] = place, x
        x += parts[index][3]
    found: list[list[Stretch]] = [[] for _ in range(pieces)]
    for index, (piece, text, level, width) in enumerate(parts):
        if piece >= 0:
            place, left = lefts[index]
            found[piece].append(Stretch(text, level, left, width, place))
    return found
