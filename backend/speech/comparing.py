"""Where what was heard parts from what was written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, takewhile

from backend.speech.units import Unit

ALIKE = 0.6
"""Likeness from which a word counts as the same, heard in a spelling of its own."""
_MOST_JOINED = 3
"""Written words that may be heard as one, or the other way round: "school teacher"."""
_JOINT_COST = 0.1
_SOUNDS = (
    *(("ph", "f"), ("gh", ""), ("ck", "k"), ("sch", "sk"), ("tch", "ch"), ("wh", "w"), ("wr", "r"), ("kn", "n")),
    *(("qu", "kw"), ("x", "ks"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("d", "t"), ("y", "")),
)
_HOMOPHONES = ({"2", "to"}, {"2", "too"}, {"4", "for"}, {"8", "ate"}, {"1", "won"})


@dataclass(frozen=True)
class Pair:
    """Some written units and what was heard for them; one of the two may be empty."""

    written: tuple[int, int]
    """First and one past the last written unit."""
    heard: tuple[int, int]
    """First and one past the last heard unit."""
    likeness: float
    """0 to 1; 0 where one side is empty."""

    @property
    def same(self) -> bool:
        return self.likeness >= ALIKE


@dataclass(frozen=True)
class Difference:
    """A stretch in which what was heard is not what was written."""

    written: tuple[int, int]
    heard: tuple[int, int]


def differences(written: Sequence[Unit], heard: Sequence[Unit]) -> list[Difference]:
    """The stretches that differ, in order. Other spellings of the same sound do not count."""
    found = []
    for same, pairs in groupby(aligned(written, heard), key=lambda pair: pair.same):
        if not same:
            run = list(pairs)
            found.append(Difference((run[0].written[0], run[-1].written[1]), (run[0].heard[0], run[-1].heard[1])))
    return found


def aligned(written: Sequence[Unit], heard: Sequence[Unit]) -> list[Pair]:
    """Both sides cut into pairs, in order, so that alike ones meet."""
    before = _equal_at_start(written, heard)
    after = _equal_at_start(written[before:][::-1], heard[before:][::-1])
    middle = _cheapest(written[before : len(written) - after], heard[before : len(heard) - after])
    return [
        *(Pair((i, i + 1), (i, i + 1), 1.0) for i in range(before)),
        *(_moved(pair, before, before) for pair in middle),
        *(_moved(Pair((i, i + 1), (i, i + 1), 1.0), len(written) - after, len(heard) - after) for i in range(after)),
    ]


def _equal_at_start(written: Sequence[Unit], heard: Sequence[Unit]) -> int:
    pairs = zip(written, heard, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].text == pair[1].text, pairs))


def _moved(pair: Pair, written: int, heard: int) -> Pair:
    (a, b), (c, d) = pair.written, pair.heard
    return Pair((a + written, b + written), (c + heard, d + heard), pair.likeness)


def _cheapest(written: Sequence[Unit], heard: Sequence[Unit]) -> list[Pair]:
    """The cheapest way from the start to the end of both, found step by step."""
    costs = [[0.0] * (len(heard) + 1) for _ in range(len(written) + 1)]
    steps: dict[tuple[int, int], tuple[int, int, float]] = {}
    for i in range(len(written) + 1):
        for j in range(len(heard) + 1):
            if i or j:
                costs[i][j], steps[i, j] = min(
                    (costs[i - a][j - b] + cost, (a, b, likeness))
                    for a, b, likeness, cost in _moves(written, heard, i, j)
                )
    pairs = []
    i, j = len(written), len(heard)
    while i or j:
        a, b, likeness = steps[i, j]
        pairs.append(Pair((i - a, i), (j - b, j), likeness))
        i, j = i - a, j - b
    return pairs[::-1]


def _moves(written: Sequence[Unit], heard: Sequence[Unit], i: int, j: int) -> list[tuple[int, int, float, float]]:
    """Ways to come to ``i`` written and ``j`` heard units: how many of each, their likeness, the cost."""
    moves = []
    if i:
        moves.append((1, 0, 0.0, 1.0))
    if j:
        moves.append((0, 1, 0.0, 1.0))
    shapes = [(1, 1)] + [shape for n in range(2, _MOST_JOINED + 1) for shape in ((1, n), (n, 1))]
    for a, b in shapes:
        if a <= i and b <= j:
            likeness = alike(_joined(written[i - a : i]), _joined(heard[j - b : j]))
            if likeness >= ALIKE or a == b:
                moves.append((a, b, likeness, 2 * (1 - likeness) + _JOINT_COST * (a + b - 2)))
    return moves


def _joined(units: Sequence[Unit]) -> str:
    return "".join(unit.text for unit in units)


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> float:
    """0 to 1: how much two words have in common, in letters or in sound."""
    if one == other:
        return 1.0
    if one[:1].isdigit() or other[:1].isdigit():
        # Numbers are alike or they are not, but "21st 2024" may be cut or ended in more than one way.
        same = one.replace("th", "") == other.replace("th", "") or {one, other} in _HOMOPHONES
        return float(same)
    if 2 * min(len(one), len(other)) < ALIKE * (len(one) + len(other)):
        return 0.0  # of lengths too far apart
    by_letters = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    sound, other_sound = _sound(one), _sound(other)
    if min(len(sound), len(other_sound)) < 2:
        return by_letters
    return max(by_letters, 0.95 * difflib.SequenceMatcher(None, sound, other_sound, autojunk=False).ratio())


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    """The consonants of a word, those that sound alike written alike."""
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiou]", "", word))
