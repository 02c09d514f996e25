"""Whisper with CTranslate2 (faster-whisper): what is said in a recording, in which language, and when."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
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
_PADDING_MS = 30
_LONGEST_CLIP = 28.0
_LONGEST_GAP = 1.5
"""Seconds of silence inside what is heard at once."""
_SURELY_SILENT = 0.6
"""Whisper's own doubt that there is speech, where no voice was found either: what it hears then it made up."""


ENCODED_PER_SECOND = 50
_WINDOW_STEP = 25.0
"""Seconds from one encoded window to the next: their ends, where the model does not know what follows, overlap."""
_GOES_ON = re.compile(r"[.,:]?\d|%")
"""How the rest of a number begins."""

Span = tuple[float, float]
"""Start and end in seconds."""
HeardWord = tuple[str, float, float, float]
"""Text, start and end in seconds, probability."""


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
        if duration > WINDOW_SECONDS and not speech:  # hours of music or of nothing are not listened through
            return {"text": "", "language": "und", "duration": duration, "words": [], "speech": []}
        segments, info = self._transcribe(audio, self._language(request["language"]), speech)
        texts: list[str] = []
        words: list[HeardWord] = []
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
            "duration": duration,
            "words": words,
            "speech": speech,
        }

    def encode(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Write down, 50 times a second, what the model's encoder makes of recordings: float16 rows, one after another.

        That is what the model knows of a sound before it looks for words: what is said, hardly who says it or what is
        heard besides. Stops between windows when cancelled.
        """
        files, width = request["files"], 0
        for number, (source, target) in enumerate(files):
            audio = decode_audio(source, sampling_rate=SAMPLE_RATE)
            with Path(target).open("wb") as rows:
                for end, encoded in self._encoded(audio):
                    encoded.astype(np.float16).tofile(rows)
                    width = encoded.shape[1]
                    progress((number + min(1.0, end * SAMPLE_RATE / max(1, len(audio)))) / len(files))
                    if cancelled():
                        break
        return {"width": width}

    def _encoded(self, audio: NDArray[np.float32]) -> Iterator[tuple[float, NDArray[np.float32]]]:
        """What is known of the sound from window to window, faded over where they overlap; and until which second."""
        step = round(_WINDOW_STEP * ENCODED_PER_SECOND)
        overlap = round((WINDOW_SECONDS - _WINDOW_STEP) * ENCODED_PER_SECOND)
        rising = ((np.arange(overlap) + 0.5) / overlap)[:, None].astype(np.float32)
        starts = np.arange(0.0, max(_WINDOW_STEP, len(audio) / SAMPLE_RATE), _WINDOW_STEP)
        faded_out: NDArray[np.float32] | None = None
        for start in starts:
            first = round(start * SAMPLE_RATE)
            window = self._window(audio[first : first + round(WINDOW_SECONDS * SAMPLE_RATE)])
            if faded_out is not None:
                window[:overlap] *= rising[: len(window)]
                window[: len(faded_out)] += faded_out
            if start == starts[-1]:
                yield start + WINDOW_SECONDS, window
            else:
                faded_out = window[step:] * rising[::-1][: len(window) - step]
                yield start + _WINDOW_STEP, window[:step]

    def _window(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """(frames, width), of at most 30 s of sound."""
        extractor = self._model.feature_extractor
        features = extractor(samples)[:, : extractor.nb_max_frames]
        padded = np.pad(features, ((0, 0), (0, extractor.nb_max_frames - features.shape[1])))
        encoded = self._model.encode(padded).to_device(ctranslate2.Device.cpu)
        frames = math.ceil(len(samples) / SAMPLE_RATE * ENCODED_PER_SECOND)
        rows: NDArray[np.float32] = np.array(encoded, np.float32)[0][:frames]
        return rows

    def _transcribe(
        self, audio: NDArray[np.float32], language: str | None, speech: Sequence[Span]
    ) -> tuple[Iterable[Any], Any]:
        common: dict[str, Any] = {"language": language, "word_timestamps": True, "beam_size": 5}
        if len(audio) > WINDOW_SECONDS * SAMPLE_RATE:
            clips = [{"start": start, "end": end} for start, end in _clips(speech)]
            found = self._batches.transcribe(audio, batch_size=self._batch, clip_timestamps=clips, **common)
        else:
            # Each window on its own: text carried over from a wrong window is how Whisper falls into loops.
            found = self._model.transcribe(audio, condition_on_previous_text=False, **common)
        segments, info = found
        return segments, info

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


def _speech_in(audio: NDArray[np.float32]) -> list[Span]:
    """Seconds between which there is a voice."""
    options = VadOptions(
        min_silence_duration_ms=_LONGEST_PAUSE_MS, speech_pad_ms=_PADDING_MS, max_speech_duration_s=_LONGEST_CLIP
    )
    found = get_speech_timestamps(audio, options)
    return [(span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in found]


def _clips(speech: Sequence[Span]) -> list[Span]:
    """Stretches of the recording that Whisper hears at once: speech with the short pauses in it, as it is.

    Its times are true that way; where silence is cut out and the rest pushed together they slip from word to word.
    """
    clips: list[Span] = []
    for start, end in speech:
        if clips and start - clips[-1][1] < _LONGEST_GAP and end - clips[-1][0] < _LONGEST_CLIP:
            clips[-1] = (clips[-1][0], end)
        else:
            clips.append((start, end))
    return clips


def _timed(words: Iterable[Any], duration: float) -> list[HeardWord]:
    """Words with start, end and probability, inside the recording; numbers in one piece."""
    timed: list[HeardWord] = []
    for word in words:
        text, probability = word.word, float(word.probability)
        start = min(max(0.0, float(word.start)), duration)
        end = min(max(start, float(word.end)), duration)
        if timed and _GOES_ON.match(text) and timed[-1][0][-1:].isdigit():  # "$1" and ",200"
            before = timed.pop()
            text, start, probability = before[0] + text, before[1], min(before[3], probability)
        timed.append((text.strip(), start, end, probability))
    return timed
