"""What is said in a recording, for whoever asked to have it written down or put beside a script."""

from __future__ import annotations

from pathlib import Path

from backend.engines import RECOGNISER, Engines, Heard
from backend.work import Work


def listen(engines: Engines, sound: Path, language: str, work: Work) -> Heard:
    """Have a WAV file written down; whoever waits is told that somebody listens until the recogniser says more.

    Raises:
        WeightsUnavailable, EngineError, Cancelled
    """
    told = Work(lambda fraction, message, **_: work.report(fraction, message or "Listening"), work.cancel)
    return engines.listen(RECOGNISER, sound, language, told)
