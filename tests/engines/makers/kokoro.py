"""Writes Kokoro with fewer layers and random numbers, and two random voices.

``python kokoro.py FOLDER``
runs with the python of the kokoro environment. The real code loads what comes out, and speaks noise of the right
length.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

VOICES = ("af_heart", "am_puck")
LAYERS = {"hidden_size": 48, "intermediate_size": 64, "num_attention_heads": 2, "num_hidden_layers": 2}
SOUND = {"resblock_kernel_sizes": [3], "resblock_dilation_sizes": [[1, 3, 5]]}
CONFIG = {
    "istftnet": {
        "upsample_kernel_sizes": [20, 12],
        "upsample_rates": [10, 6],
        "gen_istft_hop_size": 5,
        "gen_istft_n_fft": 20,
        "upsample_initial_channel": 512,
        **SOUND,
    },
    "dim_in": 64,
    "dropout": 0.2,
    "hidden_dim": 512,
    "max_conv_dim": 512,
    "max_dur": 50,
    "multispeaker": True,
    "n_layer": 1,
    "n_mels": 80,
    "n_token": 178,
    "style_dim": 128,
    "text_encoder_kernel_size": 5,
    "plbert": {"max_position_embeddings": 512, "dropout": 0.1, **LAYERS},
    "vocab": {},
}
LARGE = 10_000
"""Numbers in a tensor from which on it shares one heap of random ones: its code has sizes that no setting shrinks."""
THREE_FRAMES = -2.75
"""Bias with which a sound lasts about three frames: random numbers alone would make it 25."""


def make_model(folder: Path) -> None:
    """``config.json`` and ``kokoro-v1_0.pth``, with the names that the published file has."""
    import torch
    from kokoro import KModel

    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    model = KModel(repo_id="hexgrad/Kokoro-82M", config=CONFIG, model=nothing)
    heap = 0.02 * torch.randn(max(parameter.numel() for parameter in model.parameters()))
    model.predictor.duration_proj.linear_layer.bias.data.fill_(THREE_FRAMES)
    parts = {
        name: {
            f"module.{key}": heap[: value.numel()].view(value.shape) if value.numel() > LARGE else value
            for key, value in part.state_dict().items()
            # The published model was trained before these were put in.
            if not key.endswith((".norm.weight", ".norm.bias"))
        }
        for name, part in model.named_children()
    }
    (folder / "config.json").write_text(json.dumps(CONFIG), "utf-8")
    torch.save(parts, folder / "kokoro-v1_0.pth")


def make_voices(folder: Path) -> None:
    """Tables of styles as the npm package has them."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    for voice in VOICES:
        (folder / f"{voice}.bin").write_bytes((0.1 * torch.randn(510, 1, 256)).numpy().astype("<f4").tobytes())


if __name__ == "__main__":
    import torch

    torch.manual_seed(0)
    make_model(Path(sys.argv[1]))
    make_voices(Path(sys.argv[1]) / "voices")
