"""Something said with its times, as files write it; and how times in them are read."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from backend.captions.cues import MAX_SECONDS
from backend.errors import InvalidRequest
from backend.models import CueWord

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,12}(?:[.,]\d{1,20})?(?:[eE]-?\d{1,2})?)\s*(ms|s)?", re.ASCII)


@dataclass(frozen=True)
class Timed:
    """A word or more, and when."""

    where: str
    """Place in the file, for errors."""
    text: str
    start: float
    """Seconds."""
    end: float
    confidence: float = 1.0
    speaker: str = ""
    words: tuple[CueWord, ...] = ()
    """Empty where only the whole has times."""
    is_word: bool = False
    """Whether the file calls it one word, whatever is in it."""


def seconds_of(value: object, where: str, scale: float = 1.0) -> float:
    """A time as seconds: a number, a clock such as ``00:00:01,250``, or ``1250ms``.

    Args:
        where: place in the file.
        scale: seconds in one of a bare number.

    Raises:
        InvalidRequest: ``subtitles_bad_time``.
    """
    seconds = _read(value, scale)
    if seconds is None or not math.isfinite(seconds):
        raise bad_time(where, f"{str(value)[:40]!r} is not a time such as 1.25 or 00:00:01,250")
    if seconds < 0:
        raise bad_time(where, f"{str(value)[:40]!r} is before 0")
    if seconds > MAX_SECONDS:
        raise bad_time(where, "the time is past 24 hours")
    return round(seconds, 3)


def _read(value: object, scale: float) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) * scale if abs(value) < 1e15 else None
    if not isinstance(value, str):
        return None
    written = value.strip()
    negative = written.startswith(("-", "−"))
    written = written.lstrip("-−")
    if clock := _CLOCK.fullmatch(written):
        if int(clock[2]) > 59 or int(clock[3]) > 59:
            return None
        seconds = clock_seconds(clock)
    elif number := _NUMBER.fullmatch(written):
        seconds = float(number[1].replace(",", ".")) * {"ms": 0.001, "s": 1.0}.get(number[2], scale)
    else:
        return None
    return -seconds if negative else seconds


def clock_seconds(clock: re.Match[str]) -> float:
    """Hours (they may be missing), minutes, seconds and their decimals as seconds."""
    return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3]) + float(f"0.{clock[4] or 0}")


def bad_time(where: str, problem: str) -> InvalidRequest:
    """The error of a time that cannot be."""
    return InvalidRequest(
        f"{where}: {problem}.", hint="Mend that place in the file and try again.", code="subtitles_bad_time"
    )
