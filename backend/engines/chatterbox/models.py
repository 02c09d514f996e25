"""Chatterbox's three models behind one face: opened from local files, watched, and cleaned up after every call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import chatterbox
import torch
from chatterbox.models.s3gen import flow_matching
from chatterbox.models.t3 import t3 as token_model
from chatterbox.models.tokenizers import tokenizer as tokenizers
from chatterbox.tts_turbo import ChatterboxTurboTTS

from .segmenter import Segmenter
from .watch import Watch

SPEECH_TOKENS = 6561
"""Tokens from here on mean start and end, or nothing at all."""
LEAST_TOKENS = 6
"""Of a text in the multilingual model."""
LEAST_CFG_WEIGHT = 1e-6
"""The English model fails at 0, which this cannot be told from."""


class Model:
    """One of the models. Not for several threads at once."""

    multilingual = False
    turbo = False

    def __init__(self, upstream: Any, watch: Watch) -> None:
        self.upstream = upstream
        self.speed = 1.0
        """1 is the voice's own pace."""
        self._watch = watch
        self._calm = _attention_settings(upstream.t3)
        token_model.tqdm = watch.tokens
        # It draws its bar on the steps that are watched below.
        flow_matching.tqdm = lambda steps, *_, **__: steps
        _only_speech(upstream.t3, "inference_turbo" if self.turbo else "inference")
        upstream.s3gen.flow.decoder.estimator.time_mlp.register_forward_pre_hook(watch.sound_step)
        upstream.s3gen.mel2wav.f0_predictor.register_forward_pre_hook(watch.sound_step)
        self._at_own_pace = upstream.s3gen.hift_inference
        upstream.s3gen.hift_inference = self._at_pace

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return int(self.upstream.sr)

    @property
    def sound_steps(self) -> int:
        """How often `Watch.sound_step` is called on the way from tokens to sound."""
        return 5 if self.turbo else 11

    def prepare(self, reference: str) -> Any:
        """What the model makes of a reference recording (a WAV file): its conditionals."""
        # Without this the kept voice would hold on to everything that was computed for it.
        with torch.no_grad():
            self.upstream.prepare_conditionals(reference)
        return self.upstream.conds

    def say(self, text: str, conditionals: Any, language: str, options: dict[str, Any]) -> torch.Tensor:
        """Speak one part of a text; (samples,), marked by Perth."""
        self.upstream.conds = conditionals
        try:
            return self._generate(text, language, options)[0]
        finally:
            self.upstream.conds = None
            self._clean_up()

    def _generate(self, text: str, language: str, options: dict[str, Any]) -> Any:
        return self.upstream.generate(text, **_expression(options))

    def _clean_up(self) -> None:
        """Take back what upstream leaves behind at every call: three hooks, and slow attention for good."""
        t3 = self.upstream.t3
        for layer in getattr(t3.tfmr, "layers", ()):
            layer.self_attn._forward_hooks.clear()
        t3.patched_model = None
        t3.compiled = False
        for name, value in self._calm.items():
            setattr(t3.tfmr.config, name, value)

    def _at_pace(self, speech_feat: torch.Tensor, cache_source: torch.Tensor | None = None) -> Any:
        """The vocoder on a spectrogram drawn out or pressed together in time, which leaves the pitch alone."""
        if self.speed != 1.0:
            length = max(1, round(speech_feat.shape[-1] / self.speed))
            speech_feat = torch.nn.functional.interpolate(speech_feat, size=length, mode="linear")
        return self._at_own_pace(speech_feat, cache_source)


class English(Model):
    """English with exaggeration."""


class Multilingual(Model):
    """23 languages."""

    multilingual = True

    def _generate(self, text: str, language: str, options: dict[str, Any]) -> Any:
        return self.upstream.generate(text, language_id=language, **_expression(options))


class Turbo(Model):
    """English, fast, without exaggeration."""

    turbo = True

    def _generate(self, text: str, language: str, options: dict[str, Any]) -> Any:
        return self.upstream.generate(text, temperature=float(options.get("temperature", 0.8)))


def open_model(variant: str, folder: Path, device: str, watch: Watch) -> Model:
    """The model of this variant (``english``, ``multilingual`` or ``turbo``) from the files in ``folder``."""
    openers: dict[str, Callable[[], Model]] = {
        "english": lambda: English(chatterbox.ChatterboxTTS.from_local(folder, device), watch),
        "multilingual": lambda: Multilingual(_open_multilingual(folder, device), watch),
        "turbo": lambda: Turbo(ChatterboxTurboTTS.from_local(folder, device), watch),
    }
    return openers[variant]()


def _open_multilingual(folder: Path, device: str) -> Any:
    # Upstream asks the hub for this table, and another site for the parts that cut Chinese into words.
    tokenizers.hf_hub_download = lambda *_, filename, **__: str(folder / filename)
    upstream = chatterbox.ChatterboxMultilingualTTS.from_local(folder, device)
    upstream.tokenizer.cangjie_converter.segmenter = Segmenter()
    _fill_up_short_texts(upstream.tokenizer)
    return upstream


def _fill_up_short_texts(tokenizer: Any) -> None:
    """Follow very short texts with spaces: upstream's analyser fails where it finds fewer tokens than it looks back."""
    space = tokenizer.tokenizer.token_to_id("[SPACE]")
    tokens_of = tokenizer.text_to_tokens

    def filled(*arguments: Any, **named: Any) -> torch.Tensor:
        tokens: torch.Tensor = tokens_of(*arguments, **named)
        return torch.nn.functional.pad(tokens, (0, max(0, LEAST_TOKENS - tokens.shape[1])), value=space)

    tokenizer.text_to_tokens = filled


def _expression(options: dict[str, Any]) -> dict[str, float]:
    return {
        "exaggeration": float(options.get("exaggeration", 0.5)),
        "cfg_weight": max(LEAST_CFG_WEIGHT, float(options.get("cfg_weight", 0.5))),
        "temperature": float(options.get("temperature", 0.8)),
    }


def _only_speech(t3: Any, name: str) -> None:
    """Let nothing but speech tokens through: upstream's multilingual model fails on the others."""
    infer = getattr(t3, name)

    def infer_speech(*arguments: Any, **named: Any) -> torch.Tensor:
        tokens: torch.Tensor = infer(*arguments, **named)
        speech = tokens[:, tokens[0] < SPEECH_TOKENS]
        if not speech.shape[1]:
            raise NothingSaid
        return speech

    setattr(t3, name, infer_speech)


class NothingSaid(Exception):
    """The model came to its end at once."""


def _attention_settings(t3: Any) -> dict[str, Any]:
    config = t3.tfmr.config
    return {
        name: getattr(config, name) for name in ("_attn_implementation", "output_attentions") if hasattr(config, name)
    }
