"""Takes: sentences that have been spoken, kept by the hash of everything that shapes them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]

from backend.engines.values import Span, SpeakRequest, Spoken

TAKE_VERSION = 1
"""Part of every key: raise it when trimming or the file's layout changes."""


@dataclass(frozen=True)
class Take:
    """One synthesis of one sentence, trimmed and faded."""

    path: Path
    """WAV, mono, 16 bits; can be played as it is."""
    sample_rate: int
    length: int
    """Samples."""
    words: tuple[Span, ...] | None
    """First and one-past-last sample of each spoken word; None when the engine knows no times."""
    seed: int | None = None
    """What the engine drew with; None where it does not draw."""

    def read(self) -> np.ndarray:
        """Its samples, float32 from -1 to 1."""
        samples, _ = soundfile.read(self.path, dtype="float32")
        return np.asarray(samples, dtype=np.float32)


def take_key(engine: str, revision: str, request: SpeakRequest) -> str:
    """The hash of all that matters to how a sentence sounds and when its words are said.

    For a voice after a recording the voice's id stands before it, so that its takes lie in a folder of their own and go
    with the voice.
    """
    everything = [
        TAKE_VERSION,
        engine,
        revision,
        request.voice,
        request.language,
        request.text,
        request.words,
        request.pronunciations,
        request.speed,
        request.seed,
        request.options,
    ]
    if request.reference:  # where it lies does not matter
        everything += [request.reference.sha256, request.reference.text]
    digest = hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()
    return f"{request.voice}/{digest}" if request.reference else digest


class TakeStore:
    """Takes in a folder, shared by every job and process. A take is there completely or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Take | None:
        """The take, or None when it is not there or cannot be read."""
        sound, notes = self._paths(key)
        try:
            known = json.loads(notes.read_text())
            words = None if known["words"] is None else tuple((int(a), int(b)) for a, b in known["words"])
            take = Take(sound, int(known["sample_rate"]), int(known["length"]), words, known.get("seed"))
            return take if sound.stat().st_size == known["bytes"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, spoken: Spoken) -> Take:
        """Keep ``spoken`` (trimmed) under ``key``. Two at once are fine: the same key means the same sound."""
        sound, notes = self._paths(key)
        sound.parent.mkdir(parents=True, exist_ok=True)
        loudest = max(1.0, float(np.max(np.abs(spoken.samples), initial=0.0)))
        draft = new_file(sound)
        soundfile.write(draft, spoken.samples / loudest, spoken.sample_rate, subtype="PCM_16", format="WAV")
        known: dict[str, Any] = {
            "sample_rate": spoken.sample_rate,
            "length": len(spoken.samples),
            "words": spoken.words,
            "seed": spoken.seed,
            "bytes": draft.stat().st_size,
        }
        draft.replace(sound)
        draft = new_file(notes)
        draft.write_text(json.dumps(known))
        draft.replace(notes)
        return Take(sound, spoken.sample_rate, len(spoken.samples), spoken.words, spoken.seed)

    def _paths(self, key: str) -> tuple[Path, Path]:
        owner, _, digest = key.rpartition("/")
        folder = self._folder / owner / digest[:2]
        return folder / f"{digest}.wav", folder / f"{digest}.json"

    def forget(self, key: str) -> None:
        """Remove the take, and the folder of its voice if that was the last one in it."""
        sound, _ = self._paths(key)
        for path in sound.parent.glob(f"{sound.stem}.*"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other takes lie there
            sound.parent.rmdir()
            sound.parent.parent.rmdir()


def new_file(beside: Path) -> Path:
    """An empty file in the same folder, to be written and then renamed to ``beside``: so nobody reads half of it."""
    handle, name = tempfile.mkstemp(dir=beside.parent, prefix=".new-")
    os.close(handle)
    return Path(name)
