"""The real engine, which also tells what lies between the text and the sound."""

from __future__ import annotations

import importlib
import sys
import types
from contextlib import suppress
from pathlib import Path
from typing import Any

_PRODUCT = types.ModuleType("product")
_PRODUCT.__path__ = [str(Path(__file__).resolve().parents[3] / "backend" / "engines" / "kokoro")]
sys.modules["product"] = _PRODUCT
real: Any = importlib.import_module("product.engine")


class Engine(real.Engine):  # type: ignore[misc]
    """The engine under test."""

    def tokens(self, request: dict[str, Any], progress: Any, cancelled: Any) -> list[int]:
        """What the model is told of a text, in its own numbers."""
        pieces = self._phonemizer(request["language"]).pieces(request["text"], [])
        return [token.number for token in real.tokens_of(pieces, [], self._vocabulary)]

    def lengths(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        """The lengths of some tokens in frames, and the samples that became of them."""
        style = self._styles.of("af_heart")
        sound, lengths = self._model.run(request["numbers"], style, request["speed"], 0, cancelled)
        return {"lengths": lengths, "samples": len(sound)}

    def looks(self, request: dict[str, Any], progress: Any, cancelled: Any) -> int:
        """How often Stop was looked at in a short text, where it is pressed before the look of this number."""
        style = self._styles.of("af_heart")
        counted = 0

        def pressed() -> bool:
            nonlocal counted
            counted += 1
            return bool(counted == request["stop_at"])

        with suppress(Exception):
            self._model.run([50, 51, 52], style, 1.0, 0, pressed)
        return counted

    def run_out_of_memory(self, request: dict[str, Any], progress: Any, cancelled: Any) -> Any:
        """Speak while the model asks for more memory than any machine has."""
        import torch

        model = self._model._model
        model.forward_with_tokens = lambda *_: torch.empty(1 << 60)
        try:
            return self.speak(request, progress, cancelled)
        finally:
            del model.forward_with_tokens
