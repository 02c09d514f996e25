"""What fits: lines, characters and phrases of any stretch of words, each asked for many times and answered at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from backend.captions.lines import Limits, Measured

_ROUNDING = 1e-6
"""Sums over a whole text and over one line differ in their last digits; what fits here fits there."""


class Fits:
    """Measured words, added up beforehand; a stretch is given by the index of its first word and the one after."""

    def __init__(self, words: Sequence[Measured], limits: Limits) -> None:
        self._words = words
        self._limits = limits
        self._widths = sums(word.width + word.gap for word in words)
        self._characters = sums(len(word.text) + (1 if word.gap else 0) for word in words)
        self._next_line = self._line_ends()

    def characters(self, start: int, end: int) -> int:
        """Characters of a stretch side by side, spaces counted."""
        return int(self._characters[end] - self._characters[start]) - (1 if self._words[start].gap else 0)

    def in_lines(self, start: int, end: int, most: int) -> bool:
        """Whether a stretch fits into ``most`` lines."""
        for _ in range(most):
            start = self._next_line[start]
            if start >= end:
                return True
        return False

    def _line_ends(self) -> list[int]:
        """For each word, where the next line begins if a line begins with it and holds as much as it may."""
        ends: list[int] = []
        end = 0
        for start in range(len(self._words)):
            end = max(end, start + 1)
            while end < len(self._words) and self._admit(start, end + 1):
                end += 1
            ends.append(end)
        return ends

    def _admit(self, start: int, end: int) -> bool:
        width = self._widths[end] - self._widths[start] - self._words[start].gap
        return width <= self._limits.width - _ROUNDING and self.characters(start, end) <= self._limits.characters


def sums(values: Iterable[float]) -> list[float]:
    """Of the first none, of the first one, and so on: what any stretch comes to is a difference of two."""
    return [0.0, *accumulate(values)]
