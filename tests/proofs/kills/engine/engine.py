"""An engine without a model that hears one line in whatever is played to it, and says recordings again as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

HEARD = "The lamp is lit at dusk and the door stays blue."


class Engine:
    """Loads nothing."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        return {}

    def listen(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        samples, rate = _samples(request["audio"])
        seconds, words = len(samples) / rate, HEARD.split()
        step = seconds / len(words)
        timed = [(word, number * step, (number + 0.9) * step, 0.9) for number, word in enumerate(words)]
        return {"text": HEARD, "language": "en", "duration": seconds, "words": timed, "speech": [(0.0, seconds)]}

    def encode(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        for source, target in request["files"]:
            samples, rate = _samples(source)
            places = np.linspace(0.0, 1.0, max(1, len(samples) * 50 // rate), dtype=np.float32)[:, None]
            Path(target).write_bytes(np.sin(places * np.arange(1, 9)).astype(np.float16).tobytes())
        return {"width": 8}

    def convert(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        samples, rate = _samples(request["source"])
        return {"samples": samples.tobytes(), "sample_rate": rate, "words": None}


def _samples(path: str) -> tuple[NDArray[np.float32], int]:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples[:, 0]), rate
