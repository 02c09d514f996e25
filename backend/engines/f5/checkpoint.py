"""The model out of its files. Its measures are read off the tensors, so that a fine-tuned or smaller one fits too."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import torch
import yaml
from f5_tts.model import CFM, DiT
from f5_tts.model.utils import get_tokenizer
from safetensors import safe_open
from vocos import Vocos

MODEL = "model.safetensors"
SAMPLE_RATE = 24_000
HOP = 256
"""Samples of one mel frame."""
MELS = 100
_PREFIX = "ema_model."
_HEAD = 64
"""Numbers of one attention head."""


def open_model(folder: Path, device: torch.device, dtype: torch.dtype) -> CFM:
    """F5 ready to sample.

    Raises:
        ValueError: the files do not make a model.
    """
    vocabulary = folder / "vocab.txt"
    if not vocabulary.exists():
        vocabulary = Path(str(files("f5_tts") / "infer" / "examples" / "vocab.txt"))
    characters, count = get_tokenizer(str(vocabulary), "custom")
    with safe_open(str(folder / MODEL), framework="pt") as tensors:
        shapes = {name.removeprefix(_PREFIX): tensors.get_slice(name).get_shape() for name in tensors.keys()}  # noqa: SIM118
        transformer = DiT(**measures(shapes), **_attention(device, dtype), text_num_embeds=count, mel_dim=MELS)
        model = CFM(
            transformer=transformer,
            mel_spec_kwargs={
                "n_fft": 1024,
                "hop_length": HOP,
                "win_length": 1024,
                "n_mel_channels": MELS,
                "target_sample_rate": SAMPLE_RATE,
                "mel_spec_type": "vocos",
            },
            odeint_kwargs={"method": "euler"},
            vocab_char_map=characters,
        )
        model.transformer.to(dtype)
        _fill(model, tensors, shapes)
    return model.to(device).eval()


def measures(shapes: dict[str, list[int]]) -> dict[str, Any]:
    """The arguments of the transformer that these tensors belong to; what no tensor shows is v1's."""
    try:
        dim = shapes["transformer.input_embed.proj.weight"][0]
        first = "transformer.transformer_blocks.0."
        return {
            "dim": dim,
            "depth": _count(shapes, "transformer.transformer_blocks."),
            "heads": shapes[f"{first}attn.to_q.weight"][0] // _HEAD,
            "dim_head": _HEAD,
            "ff_mult": shapes[f"{first}ff.ff.0.0.weight"][0] // dim,
            "text_dim": shapes["transformer.text_embed.text_embed.weight"][1],
            "conv_layers": _count(shapes, "transformer.text_embed.text_blocks."),
            "text_mask_padding": True,
            "qk_norm": None,
            "pe_attn_head": None,
        }
    except KeyError as missing:
        raise ValueError(f"{MODEL} is no F5-TTS v1 checkpoint: it has no tensor {missing}.") from missing


def _count(shapes: dict[str, list[int]], start: str) -> int:
    numbers = {int(name[len(start) :].split(".")[0]) for name in shapes if name.startswith(start)}
    return len(numbers)


def _attention(device: torch.device, dtype: torch.dtype) -> dict[str, str]:
    """Flash attention where it is installed and can be used."""
    from importlib.util import find_spec

    usable = device.type == "cuda" and dtype == torch.float16 and find_spec("flash_attn") is not None
    return {"attn_backend": "flash_attn" if usable else "torch"}


def _fill(model: CFM, tensors: Any, shapes: dict[str, list[int]]) -> None:
    """Copy the tensors one by one: memory holds the model once."""
    wanted = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("mel_spec.")}
    missing = sorted(wanted.keys() - shapes.keys())
    wrong = [name for name in wanted.keys() & shapes.keys() if list(wanted[name].shape) != list(shapes[name])]
    if missing or wrong:
        raise ValueError(f"{MODEL} does not fit F5-TTS v1: {', '.join((missing or sorted(wrong))[:3])}.")
    with torch.no_grad():
        for name, target in wanted.items():
            target.copy_(tensors.get_tensor(_PREFIX + name))


def open_vocoder(folder: Path, device: torch.device) -> Vocos:
    """Vocos, which turns mel frames into sound."""
    settings = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    if not isinstance(settings, dict) or "backbone" not in settings:
        raise ValueError("vocos/config.yaml does not describe a vocoder.")
    vocoder = Vocos.from_hparams(str(folder / "config.yaml"))
    weights = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
    vocoder.load_state_dict(weights)
    return vocoder.to(device).eval()
