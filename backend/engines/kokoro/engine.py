"""Kokoro-82M: text to speech with the exact time of every word.

One model in two forms (``variant``): with onnxruntime on a processor, with torch on a graphics card. What is said, by
which voice and when is worked out here for both.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .edges import heard
from .pieces import MOST_TOKENS, Piece, Pronunciation, Token, chunks_of, tokens_of, word_spans
from .styles import Style, Styles

SAMPLE_RATE = 24_000
TORCH = "torch"
"""The variant for graphics cards."""


class Phonemizer(Protocol):
    """Text to phonemes for one language."""

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]: ...


class Model(Protocol):
    """The model in one of its forms."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the studio is told of it besides: its ``device``, and ``card_bytes`` taken of a card's memory."""

    def run(
        self, numbers: Sequence[int], style: Style, speed: float, seed: int, cancelled: Any
    ) -> tuple[NDArray[np.float32], list[int]]:
        """The sound of at most `MOST_TOKENS` tokens, and the length of each, and of the padding, in frames."""


class Engine:
    """Speaks; may be asked from several threads at once."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        """Open the model of ``options["variant"]``. Languages are loaded when they are first spoken."""
        self._vocabulary = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))
        self._styles = Styles(Path(models) / "voices")
        self._phonemizers: dict[str, Phonemizer] = {}
        self._lock = threading.Lock()
        self._model = _open_model(Path(models), options)
        return self._model.facts

    def speak(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Speak one text."""
        phonemizer = self._phonemizer(request["language"])
        pieces = phonemizer.pieces(request["text"], request["pronunciations"])
        tokens = tokens_of(pieces, request["words"], self._vocabulary)
        style = self._styles.of(request["voice"])
        sounds: list[NDArray[np.float32]] = []
        timed: list[tuple[Sequence[Token], Sequence[int]]] = []
        chunks = list(chunks_of(tokens, MOST_TOKENS // 2 if request.get("smaller") else MOST_TOKENS))
        for index, chunk in enumerate(chunks):
            numbers = [token.number for token in chunk]
            sound, lengths = self._model.run(numbers, style, request["speed"], request["seed"] or 0, cancelled)
            sounds.append(sound)
            timed.append((chunk, lengths))
            progress((index + 1) / len(chunks))
        samples = np.concatenate(sounds) if sounds else np.zeros(0, np.float32)
        words = heard(word_spans(timed, len(request["words"])), samples)
        answer = {"samples": samples.astype("<f4").tobytes(), "sample_rate": SAMPLE_RATE, "words": words}
        return {**answer, **self._model.facts}

    def _phonemizer(self, language: str) -> Phonemizer:
        with self._lock:
            if language not in self._phonemizers:
                self._phonemizers[language] = _new_phonemizer(language)
            return self._phonemizers[language]


def _open_model(folder: Path, options: dict[str, Any]) -> Model:
    # Only one of their libraries is there.
    if options.get("variant") == TORCH:
        from .torch_model import TorchModel

        return TorchModel(folder, options)
    from .onnx_model import OnnxModel

    return OnnxModel(folder, options)


def _new_phonemizer(language: str) -> Phonemizer:
    # Each takes a second or two to import: only what is spoken is loaded.
    if language in ("en-us", "en-gb"):
        from .english import English

        return English(british=language == "en-gb")
    if language == "ja":
        from .japanese import Japanese

        return Japanese()
    if language == "cmn":
        from .chinese import Chinese

        return Chinese()
    from .by_espeak import Espeak

    return Espeak(language)
