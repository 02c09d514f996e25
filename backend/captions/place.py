"""Where every word of a cue is drawn, to the pixel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from backend.captions.frame import Frame, around
from backend.captions.lines import Limits, Measured, break_lines, fewest_lines, line_width
from backend.captions.phrases import joints
from backend.captions.spoken import Piece, Spoken
from backend.captions.text import clusters, has_direction, is_right_to_left, needs_space
from backend.captions.typeface import Typeface, runs

_KEEP_BREAKS_DOWN_TO = 0.8
"""Lines a person broke by hand are kept if making them this much smaller lets them fit; else they are broken anew."""
_KEEP_WORDS_DOWN_TO = 0.45
"""A word that would have to be smaller than this is cut."""
_DEPTH = 0.2
"""Ems below the baseline that small letters reach."""


@dataclass(frozen=True)
class Sized(Measured):
    """A piece with its width in ems, as it is drawn."""

    word: int
    scale: float = 1.0
    """Its size at rest, where 1 is that of a plain word; its width is that of this size."""


@dataclass(frozen=True)
class PlacedWord:
    """A piece at its place. Pixels."""

    text: str
    """As drawn: in capitals if the style says so. Not escaped yet."""
    word: int
    """Index into the spoken words."""
    left: float
    width: float
    baseline: float
    right_to_left: bool
    scale: float = 1.0
    """Its size at rest, where 1 is that of a plain word."""

    @property
    def center(self) -> float:
        return self.left + self.width / 2


@dataclass(frozen=True)
class PlacedLine:
    """A line at its place."""

    words: tuple[PlacedWord, ...]
    """In the order they are spoken."""
    spaced: tuple[bool, ...]
    """For each word, whether a space stands before it."""
    center: float
    baseline: float


@dataclass(frozen=True)
class Block:
    """A cue at its place. Pixels."""

    lines: tuple[PlacedLine, ...]
    em: float
    left: float
    right: float
    top: float
    """Top of the first line's capitals."""
    bottom: float
    """Where the last line's small letters end."""
    right_to_left: bool


def place(spoken: Spoken, frame: Frame) -> Block:
    """The cue laid out in the frame: its own line breaks where they fit, never wider or higher than allowed."""
    lines = _fitting([_sized(line, spoken, frame) for line in spoken.lines], frame)
    right_to_left = is_right_to_left(" ".join(piece.text for line in lines for piece in line))
    widest = max(line_width(line) for line in lines)
    # Only as wide as needed: text may have no width at all (an accent alone).
    em = frame.em * min(frame.limits.width / max(widest, frame.limits.width), _height_scale(len(lines), frame))
    top, bottom = _vertical(len(lines), em, frame)
    left, right = _horizontal(widest * em, em, frame, right_to_left)
    pitch = frame.style.line_height * em
    first = top + frame.face.main.cap_height * em
    placed = tuple(
        _place_line(
            _shift(line, left, right, em, frame, right_to_left), line, first + row * pitch, em, frame, right_to_left
        )
        for row, line in enumerate(lines)
    )
    return Block(placed, em, left, right, top, bottom, right_to_left)


def _sized(line: Sequence[Piece], spoken: Spoken, frame: Frame) -> list[Sized]:
    scales = [frame.scale(spoken.words[piece.word]) for piece in line]
    return [
        Sized(
            frame.shown(piece.text),
            frame.width(piece.text) * scale,
            frame.space if piece.spaced else 0.0,
            piece.word,
            scale,
        )
        for piece, scale in zip(line, scales, strict=True)
    ]


def _fitting(lines: list[list[Sized]], frame: Frame) -> list[list[Sized]]:
    widest = max(line_width(line) for line in lines)
    if widest * _KEEP_BREAKS_DOWN_TO <= frame.limits.width:
        return lines
    words = [piece for line in lines for piece in _cut_long(_joined(line, line is lines[0], frame), frame)]
    parts = joints([word.text for word in words])
    words = [replace(word, joint=joint) for word, joint in zip(words, parts, strict=True)]
    limits = Limits(frame.limits.width / _KEEP_BREAKS_DOWN_TO, 10_000)
    return break_lines(words, limits, fewest_lines(words, limits))


def _joined(line: Sequence[Sized], is_first: bool, frame: Frame) -> list[Sized]:
    """A line that may now follow another on the same line: its first word gets the space that the break stood for."""
    first = line[0]
    if is_first or first.gap or not needs_space("x", first.text):
        return list(line)
    return [replace(first, gap=frame.space), *line[1:]]


def _cut_long(line: Sequence[Sized], frame: Frame) -> list[Sized]:
    cut: list[Sized] = []
    for piece in line:
        parts = _parts(piece.text, frame) if piece.width * _KEEP_WORDS_DOWN_TO > frame.limits.width else [piece.text]
        cut += [
            Sized(part, frame.width(part) * piece.scale, 0.0 if place else piece.gap, piece.word, piece.scale)
            for place, part in enumerate(parts)
        ]
    return cut


def _parts(text: str, frame: Frame) -> list[str]:
    parts = [""]
    for cluster in clusters(text):
        if parts[-1] and frame.width(parts[-1] + cluster) > frame.limits.width:
            parts.append("")
        parts[-1] += cluster
    return parts


def _height(lines: int, frame: Frame) -> float:
    """Height in ems of this many lines."""
    return frame.face.main.cap_height + (lines - 1) * frame.style.line_height + _depth(frame)


def _depth(frame: Frame) -> float:
    return 0.0 if frame.uppercase else _DEPTH


def _height_scale(lines: int, frame: Frame) -> float:
    room = frame.bottom - frame.top
    return room / ((_height(lines, frame) + 2 * around(frame.style)) * frame.em)


def _vertical(lines: int, em: float, frame: Frame) -> tuple[float, float]:
    """Top and bottom of the letters: as the position says, within the safe area."""
    height, margin = _height(lines, frame) * em, around(frame.style) * em
    highest, lowest = frame.top + margin, frame.bottom - margin - height
    wanted = {"top": highest, "center": frame.middle - height / 2, "bottom": lowest}[frame.position]
    top = max(highest, min(lowest, wanted))
    return top, top + height


def _horizontal(width: float, em: float, frame: Frame, right_to_left: bool) -> tuple[float, float]:
    """Left and right edge of the widest line."""
    plate = frame.style.plate
    start = (plate.padding + plate.bar if plate else 0.0) * em
    if frame.style.align == "center":
        left = (frame.left + frame.right - width) / 2
    elif right_to_left:
        left = frame.right - start - width
    else:
        left = frame.left + start
    return left, left + width


def _shift(line: Sequence[Sized], left: float, right: float, em: float, frame: Frame, right_to_left: bool) -> float:
    """Left edge of this line."""
    width = line_width(line) * em
    if frame.style.align == "center":
        return (left + right - width) / 2
    return right - width if right_to_left else left


def _place_line(
    left: float, line: Sequence[Sized], baseline: float, em: float, frame: Frame, right_to_left: bool
) -> PlacedLine:
    placed: dict[int, PlacedWord] = {}
    x, before = left, -1
    for index in visual_order([piece.text for piece in line], right_to_left):
        piece = line[index]
        x += line[max(index, before)].gap * em if before >= 0 else 0.0
        to_left = is_right_to_left(piece.text)
        placed[index] = PlacedWord(piece.text, piece.word, x, piece.width * em, baseline, to_left, piece.scale)
        x, before = x + piece.width * em, index
    words = tuple(placed[index] for index in range(len(line)))
    spaced = tuple(index > 0 and piece.gap > 0 for index, piece in enumerate(line))
    return PlacedLine(words, spaced, left + line_width(line) * em / 2, baseline)


def visual_order(words: Sequence[str], right_to_left: bool) -> list[int]:
    """Indices of ``words`` from left to right: the bidirectional algorithm at the grain of words."""
    directions = [_direction(word, right_to_left) for word in words]
    indices = sorted(range(len(words)), reverse=right_to_left)
    ordered: list[int] = []
    for runs_against, group in groupby(indices, key=lambda index: directions[index] != right_to_left):
        run = list(group)
        ordered += run[::-1] if runs_against else run
    return ordered


def _direction(word: str, base: bool) -> bool:
    return is_right_to_left(word) if has_direction(word) else base


def center_above_baseline(words: Iterable[tuple[str, float]], face: Typeface) -> float:
    """How far the middle of drawn text lies above its baseline, in ems; the renderer reckons with the tallest of its
    fonts.

    Args:
        words: each with its scale.
    """
    fonts = [(run.font, scale) for text, scale in words for run in runs(text, face)] or [(face.main, 1.0)]
    return (max(each.ascent * scale for each, scale in fonts) - max(each.descent * scale for each, scale in fonts)) / 2
