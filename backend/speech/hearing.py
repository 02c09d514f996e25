"""Listening to takes: what a recogniser makes of each, kept beside it so that no take is heard twice."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from backend.engines import RECOGNISER
from backend.engines.values import Heard, HeardWord
from backend.errors import WeightsUnavailable
from backend.speech.takes import Take
from backend.storage.disk import write_beside
from backend.work import Work


class Listeners(Protocol):
    """What hearing needs of the engines."""

    def listener(self, language: str) -> str | None: ...
    def listen(self, engine: str, audio: Path, language: str, work: Work) -> Heard: ...


class Ear:
    """Hears takes in the languages the recogniser knows."""

    def __init__(self, engines: Listeners) -> None:
        self._engines = engines

    def hear(self, take: Take, language: str, work: Work) -> Heard | None:
        """What is said in ``take``; None where the recogniser does not know the language.

        Raises:
            EngineError, Cancelled
        """
        kept = None
        while kept is None and (listener := self._engines.listener(language)):
            notes = take.path.with_suffix(f".{listener}.heard.json")
            kept = _kept(notes)
            if kept is None:
                kept = self._listen(take, language, notes, listener, work)
        return kept

    def _listen(self, take: Take, language: str, notes: Path, listener: str, work: Work) -> Heard | None:
        """What the recogniser makes of it; None where it could not be had and another will be tried."""
        try:
            heard = self._engines.listen(RECOGNISER, take.path, language, work)
        except WeightsUnavailable:
            return None
        if self._engines.listener(language) == listener:
            _keep(notes, heard)
        return heard


def _kept(notes: Path) -> Heard | None:
    try:
        known = json.loads(notes.read_text("utf-8"))
        words = tuple(HeardWord(**word) for word in known.pop("words"))
        speech = tuple((start, end) for start, end in known.pop("speech"))
        return Heard(**known, words=words, speech=speech)
    except (OSError, ValueError, TypeError, KeyError):  # never heard, or written by another version
        return None


def _keep(notes: Path, heard: Heard) -> None:
    with suppress(OSError):  # a full disk: then it is heard again next time
        write_beside(notes, json.dumps(asdict(heard)).encode())
