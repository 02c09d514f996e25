"""What a benchmark answers: figures, each held against its target, and how they were taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["×", "%", "MB", "ms", "s", "steps", "jobs"]


@dataclass(frozen=True)
class Figure:
    """One number."""

    name: str
    ours: str
    """What the studio took, for people."""
    other: str
    """What it is compared with, for people; empty when it stands alone."""
    value: float
    """The number itself: a ratio, a share, or a size."""
    unit: Unit
    least: float | None = None
    """Target: at least this."""
    most: float | None = None
    """Target: at most this."""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None for a figure without one."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def shown(self) -> str:
        """The number with its unit."""
        return _shown(self.value, self.unit)

    @property
    def target(self) -> str:
        """The target in words."""
        if self.least is not None:
            return f"≥ {_shown(self.least, self.unit)}"
        return "" if self.most is None else f"≤ {_shown(self.most, self.unit)}"


@dataclass(frozen=True)
class Section:
    """The answer of one benchmark."""

    title: str
    how: str
    """What was compared, and how: a few sentences."""
    figures: tuple[Figure, ...]
    shortfall: str = ""
    """Why a target is missed and what was tried; said only when one is missed."""
    notes: tuple[str, ...] = field(default=())
    """Further numbers, a sentence each."""
    others: float | None = None
    """Share of the machine, 0 to 1, that other programs had while it was measured; None when that was not looked at."""


def _shown(value: float, unit: Unit) -> str:
    digits = {"×": 2, "%": 1, "MB": 0, "ms": 1, "s": 2, "steps": 0, "jobs": 0}[unit]
    return f"{value:.{digits}f} {unit}" if unit != "×" else f"{value:.{digits}f}×"
