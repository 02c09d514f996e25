"""How much a check tries: little at each commit, all of it when the studio is proved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Chooses between the short form of a check and its full one."""

    full: bool

    def __call__(self, short: int, full: int) -> int:
        """How many, of tries, users, seconds …"""
        return full if self.full else short
