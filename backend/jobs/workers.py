"""Who works on jobs: on this machine by locks, on others by heartbeats."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from backend.jobs import presence

if TYPE_CHECKING:
    from backend.jobs.ledger import Ledger
    from backend.jobs.roster import Entry

SILENCE_SECONDS = 20.0
"""A worker of another machine whose heart has not beaten for so long is dead: its jobs go on elsewhere."""
LONGEST_LOOK_SECONDS = 4.0
"""What passes between two looks that are further apart does not count as silence: whoever looks was away itself."""


class Workers:
    """The workers of a jobs database, as one process sees them."""

    def __init__(self, ledger: Ledger, run_folder: Path, silence_seconds: float) -> None:
        self._ledger = ledger
        self._run_folder = run_folder
        self._silence_seconds = silence_seconds
        self._patience = Patience(silence_seconds)

    @property
    def lease_seconds(self) -> float:
        """So long, at least, after a sign of life nobody goes on with a worker's jobs."""
        return self._silence_seconds / 2 if self._ledger.several_machines else math.inf

    def taking(self, queue: str | None = None) -> list[Entry]:
        """Living workers that take jobs (from this queue), sorted by id. Asks the database once."""
        locks = presence.executors(self._run_folder)
        return [
            entry
            for _, entry in sorted(self._ledger.roster.read().items())
            if entry.state == "taking" and self._lives(entry, locks) and (queue is None or queue in entry.queues)
        ]

    def _lives(self, entry: Entry, locks: Mapping[str, bool]) -> bool:
        if entry.executor in locks:
            return locks[entry.executor]
        return self._ledger.several_machines and entry.age < self._silence_seconds

    def dead(self, owners: Collection[str]) -> set[str]:
        """Those of ``owners`` (of running jobs) that surely do not work on them any more; asked again and again.

        Whoever stopped in good order, or had a lock here that is free, is so at once. A stopped process holds its lock
        and lives; one of another machine counts as dead when its heart has not beaten for long enough.
        """
        roster, locks = self._ledger.roster.read(), presence.executors(self._run_folder)
        silent = self._patience.silent(
            {name: roster[name].beat if name in roster else None for name in {*owners, *roster} if name not in locks}
        )
        gone = {name for name, lives in locks.items() if not lives}
        if not self._ledger.several_machines:
            silent = {*owners, *roster} - locks.keys()
        left = {name for name, entry in roster.items() if entry.state == "left"}
        self._forget((gone | silent | left) - set(owners))
        return (gone | silent | left) & set(owners)

    def _forget(self, executors: Collection[str]) -> None:
        """Remove what is left of dead workers without jobs."""
        for executor in executors:
            self._ledger.roster.remove(executor)
            presence.remove(self._run_folder, executor)


class Patience:
    """Tells which workers have been silent for so long.

    Counted by this machine's clock and only while it looks: a database that was away, or a machine that slept, makes
    nobody dead.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._silence: dict[str, tuple[float | None, float]] = {}
        self._looked = time.monotonic()

    def silent(self, beats: Mapping[str, float | None]) -> set[str]:
        """Those whose heartbeat has not changed for long enough, of those given (None: it has no row)."""
        now = time.monotonic()
        passed = now - self._looked if now - self._looked <= LONGEST_LOOK_SECONDS else 0.0
        self._looked = now
        silence = {}
        for executor, beat in beats.items():
            last, seconds = self._silence.get(executor, (beat, -passed))
            silence[executor] = (beat, seconds + passed if last == beat else 0.0)
        self._silence = silence
        return {executor for executor, (_, seconds) in self._silence.items() if seconds >= self._seconds}
