"""Whisper with CTranslate2 (faster-whisper): what is said in a recording, and when."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faster_whisper import WhisperModel  # type: ignore[import-untyped]


class Engine:
    """Listens to one recording at a time."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        """Open the model."""
        threads = int(options.get("threads", 1))
        self._model = WhisperModel(
            models, device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        return {}

    def listen(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Recognise a recording. Stops between segments when cancelled."""
        segments, info = self._model.transcribe(
            request["audio"],
            language="en",
            word_timestamps=True,
            beam_size=5,
            # Each window on its own: text carried over from a wrong window is how Whisper falls into loops.
            condition_on_previous_text=False,
        )
        texts: list[str] = []
        words: list[tuple[str, float, float, float]] = []
        for segment in segments:
            texts.append(segment.text)
            for word in segment.words or ():
                words.append((word.word.strip(), float(word.start), float(word.end), float(word.probability)))
            progress(min(1.0, segment.end / max(info.duration, 0.01)))
            if cancelled():
                break
        return {"text": "".join(texts).strip(), "language": "en", "duration": float(info.duration), "words": words}
