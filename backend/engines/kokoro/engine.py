"""Kokoro-82M with onnxruntime: text to speech with the exact time of every word."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from .edges import heard
from .pieces import MOST_TOKENS, Piece, Pronunciation, Token, chunks_of, tokens_of, word_spans
from .styles import Style, Styles

SAMPLE_RATE = 24_000
MODEL = "kokoro-v1.0.int8.onnx"
LENGTHS = "/encoder/Cast_output_0"
_GRAPH_CODE = Path(__file__).with_name("graph.py")


class Phonemizer(Protocol):
    """Text to phonemes for one language."""

    def pieces(self, text: str, pronunciations: list[Pronunciation]) -> list[Piece]: ...


class Engine:
    """Speaks; may be asked from several threads at once."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        """Open the model. Languages are loaded when they are first spoken."""
        self._models = Path(models)
        self._vocabulary = json.loads(Path(__file__).with_name("vocabulary.json").read_text("utf-8"))
        self._styles = Styles(self._models / "voices")
        self._phonemizers: dict[str, Phonemizer] = {}
        self._lock = threading.Lock()
        self._session = _open(self._models / MODEL, int(options.get("threads", 1)))
        return {}

    def speak(self, request: dict[str, Any], progress: Callable[[float], None], cancelled: Any) -> dict[str, Any]:
        """Speak one text."""
        phonemizer = self._phonemizer(request["language"])
        pieces = phonemizer.pieces(request["text"], request["pronunciations"])
        tokens = tokens_of(pieces, request["words"], self._vocabulary)
        style = self._styles.of(request["voice"])
        sounds: list[NDArray[np.float32]] = []
        timed: list[tuple[Sequence[Token], Sequence[int]]] = []
        chunks = list(chunks_of(tokens))
        for index, chunk in enumerate(chunks):
            sound, lengths = self._run(chunk, style, request["speed"], cancelled)
            sounds.append(sound)
            timed.append((chunk, lengths))
            progress((index + 1) / len(chunks))
        samples = np.concatenate(sounds) if sounds else np.zeros(0, np.float32)
        words = heard(word_spans(timed, len(request["words"])), samples)
        return {"samples": samples.astype("<f4").tobytes(), "sample_rate": SAMPLE_RATE, "words": words}

    def _run(
        self, tokens: Sequence[Token], style: Style, speed: float, cancelled: Any
    ) -> tuple[NDArray[np.float32], list[int]]:
        """The sound of some tokens, and the length of each in frames."""
        options = onnxruntime.RunOptions()
        cancelled.on_cancel(lambda: setattr(options, "terminate", True))
        inputs = {
            "tokens": np.array([[0, *(token.number for token in tokens), 0]], np.int64),
            "style": style[min(len(tokens), MOST_TOKENS - 1)],
            "speed": np.array([speed], np.float32),
        }
        sound, lengths = self._session.run(["audio", LENGTHS], inputs, options)
        return sound.reshape(-1), [int(length) for length in lengths.reshape(-1)]

    def _phonemizer(self, language: str) -> Phonemizer:
        with self._lock:
            if language not in self._phonemizers:
                self._phonemizers[language] = _new_phonemizer(language)
            return self._phonemizers[language]


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


def _open(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """The model ready to run. Its graph is changed once and kept beside it, which saves a second at each load.

    Kept as it is before onnxruntime optimises it: loaded from an optimised file it speaks 4 % slower.
    """
    signed = _has_vnni()
    key = hashlib.sha256(f"{signed}".encode() + _GRAPH_CODE.read_bytes()).hexdigest()[:12]
    ready = model.with_suffix(f".{key}.ready")
    if not ready.exists():
        if not os.access(model.parent, os.W_OK):
            return _run_with(_changed(model, signed), _options(threads))
        _keep(_changed(model, signed), ready)
        for outdated in model.parent.glob(f"{model.stem}.*.ready"):
            if outdated != ready:
                outdated.unlink(missing_ok=True)
    return _run_with(str(ready), _options(threads))


def _changed(model: Path, signed_weights: bool) -> bytes:
    from .graph import prepared  # half a second to import, needed once a machine

    return bytes(prepared(model, signed_weights=signed_weights).SerializeToString())


def _keep(graph: bytes, ready: Path) -> None:
    """Write the changed graph; the file appears at once, so that two processes may do this together."""
    unfinished = ready.with_suffix(f".{os.getpid()}.unfinished")
    unfinished.write_bytes(graph)
    unfinished.replace(ready)


def _run_with(model: str | bytes, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _has_vnni() -> bool:
    """Whether this processor multiplies unsigned by signed bytes in one instruction."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that spins while it waits takes the core another sentence needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
