"""Takes: sentences that have been spoken, kept by the hash of everything that shapes them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]

from backend.engines.values import Span, SpeakRequest, Spoken
from backend.ids import is_id
from backend.speech.far_takes import FarTakes
from backend.storage.disk import write_beside

_HOUR_SECONDS = 3600.0
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

    def __init__(self, folder: Path, far: FarTakes | None = None) -> None:
        """Args:
        folder: on this machine.
        far: where machines share them; what is found there is kept in the folder from then on.
        """
        self._folder = folder
        self._far = far

    def get(self, key: str) -> Take | None:
        """The take on this machine, or None when it is not there or cannot be read."""
        sound, notes = self._paths(key)
        try:
            known = json.loads(notes.read_text())
            words = None if known["words"] is None else tuple((int(a), int(b)) for a, b in known["words"])
            take = Take(sound, int(known["sample_rate"]), int(known["length"]), words, known.get("seed"))
            return take if sound.stat().st_size == known["bytes"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def find(self, keys: Iterable[str]) -> dict[str, Take]:
        """Those of the takes that are on this machine or, asked all at once, on another."""
        there = {key: self.get(key) for key in keys}
        for take in filter(None, there.values()):
            _note_use(take.path)
        if self._far:
            missing = [key for key, take in there.items() if take is None]
            for key, data in self._far.find(missing).items():
                notes, _, sound = data.partition(b"\n")
                self._keep(key, sound, notes)
                there[key] = self.get(key)
        return {key: take for key, take in there.items() if take}

    def put(self, key: str, spoken: Spoken) -> Take:
        """Keep ``spoken`` (trimmed) under ``key``. Two at once are fine: the same key means the same sound."""
        loudest = max(1.0, float(np.max(np.abs(spoken.samples), initial=0.0)))
        wave = BytesIO()
        soundfile.write(wave, spoken.samples / loudest, spoken.sample_rate, subtype="PCM_16", format="WAV")
        known: dict[str, Any] = {
            "sample_rate": spoken.sample_rate,
            "length": len(spoken.samples),
            "words": spoken.words,
            "seed": spoken.seed,
            "bytes": len(wave.getvalue()),
            "sha256": hashlib.sha256(wave.getvalue()).hexdigest(),
        }
        sound, notes = self._paths(key)
        self._keep(key, wave.getvalue(), json.dumps(known).encode())
        if self._far:
            self._far.send(key, lambda: notes.read_bytes() + b"\n" + sound.read_bytes())
        return Take(sound, spoken.sample_rate, len(spoken.samples), spoken.words, spoken.seed)

    def _keep(self, key: str, sound: bytes, notes: bytes) -> None:
        """The sound first: a take is there once its notes are."""
        for path, data in zip(self._paths(key), (sound, notes), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_beside(path, data)

    def _paths(self, key: str) -> tuple[Path, Path]:
        owner, _, digest = key.rpartition("/")
        folder = self._folder / owner / digest[:2]
        return folder / f"{digest}.wav", folder / f"{digest}.json"

    def forget(self, key: str) -> None:
        """Remove the take from this machine, and the folder of its voice if that was the last one in it."""
        sound, _ = self._paths(key)
        for path in sound.parent.glob(f"{sound.stem}.*"):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other takes lie there
            sound.parent.rmdir()
            sound.parent.parent.rmdir()

    def forget_voice(self, voice_id: str) -> int:
        """Remove all takes of a voice that somebody made, here and where machines share them; returns the files.

        Raises:
            StoreUnavailable: they are gone here, but not there.
        """
        return self.forget_voice_here(voice_id) + (self._far.forget_voice(voice_id) if self._far else 0)

    def forget_voice_here(self, voice_id: str) -> int:
        """Remove all takes of a voice from this machine; returns the files."""
        folder = self._folder / voice_id
        if not is_id(voice_id, "voice") or not folder.is_dir():
            return 0
        files = sum(1 for path in folder.rglob("*") if path.is_file())
        shutil.rmtree(folder, ignore_errors=True)
        return files

    def sizes(self) -> Iterator[tuple[int, float]]:
        """Bytes of each take on this machine, and when it was last used (Unix seconds, to an hour)."""
        for sound in self._folder.rglob("*.wav"):
            with contextlib.suppress(FileNotFoundError):  # forgotten meanwhile
                yield sound.stat().st_size + _size(sound.with_suffix(".json")), sound.stat().st_mtime

    def forget_unused(self, before: float) -> tuple[int, int]:
        """Remove takes from this machine that nothing used since ``before`` (Unix seconds).

        Returns:
            How many, and their bytes.
        """
        count = freed = 0
        for sound in list(self._folder.rglob("*.wav")):
            with contextlib.suppress(FileNotFoundError):
                if sound.stat().st_mtime <= before:
                    freed += sound.stat().st_size + _size(sound.with_suffix(".json"))
                    count += 1
                    self.forget(self._key(sound))
        return count, freed

    def examine(self, before: float, *, deep: bool) -> Iterator[tuple[str, bool]]:
        """Each take on this machine, and whether it is what was kept.

        Args:
            before: Unix seconds; half a take that is younger is being made.
            deep: also read its sound.
        """
        for sound in list(self._folder.rglob("*.wav")):
            key = self._key(sound)
            with contextlib.suppress(FileNotFoundError):  # forgotten meanwhile
                whole = self.get(key) is not None and (not deep or self._is_sound(sound))
                if whole or sound.stat().st_mtime < before or sound.with_suffix(".json").exists():
                    yield key, whole

    @staticmethod
    def _is_sound(sound: Path) -> bool:
        """Whether the sound is what was written, as far as its notes tell; older ones have no sum."""
        expected = json.loads(sound.with_suffix(".json").read_text()).get("sha256")
        return expected in (None, hashlib.sha256(sound.read_bytes()).hexdigest())

    def _key(self, sound: Path) -> str:
        *owner, _, _ = sound.relative_to(self._folder).parts
        return "/".join([*owner, sound.stem])

    def voices(self) -> list[str]:
        """Ids of voices that somebody made and that have takes on this machine."""
        return [path.name for path in self._folder.glob("voice_*") if is_id(path.name, "voice")]

    def close(self) -> None:
        """Send what is still to be shared, for a few seconds."""
        if self._far:
            self._far.close()


def _note_use(sound: Path) -> None:
    """The file's time says when it was last used, to an hour."""
    with contextlib.suppress(OSError):  # forgotten meanwhile, or a disk that may only be read
        if time.time() - sound.stat().st_mtime > _HOUR_SECONDS:
            os.utime(sound)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
