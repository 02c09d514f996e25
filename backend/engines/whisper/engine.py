"""Whisper with CTranslate2 (faster-whisper): what is said in a recording, in which language, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ctranslate2  # type: ignore[import-untyped]
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel  # type: ignore[import-untyped]
from faster_whisper.audio import decode_audio  # type: ignore[import-untyped]
from faster_whisper.vad import VadOptions, get_speech_timestamps  # type: ignore[import-untyped]
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
WINDOW_SECONDS = 30.0
"""What Whisper hears at once; anything longer is cut at its pauses and heard in batches."""
_BATCH = {"cuda": 16, "cpu": 4}
_LONGEST_PAUSE_MS = 160
"""Inside one stretch of speech."""
_SURELY_SILENT = 0.6
"""Whisper's own doubt that there is speech, where no voice was found either: what it hears then it made up."""


class Engine:
    """Listens to one recording at a time."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        """Open the model, on the graphics card where one works."""
        threads = int(options.get("threads", 1))
        for device, kind in _devices(str(options.get("device", "auto"))):
            try:
                self._model = WhisperModel(
                    models, device=device, compute_type=kind, cpu_threads=threads, local_files_only=True
                )
                if device == "cuda":
                    self._try()
            except (RuntimeError, ValueError):  # a card without its libraries, or without room
                if device == "cpu":
                    raise
                continue
            self._batches = BatchedInferencePipeline(self._model)
            self._batch = _BATCH[device]
            return {"device": device, "precision": kind}
        raise RuntimeError("no device")

    def _try(self) -> None:
        """Run the model once: a card's libraries are looked for only then."""
        rows = self._model.feature_extractor.mel_filters.shape[0]
        self._model.encode(np.zeros((rows, self._model.feature_extractor.nb_max_frames), np.float32))

    def listen(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Recognise a recording. Stops between segments when cancelled."""
        audio = decode_audio(request["audio"], sampling_rate=SAMPLE_RATE)
        duration = len(audio) / SAMPLE_RATE
        speech = _speech_in(audio)
        segments, info = self._transcribe(audio, self._language(request["language"]), duration)
        texts: list[str] = []
        words: list[tuple[str, float, float, float]] = []
        for segment in segments:
            if speech or segment.no_speech_prob < _SURELY_SILENT:
                texts.append(segment.text)
                words += _timed(segment.words or (), duration)
            progress(min(1.0, segment.end / max(duration, 0.01)))
            if cancelled():
                break
        return {
            "text": "".join(texts).strip(),
            "language": info.language,
            "language_probability": float(info.language_probability),
            "duration": duration,
            "words": words,
            "speech": speech,
        }

    def _transcribe(self, audio: NDArray[np.float32], language: str | None, duration: float) -> tuple[Any, Any]:
        common: dict[str, Any] = {"language": language, "word_timestamps": True, "beam_size": 5}
        if duration > WINDOW_SECONDS:
            return tuple(self._batches.transcribe(audio, batch_size=self._batch, **common))
        # Each window on its own: text carried over from a wrong window is how Whisper falls into loops.
        return tuple(self._model.transcribe(audio, condition_on_previous_text=False, **common))

    def _language(self, asked: str) -> str | None:
        """Whisper's name of a language; None to find out which it is."""
        if not self._model.model.is_multilingual:
            return "en"
        code = {"cmn": "zh"}.get(asked.split("-")[0].lower(), asked.split("-")[0].lower())
        return code if code in self._model.supported_languages else None


def _devices(wanted: str) -> list[tuple[str, str]]:
    """Device and number format to try, the best first."""
    found = []
    if wanted in ("auto", "cuda") and ctranslate2.get_cuda_device_count():
        found.append(("cuda", _first_of(("float16", "int8_float16", "float32"), "cuda")))
    return [*found, ("cpu", _first_of(("int8", "float32"), "cpu"))]


def _first_of(kinds: tuple[str, ...], device: str) -> str:
    supported = ctranslate2.get_supported_compute_types(device)
    return next((kind for kind in kinds if kind in supported), "default")


def _speech_in(audio: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Seconds between which there is a voice."""
    options = VadOptions(min_silence_duration_ms=_LONGEST_PAUSE_MS, speech_pad_ms=30)
    found = get_speech_timestamps(audio, options)
    return [(span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in found]


def _timed(words: Iterable[Any], duration: float) -> list[tuple[str, float, float, float]]:
    """Words with start, end and probability, inside the recording."""
    timed = []
    for word in words:
        start = min(max(0.0, float(word.start)), duration)
        timed.append((word.word.strip(), start, min(max(start, float(word.end)), duration), float(word.probability)))
    return timed
