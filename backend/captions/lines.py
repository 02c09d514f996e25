"""Breaking words into lines: as few as fit, as even as possible, and none wider than the frame allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import TypeVar

from backend.captions.phrases import Joint, joints
from backend.captions.text import ends_phrase, ends_sentence, needs_space

_STARTS = (
    "and or but of to in on at by for from with as if while when than who which because into "
    "und oder aber mit von zu auf et ou mais de du des à en pour avec y o pero con para e ma di per"
)
_LEANERS = (
    "a an the my your his her our their its so be i we you he she they not no very more is are was were "
    "der die das ein eine le la les un une el los las que il lo gli"
)
_PHRASE_STARTS = frozenset(_STARTS.split())
_WEAK_ENDS = _PHRASE_STARTS | frozenset(_LEANERS.split())


def reads_on(word: str) -> bool:
    """Whether ``word`` leans on the next one so much that neither a line nor a cue should end with it."""
    return word.lower() in _WEAK_ENDS


def starts_phrase(word: str) -> bool:
    """Whether ``word`` is one that a new part of a sentence likes to start with."""
    return word.lower() in _PHRASE_STARTS


@dataclass(frozen=True)
class Measured:
    """A word ready to be put into lines."""

    text: str
    width: float
    gap: float
    """Space before it when another word stands in front of it on the line; in the unit of ``width``."""
    joint: Joint = field(default="free", kw_only=True)
    """How it may be parted from the next word."""


PARTED: dict[Joint, float] = {"free": 0.0, "inside": 0.4, "never": 40.0}
"""What it costs to end a line there; an uneven line costs up to 1 or so."""
Placeable = TypeVar("Placeable", bound=Measured)


def measure(words: Sequence[str], width: Callable[[str], float], space: float) -> list[Measured]:
    """``words`` with their widths; no gap where the script writes none."""
    before = ["", *words]
    return [
        Measured(word, width(word), space if needs_space(left, word) else 0.0, joint=joint)
        for left, word, joint in zip(before, words, joints(words), strict=False)
    ]


def line_width(line: Sequence[Measured]) -> float:
    """Width of words side by side."""
    return sum(word.width for word in line) + sum(word.gap for word in line[1:])


def line_characters(line: Sequence[Measured]) -> int:
    """Characters of words side by side, spaces counted."""
    return sum(len(word.text) for word in line) + sum(1 for word in line[1:] if word.gap)


@dataclass(frozen=True)
class Limits:
    """What a line may hold. A single word is always let through: it is made smaller or cut when it is drawn."""

    width: float
    characters: int

    def admit(self, line: Sequence[Measured]) -> bool:
        return len(line) <= 1 or (line_width(line) <= self.width and line_characters(line) <= self.characters)


def fewest_lines(words: Sequence[Measured], limits: Limits) -> int:
    """How many lines the words need."""
    lines, start = 1, 0
    for end in range(1, len(words) + 1):
        if not limits.admit(words[start:end]):
            lines, start = lines + 1, end - 1
    return lines


def break_lines(words: Sequence[Placeable], limits: Limits, lines: int) -> list[list[Placeable]]:
    """``words`` in the most even ``lines`` lines that keep the limits.

    ``lines`` must be at least `fewest_lines`. A line rather ends with punctuation than with a small word.
    """
    count = len(words)
    lines = max(1, min(lines, count))
    ideal = line_width(words) / lines
    best = [[inf] * (count + 1) for _ in range(lines + 1)]
    came_from = [[0] * (count + 1) for _ in range(lines + 1)]
    best[0][0] = 0.0
    for row in range(1, lines + 1):
        # The last line ends with the last word, and the first starts with the first.
        for end in range(row, count + 1) if row < lines else (count,):
            for start in range(end - 1, row - 2, -1) if row > 1 else (0,):
                line = words[start:end]
                if not limits.admit(line):
                    break
                cost = best[row - 1][start] + _unevenness(line, ideal, last=end == count)
                if cost < best[row][end]:
                    best[row][end], came_from[row][end] = cost, start
    return _cut(words, _ends(came_from, lines, count))


def _unevenness(line: Sequence[Measured], ideal: float, last: bool) -> float:
    cost = ((line_width(line) - ideal) / ideal) ** 2 if ideal else 0.0
    if last:
        return cost
    text = line[-1].text
    cost += PARTED[line[-1].joint]
    if reads_on(text):
        return cost + 0.12
    return cost - 0.15 if ends_sentence(text) or ends_phrase(text) else cost


def _ends(came_from: list[list[int]], lines: int, count: int) -> list[int]:
    ends = [count]
    for row in range(lines, 0, -1):
        ends.append(came_from[row][ends[-1]])
    return ends[::-1]


def _cut(words: Sequence[Placeable], ends: list[int]) -> list[list[Placeable]]:
    return [list(words[start:end]) for start, end in pairwise(ends) if end > start]
