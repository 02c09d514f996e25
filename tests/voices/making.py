"""Records and clips for tests of the library."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from backend.media.audio import read_wave, write_wave
from backend.models import Consent
from backend.voices.outlines import outline
from backend.voices.recording import RATE
from backend.voices.records import Record, cloned_id


def make_clip(path: Path, number: int = 0, seconds: float = 2.0) -> Path:
    """A clip of its own for each number: bursts of noise, as prepared as any."""
    chance = np.random.default_rng(number)
    length = round(seconds * RATE)
    gate = np.repeat(chance.random(-(-length // 2400)), 2400)[:length]
    write_wave(path, (0.3 * gate * chance.standard_normal(length)).clip(-0.9, 0.9).astype(np.float32), RATE)
    return path


def record_of(clip: Path, **fields: Any) -> Record:
    """The record of a clip as it is saved."""
    digest = hashlib.sha256(clip.read_bytes()).hexdigest()
    samples, _ = read_wave(clip)
    consent = Consent(
        basis="own_voice",
        speaker="Anna",
        statement="My voice.",
        recorded_at="2026-11-22T10:00:00.000Z",
        sample_sha256=digest,
    )
    facts: dict[str, Any] = {
        "voice_id": cloned_id(digest),
        "kind": "cloned",
        "name": "Anna",
        "language": "en",
        "transcript": "Hello there.",
        "heard": "Hello there.",
        "clip_sha256": digest,
        "seconds": len(samples) / RATE,
        "outline": outline(samples),
        "consent": consent,
        "created_at": "2026-11-22T10:00:00.000Z",
    }
    return Record(**{**facts, **fields})
