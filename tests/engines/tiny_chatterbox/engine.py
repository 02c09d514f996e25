"""The real engine on small weights, and a look inside it for the tests."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from .make import product

RealEngine: Any = product("engine").Engine


class Engine(RealEngine):  # type: ignore[misc]
    """The engine under test."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> Any:
        from .sizes import shrink

        shrink(options.get("variant") == "multilingual")
        return super().load(models, options, progress)

    def look(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        """What is kept, what is left behind, and whether some samples carry the watermark."""
        t3 = self._model.upstream.t3
        layers = getattr(t3.tfmr, "layers", ())
        found = {
            "voices": len(self._voices),
            "hooks": sum(len(layer.self_attn._forward_hooks) for layer in layers),
            "slow_attention": bool(getattr(t3.tfmr.config, "output_attentions", False)),
            "offline": os.environ.get("HF_HUB_OFFLINE") == "1",
            "device": self._device,
        }
        if "samples" in request:
            samples = np.frombuffer(request["samples"], "<f4")
            mark = self._model.upstream.watermarker.get_watermark(samples, sample_rate=self._model.sample_rate)
            found["watermark"] = float(np.mean(mark))
        return found

    def run_out_of_memory(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        """Speak while the model asks for more memory than any machine has."""
        import torch

        model = self._model
        generate = model.upstream.generate
        model.upstream.generate = lambda *_, **__: torch.empty(1 << 60)
        try:
            answer: dict[str, Any] = self.speak(request, progress, cancelled)
        finally:
            model.upstream.generate = generate
        return answer
