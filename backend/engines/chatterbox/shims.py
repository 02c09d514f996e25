"""What the model libraries miss in a lean environment, put in place before they are imported."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def install() -> None:
    """Make ``import chatterbox`` work, offline. Call it first."""
    # Weights are fetched and verified by the studio; nothing here may look for others.
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    _answer_for_torchaudio()
    _import_without_onnx()
    _import_watermarker()


def _answer_for_torchaudio() -> None:
    """Do without torchaudio's compiled part where it does not load.

    Registries carry it built for CUDA only. It holds nothing that is used here (forced alignment, RNN-T).
    """
    if _compiled_part_loads():
        return
    stub = types.ModuleType("torchaudio._extension")
    stub.__dict__.update(
        _IS_TORCHAUDIO_EXT_AVAILABLE=False,
        _IS_ALIGN_AVAILABLE=False,
        _check_cuda_version=lambda: None,
        fail_if_no_align=_refusing,
    )
    sys.modules["torchaudio._extension"] = stub


def _compiled_part_loads() -> bool:
    import torch

    found = importlib.util.find_spec("torchaudio")
    places = list(found.submodule_search_locations or ()) if found else []
    try:
        for library in (path for place in places for path in (Path(place) / "lib").glob("_torchaudio*.so")):
            torch.ops.load_library(str(library))
    except OSError:
        return False
    return True


def _refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"{function.__name__} needs torchaudio's compiled part, which is not there.")

    return refuse


def _import_without_onnx() -> None:
    """s3tokenizer imports onnx for converting models, which is not done here."""
    if importlib.util.find_spec("onnx") is None:
        with _standing_in(types.ModuleType("onnx")):
            importlib.import_module("s3tokenizer")


def _import_watermarker() -> None:
    """The watermarker asks pkg_resources, which newer setuptools have no more, where its own files lie.

    Without an answer it imports all the same, as None: speech would not be marked and nobody would notice.
    """
    stub = types.ModuleType("pkg_resources")
    stub.__dict__["resource_filename"] = _file_of_package
    with _standing_in(stub):
        perth = importlib.import_module("perth")
    if perth.PerthImplicitWatermarker is None:
        raise ImportError("The watermarker (resemble-perth) cannot be used, and no voice is cloned without a mark.")


def _file_of_package(package: str, name: str) -> str:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}")
    return str(Path(found.origin).parent / name)


@contextmanager
def _standing_in(module: types.ModuleType) -> Iterator[None]:
    """Have ``module`` found by its name, only as long as it takes: what looks for the real one later must not."""
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module
    try:
        yield
    finally:
        if before is None:
            del sys.modules[module.__name__]
        else:
            sys.modules[module.__name__] = before
