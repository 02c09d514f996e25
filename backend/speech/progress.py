"""What people are told while a script is being spoken."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from backend.speech.takes import Take
from backend.work import Report, Work

_BETWEEN_SECONDS = 0.25


class Progress:
    """Counts takes by their keys, and reports. Only ``parts`` is touched by other threads than the one that waits.

    Args:
        keys: of all sentences in order; equal sentences share one.
        texts: of all sentences, as written.
    """

    def __init__(self, keys: Sequence[str], texts: Sequence[str], work: Work) -> None:
        self.takes: dict[str, Take] = {}
        self.parts: dict[str, float] = {}
        """How far each take is that is being made, 0 to 1."""
        self._keys = keys
        self._texts = texts
        self._work = work
        self._indexes: dict[str, list[int]] = {}
        for index, key in enumerate(keys):
            self._indexes.setdefault(key, []).append(index)
        self._characters = {key: len(texts[indexes[0]]) for key, indexes in self._indexes.items()}
        self._total = sum(self._characters.values())
        self._done = 0
        self._done_at_start = 0
        self._started = time.monotonic()
        self._told = 0.0

    @property
    def fraction(self) -> float:
        """How much of the text has been spoken, 0 to 1."""
        return min(1.0, self._spoken() / max(1, self._total))

    def _spoken(self) -> float:
        """Characters of the takes that are done, and their share of those that are being made."""
        # Other threads add to it meanwhile.
        parts = list(self.parts.items())
        return self._done + sum(share * self._characters[key] for key, share in parts if key not in self.takes)

    def begin(self) -> None:
        """Start the clock: what is done by now was there already."""
        self._done_at_start = self._done
        self._started = time.monotonic()
        self.tell()

    def finish(self, key: str, take: Take) -> list[int]:
        """Count ``take``; the indexes of the sentences it speaks."""
        self.takes[key] = take
        self._done += self._characters[key]
        return self._indexes[key]

    def part(self, key: str) -> Report:
        """Takes the progress of one take, whose making begins now. May be called by any thread."""
        self.parts[key] = 0.0

        def report(fraction: float, message: str, **details: Any) -> None:
            self.parts[key] = fraction

        return report

    def tell_sometimes(self) -> None:
        """Report unless that was done a moment ago."""
        if time.monotonic() - self._told >= _BETWEEN_SECONDS:
            self.tell()

    def tell(self) -> None:
        """Report the fraction, the seconds left, and every sentence: those that are done can be heard."""
        self._told = time.monotonic()
        done = sum(key in self.takes for key in self._keys)
        self._work.report(
            self.fraction,
            f"Spoke {done} of {len(self._keys)} sentences." if done else "Starting the voice.",
            seconds_left=self._seconds_left(),
            sentences=[self._state(index, key) for index, key in enumerate(self._keys)],
        )

    def _seconds_left(self) -> float | None:
        spoken = self._spoken() - self._done_at_start
        if spoken <= 0:
            return None
        return round((self._total - self._done_at_start - spoken) * (time.monotonic() - self._started) / spoken, 1)

    def _state(self, index: int, key: str) -> dict[str, Any]:
        take = self.takes.get(key)
        return {
            "index": index,
            "text": self._texts[index],
            "state": "done" if take else "speaking" if key in self.parts else "queued",
            "seconds": round(take.length / take.sample_rate, 3) if take else None,
            "take": str(take.path) if take else None,
        }
