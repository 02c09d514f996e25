"""Where every word of a cue is drawn, to the pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from backend.captions.bidi import directed
from backend.captions.frame import Frame, around
from backend.captions.lines import Limits, break_lines, fewest_lines, line_width
from backend.captions.order import Sized, Stretch, runs_left, stretches_of
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
class PlacedWord:
    """A piece at its place. Pixels."""

    text: str
    """As drawn: in capitals if the style says so, with marks where it would else run another way. Not escaped yet."""
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
    """In the order they are spoken; a word that its line tears apart is there in parts."""
    spaced: tuple[bool, ...]
    """For each word, whether a space stands before it."""
    center: float
    baseline: float
    whole: bool = True
    """Whether the words can be drawn as one text; else each at its own place, since some run from right to left."""


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
    center = left + line_width(line) * em / 2
    if not right_to_left and not any(runs_left(piece.text) for piece in line):
        words, x = [], left
        for place, piece in enumerate(line):
            x += piece.gap * em if place else 0.0
            words.append(PlacedWord(piece.text, piece.word, x, piece.width * em, baseline, False, piece.scale))
            x += piece.width * em
        spaced = tuple(place > 0 and piece.gap > 0 for place, piece in enumerate(line))
        return PlacedLine(tuple(words), spaced, center, baseline)
    stretches = stretches_of(line, right_to_left, frame)
    words = [
        word
        for piece, own in zip(line, stretches, strict=True)
        for word in _place_piece(piece, own, left, baseline, em, right_to_left)
    ]
    return PlacedLine(tuple(words), tuple(place > 0 for place in range(len(words))), center, baseline, whole=False)


def _place_piece(
    piece: Sized, stretches: Sequence[Stretch], left: float, baseline: float, em: float, right_to_left: bool
) -> Iterator[PlacedWord]:
    """A piece in one part, or where its line tears it apart, each stretch by itself."""
    places = sorted(stretch.place for stretch in stretches)
    parts = [stretches] if places[-1] - places[0] == len(places) - 1 else [[stretch] for stretch in stretches]
    for part in parts:
        text = "".join(stretch.text for stretch in part)
        levels = [stretch.level for stretch in part for _ in stretch.text]
        start = min(stretch.left for stretch in part)
        width = sum(stretch.width for stretch in part)
        to_left = is_right_to_left(text) if has_direction(text) else bool(levels[0] % 2)
        drawn = directed(text, levels, right_to_left)
        yield PlacedWord(drawn, piece.word, left + start * em, width * em, baseline, to_left, piece.scale)


def center_above_baseline(words: Iterable[tuple[str, float]], face: Typeface) -> float:
    """How far the middle of drawn text lies above its baseline, in ems; the renderer reckons with the tallest of its
    fonts.

    Args:
        words: each with its scale.
    """
    fonts = [(run.font, scale) for text, scale in words for run in runs(text, face)] or [(face.main, 1.0)]
    return (max(each.ascent * scale for each, scale in fonts) - max(each.descent * scale for each, scale in fonts)) / 2
