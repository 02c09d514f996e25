"""Writes an F5-TTS checkpoint and a Vocos of a few hundred thousand random numbers.

``python f5.py FOLDER ENGINE_FOLDER [SIZES]``, where SIZES is JSON with other measures of the transformer,
runs with the python of the f5 environment. The real code loads what comes out, and speaks noise of the right length.
"""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

SMALL = {"dim": 64, "depth": 2, "heads": 1, "dim_head": 64, "ff_mult": 1, "text_dim": 32, "conv_layers": 1}
MELS = 100
VOCODER = """
feature_extractor:
  class_path: vocos.feature_extractors.MelSpectrogramFeatures
  init_args: {sample_rate: 24000, n_fft: 1024, hop_length: 256, n_mels: 100, padding: center}
backbone:
  class_path: vocos.models.VocosBackbone
  init_args: {input_channels: 100, dim: 64, intermediate_dim: 128, num_layers: 2}
head:
  class_path: vocos.heads.ISTFTHead
  init_args: {dim: 64, n_fft: 1024, hop_length: 256, padding: center}
"""


def make_model(folder: Path) -> None:
    """``model.safetensors`` as the published one is laid out."""
    import torch
    from f5_tts.model import DiT
    from f5_tts.model.utils import get_tokenizer
    from safetensors.torch import save_file

    _, characters = get_tokenizer(str(files("f5_tts") / "infer" / "examples" / "vocab.txt"), "custom")
    transformer = DiT(**SMALL, text_num_embeds=characters, mel_dim=MELS)
    for parameter in transformer.parameters():
        # The model starts with zeros in its last layers, and would say the same whatever it is asked.
        if parameter.dim() > 1 and not parameter.any():
            torch.nn.init.normal_(parameter, std=0.02)
    tensors = {f"ema_model.transformer.{name}": value.clone() for name, value in transformer.state_dict().items()}
    save_file({**tensors, "initted": torch.tensor(True), "step": torch.tensor(0)}, folder / "model.safetensors")


def make_vocoder(folder: Path) -> None:
    """``vocos/config.yaml`` and ``vocos/pytorch_model.bin``."""
    import torch
    from vocos import Vocos

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(VOCODER, encoding="utf-8")
    torch.save(Vocos.from_hparams(str(folder / "config.yaml")).state_dict(), folder / "pytorch_model.bin")


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[2])
    import shims  # type: ignore[import-not-found]  # the engine's own neighbour

    shims.prepare()
    import torch

    SMALL.update(json.loads(sys.argv[3]) if len(sys.argv) > 3 else {})
    torch.manual_seed(0)
    make_model(Path(sys.argv[1]))
    make_vocoder(Path(sys.argv[1]) / "vocos")
