"""Styles: what makes a voice, as a table with a row for each number of phonemes, and blends of them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .pieces import MOST_TOKENS

Style = NDArray[np.float32]
"""MOST_TOKENS × 1 × 256."""
_WIDTH = 256
_MOST_KEPT = 64
"""Half a megabyte each."""
_PART = re.compile(r"(\w+)\((\d{1,7})\)")


class Styles:
    """The styles in a folder of ``*.bin`` files; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.of = lru_cache(maxsize=_MOST_KEPT)(self._made)
        """The style of a voice, or of a blend written like ``af_heart(2)+am_puck(1)``; ValueError when unknown."""

    def _made(self, voice: str) -> Style:
        parts = [_PART.fullmatch(part) for part in voice.split("+")]
        weighed = [(match[1], int(match[2])) for match in parts if match]
        total = sum(weight for _, weight in weighed)
        if len(weighed) < len(parts) or not total:
            return self._read(voice)
        mixed = np.zeros((MOST_TOKENS, 1, _WIDTH), np.float64)
        for name, weight in weighed:
            mixed += self._read(name).astype(np.float64) * (weight / total)
        return mixed.astype(np.float32)

    def _read(self, name: str) -> Style:
        known = {path.stem: path for path in self._folder.glob("*.bin")}
        if name not in known:
            raise ValueError(f"Kokoro has no voice {name[:80]!r}.")
        return np.fromfile(known[name], "<f4").reshape(MOST_TOKENS, 1, _WIDTH)
