"""How fast this machine has been at each kind of work: what estimates are made of."""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj

from backend.errors import StorageError
from backend.storage.disk import write_whole

_REMEMBERED = 20
"""The latest pieces of work; older ones say less of what the machine is now."""
_NAME = re.compile(r"[a-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Pace:
    """What one unit of work takes, by the median of what was seen."""

    seconds: float
    bytes: float
    """Of what was made."""


CHARACTERS_A_SECOND = 14.0
"""Of speech at speed 1, where an engine has not spoken here yet: English as Kokoro says it."""
RENDERED_BYTES = 150_000.0
"""A megapixel and second of video, where none was rendered here yet."""


@dataclass(frozen=True)
class Piece:
    """A piece of work that is still to be done."""

    work: str
    by: str
    units: float
    """As they are noted of this work by whoever did it."""
    bytes: float
    """Of what will be made, where no history tells."""


class Paces:
    """One small file for each kind of work. Processes share them; of two that write at once one is forgotten, which
    does no harm."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, work: str, by: str, units: float, seconds: float, made_bytes: int = 0) -> None:
        """Write down a piece of work that ended well.

        Args:
            work: its kind, e.g. ``speak``.
            by: the engine, or what else did it.
            units: how much it was; nothing is noted of none.
        """
        if units <= 0:
            return
        seen = [*self._seen(work, by), [units, seconds, made_bytes]][-_REMEMBERED:]
        text = json.dumps([[round(number, 6) for number in piece] for piece in seen]).encode()
        try:
            write_whole(self._file(work, by), lambda file: copyfileobj(BytesIO(text), file))
        except StorageError:  # a full disk: what was made matters, how long it took does not
            return

    def of(self, work: str, by: str) -> Pace | None:
        """The pace of this work; None where none was seen yet."""
        seen = self._seen(work, by)
        if not seen:
            return None
        return Pace(
            statistics.median(seconds / units for units, seconds, _ in seen),
            statistics.median(made / units for units, _, made in seen),
        )

    def _seen(self, work: str, by: str) -> list[list[float]]:
        try:
            seen = json.loads(self._file(work, by).read_bytes())
            return [[float(number) for number in piece] for piece in seen if len(piece) == 3 and piece[0] > 0]
        except (OSError, ValueError, TypeError):
            return []

    def _file(self, work: str, by: str) -> Path:
        if not (_NAME.fullmatch(work) and _NAME.fullmatch(by)):
            raise ValueError(f"not names of ours: {work!r}, {by!r}")
        return self._folder / f"{work}-{by}.json"
