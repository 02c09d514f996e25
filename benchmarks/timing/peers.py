"""The peers as a process: faster-whisper's own word times, and stable-ts' ``align()`` with the same weights."""

from __future__ import annotations

import json
import os
import sys
import types
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from typing import Any

# stable-ts imports it for resampling, which samples at 16 kHz never need; its builds want a graphics card's libraries.
sys.modules["torchaudio"] = types.ModuleType("torchaudio")
sys.modules["torchaudio"].__spec__ = ModuleSpec("torchaudio", None)

import stable_whisper  # type: ignore[import-not-found]  # noqa: E402
from faster_whisper.audio import decode_audio  # type: ignore[import-untyped]  # noqa: E402


class Aligners:
    """One model for both."""

    def __init__(self, model: str) -> None:
        self._model = stable_whisper.load_faster_whisper(model, device="cpu", compute_type="int8", cpu_threads=1)

    def recognise(self, path: str) -> list[Any]:
        """Words with their times, as faster-whisper hears them."""
        segments, _ = self._model.transcribe_original(
            decode_audio(path, sampling_rate=16_000), language="en", word_timestamps=True, beam_size=5
        )
        return [_word(word) for segment in segments for word in segment.words]

    def align(self, path: str, script: str) -> list[Any]:
        """The script's words with their times, as stable-ts finds them."""
        found = self._model.align(decode_audio(path, sampling_rate=16_000), script, language="en", verbose=None)
        return [_word(word) for segment in found.segments for word in segment.words]


def _word(word: Any) -> tuple[str, float, float]:
    return str(word.word).strip(), float(word.start), float(word.end)


def main() -> None:
    """Load the model, say so, then answer until the other side hangs up."""
    # What the libraries print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    aligners = Aligners(sys.argv[1])
    actions: dict[str, Callable[..., Any]] = {"recognise": aligners.recognise, "align": aligners.align}
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(actions[request.pop("do")](**request)), file=answers, flush=True)


main()
