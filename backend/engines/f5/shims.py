"""What the real packages need to be imported in a lean environment. Called before the first of them is."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path
from typing import Any


def prepare() -> None:
    """Stand in for what speaking never uses: torchaudio's compiled part where it does not load, F5's trainer, einx."""
    if not _torchaudio_loads():
        sys.modules["torchaudio._extension"] = _without_extension()
    # f5_tts.model imports its trainer, and with it wandb, accelerate, ema_pytorch and datasets.
    trainer = types.ModuleType("f5_tts.model.trainer")
    trainer.Trainer = None  # type: ignore[attr-defined]
    sys.modules["f5_tts.model.trainer"] = trainer
    # x_transformers imports it for layers that F5 does not have, and it takes a third of the time all imports take.
    sys.modules["einx"] = _Unused("einx")


class _Unused(types.ModuleType):
    """A module that can be imported but not used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def refuse(*_: Any, **__: Any) -> None:
            raise RuntimeError(f"{self.__name__}.{name} is not there: nothing was meant to need it.")

        return refuse


def _torchaudio_loads() -> bool:
    """Whether torchaudio's compiled part fits this torch: a registry's wheel may be made for another, or for CUDA."""
    import torch

    found = importlib.util.find_spec("torchaudio")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise ModuleNotFoundError("torchaudio")
    try:
        for library in Path(folders[0], "lib").glob("_torchaudio*.so"):
            torch.ops.load_library(str(library))
    except OSError:
        return False
    return True


def _without_extension() -> types.ModuleType:
    """torchaudio's own account of a build without compiled parts; spectrograms and resampling need none."""

    def no_alignment(function: object) -> object:
        return function

    extension = types.ModuleType("torchaudio._extension")
    for name, value in {
        "_IS_TORCHAUDIO_EXT_AVAILABLE": False,
        "_IS_ALIGN_AVAILABLE": False,
        "_check_cuda_version": lambda: None,
        "fail_if_no_align": no_alignment,
    }.items():
        setattr(extension, name, value)
    return extension
