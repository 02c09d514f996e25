"""Chatterbox with small sizes. They are in its code, so both who makes weights and who loads them does this."""

from __future__ import annotations

from typing import Any

WIDTH = 64
MULTILINGUAL_LAYERS = 14
"""Its analyser looks at layers 9, 12 and 13."""


def shrink(multilingual: bool) -> None:
    """Have Chatterbox's constructors make small models from now on, in this process."""
    from chatterbox.models.s3gen import s3gen
    from chatterbox.models.t3.llama_configs import LLAMA_CONFIGS
    from chatterbox.models.t3.modules import cond_enc
    from s3tokenizer.model_v2 import S3TokenizerV2

    layers = MULTILINGUAL_LAYERS if multilingual else 4
    LLAMA_CONFIGS["Llama_520M"].update(
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=layers,
        num_attention_heads=16,  # the analyser looks at head 15
        num_key_value_heads=16,
        head_dim=WIDTH // 16,
    )
    LLAMA_CONFIGS["GPT2_medium"].update(hidden_size=WIDTH, n_embd=WIDTH, n_head=2, n_layer=layers)
    _resize(cond_enc, "Perceiver", pre_attention_query_size=WIDTH, embedding_dim=WIDTH)
    _resize(s3gen, "UpsampleConformerEncoder", num_blocks=1, linear_units=WIDTH)
    _resize(
        s3gen, "ConditionalDecoder", channels=[64], n_blocks=1, num_mid_blocks=1, num_heads=2, attention_head_dim=16
    )
    _resize(s3gen, "HiFTGenerator", base_channels=64)
    tokenizer = S3TokenizerV2.__init__.__defaults__[-1]
    tokenizer.n_audio_layer, tokenizer.n_audio_state, tokenizer.n_audio_head = 1, 128, 2


def _resize(module: Any, name: str, **sizes: Any) -> None:
    """Whoever asks ``module`` for ``name`` gets one of these sizes, whatever was asked for."""
    real = getattr(module, name)
    setattr(module, name, lambda *arguments, **named: real(*arguments, **{**named, **sizes}))
