"""Requests and answers as the plain values that cross to an engine's process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from backend.engines.parameters import with_defaults
from backend.engines.table import EngineSpec
from backend.engines.values import Heard, HeardWord, Reference, SpeakRequest, Spoken


def to_speak(spec: EngineSpec, request: SpeakRequest) -> dict[str, Any]:
    """A request to speak. Options the caller left out have the engine's defaults."""
    return {
        "text": request.text,
        "words": list(request.words),
        "pronunciations": list(request.pronunciations),
        "voice": request.voice,
        "language": request.language,
        "speed": float(request.speed),
        "seed": request.seed,
        "reference": _reference(request.reference) if request.reference else None,
        "options": with_defaults(spec.parameters, request.options),
    }


def to_convert(spec: EngineSpec, source: Path, reference: Reference, options: Mapping[str, Any]) -> dict[str, Any]:
    """A request to say a recording again in another voice."""
    return {
        "source": str(source),
        "reference": _reference(reference),
        "options": with_defaults(spec.parameters, options),
    }


def spoken(answer: dict[str, Any]) -> Spoken:
    """The answer of an engine that made sound."""
    words = answer["words"]
    return Spoken(
        samples=np.frombuffer(answer["samples"], dtype="<f4").astype(np.float32, copy=False),
        sample_rate=answer["sample_rate"],
        words=None if words is None else tuple((start, end) for start, end in words),
        seed=answer.get("seed"),
    )


def heard(answer: dict[str, Any]) -> Heard:
    """The answer of an engine that listened."""
    words = tuple(HeardWord(*word) for word in answer["words"])
    speech = tuple((start, end) for start, end in answer["speech"])
    return Heard(answer["text"], answer["language"], answer["duration"], words, speech)


def _reference(reference: Reference) -> dict[str, str]:
    return {"path": str(reference.path), "text": reference.text, "sha256": reference.sha256}
