"""kokoro-onnx with the studio's own model file and voices."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from kokoro_onnx import Kokoro  # type: ignore[import-not-found]


class Speech:
    """``Kokoro.create()`` as its README shows it."""

    def __init__(self, models: Path) -> None:
        files = (models / "kokoro" / "voices").glob("*.bin")
        voices = {path.stem: np.fromfile(path, "<f4").reshape(-1, 1, 256) for path in files}
        with tempfile.TemporaryDirectory() as folder:
            packed = Path(folder) / "voices.npz"
            np.savez(packed, allow_pickle=False, **voices)
            self._kokoro = Kokoro(str(models / "kokoro" / "kokoro-v1.0.int8.onnx"), str(packed))
            # np.load reads lazily, and the file goes with its folder.
            self._kokoro.voices = dict(self._kokoro.voices)

    def speak(self, text: str, voice: str) -> float:
        """Seconds of audio that were made."""
        samples, rate = self.create(text, voice)
        return len(samples) / rate

    def create(self, text: str, voice: str) -> tuple[Any, int]:
        """Samples and their rate."""
        samples, rate = self._kokoro.create(text, voice=voice, speed=1.0, lang="en-us")
        return samples, int(rate)
