"""Writes Kokoro as it is published, out of numbers found elsewhere.

``python kokoro_filled.py NUMBERS.npz FOLDER``
runs with the python of the kokoro environment; the folder has ``config.json``.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any


def main(numbers: Path, folder: Path) -> None:
    """Write ``kokoro-v1_0.pth``. Numbers that nobody asked for are left out; only the pooler, which is not used, may
    be without."""
    import numpy as np
    import torch
    from kokoro import KModel

    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    model = KModel(repo_id="hexgrad/Kokoro-82M", config=str(folder / "config.json"), model=nothing)
    found = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in np.load(numbers).items()}
    parts: dict[str, Any] = {}
    for name, part in model.named_children():
        tensors = parts[name] = {}
        for key, value in part.state_dict().items():
            if key.endswith((".norm.weight", ".norm.bias", "weight_g")):
                continue
            if name == "bert" and key.startswith("pooler."):
                tensors[f"module.{key}"] = value
            elif key.endswith("weight_v"):
                tensors[f"module.{key[:-1]}g"], tensors[f"module.{key}"] = split(found[f"{name}.{key[:-2]}"])
            else:
                tensors[f"module.{key}"] = found[f"{name}.{key}"]
    torch.save(parts, folder / "kokoro-v1_0.pth")


def split(weight: Any) -> tuple[Any, Any]:
    """A weight as its lengths and directions, as the published model keeps it. For a length of 0 any direction does."""
    lengths = weight.flatten(1).norm(dim=1)
    directions = weight.clone()
    directions[lengths == 0] = 1.0
    return lengths.reshape(-1, *[1] * (weight.dim() - 1)), directions


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
