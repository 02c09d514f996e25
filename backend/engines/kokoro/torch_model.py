"""Kokoro on a graphics card: the published model with torch, in single precision.

Half precision is not safe in it: it adds up the phase of its tones over the whole sentence and rounds the lengths of
its tokens, and both would drift. One sentence at a time: its code lays out the sound of one only.
"""

from __future__ import annotations

import gc
import io
import os
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pieces import MOST_TOKENS
from .styles import Style

# Read by torch when it starts: an operation that Apple's cards lack runs on the processor, and products of matrices on
# NVIDIA's come out the same each time.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from kokoro import KModel

MODEL = "kokoro-v1_0.pth"
CONFIG = "config.json"
_REPOSITORY = "hexgrad/Kokoro-82M"
_PREFIX = "module."
_LOUDER = 1.5
"""The int8 graph goes back from frequencies to sound without dividing by what its windows add up to, 1.5. So do we,
for sentences of one narration may be spoken by either."""
_SIGNS_OF_FULL_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "could not create a primitive",
)
"""What CUDA and MPS, torch, the system and oneDNN say, each in its own way."""


class OutOfMemory(ValueError):
    """The studio makes room, asks again with ``smaller`` set, and only then tells anybody."""

    code = "out_of_memory"


class _Stopped(Exception):
    """Stop was pressed."""


class TorchModel:
    """Speaks tokens, one request at a time: the model and torch's chance are one for the whole process."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        """Args:
        folder: with the weights.
        options: ``threads`` on a processor; ``device``: ``auto``, ``cuda``, ``mps`` or ``cpu``.
        """
        torch.set_num_threads(int(options.get("threads", 1)))
        self._lock = threading.Lock()
        self._cancelled: Any = lambda: False
        self._device = torch.device("cpu")
        with self._memory():
            self._model = _opened(folder)
            for module in self._model.modules():
                module.register_forward_pre_hook(self._look)
            self._settle(str(options.get("device", "auto")))

    @property
    def facts(self) -> dict[str, Any]:
        """Where it runs, and the most it has taken of a card's memory."""
        on_card = self._device.type == "cuda"
        return {
            "device": self._device.type,
            **({"card_bytes": int(torch.cuda.max_memory_reserved())} if on_card else {}),
        }

    def run(
        self, numbers: Sequence[int], style: Style, speed: float, seed: int, cancelled: Any
    ) -> tuple[NDArray[np.float32], list[int]]:
        """The sound of some tokens, and the length of each in frames.

        Args:
            numbers: of the tokens, at most `MOST_TOKENS`; a token for padding is put around them.
            style: of the voice.
            speed: 1 is the voice's own.
            seed: of the noise in breath and consonants; the same again sounds the same.
            cancelled: looked at before each layer.

        Raises:
            OutOfMemory: with everything given back that can be.
        """
        with self._lock, self._memory():
            self._cancelled = cancelled
            return self._said(numbers, style[min(len(numbers), MOST_TOKENS - 1)], speed, seed)

    def _said(
        self, numbers: Sequence[int], style: NDArray[np.float32], speed: float, seed: int
    ) -> tuple[NDArray[np.float32], list[int]]:
        torch.manual_seed(seed)
        tokens = torch.tensor([[0, *numbers, 0]], dtype=torch.long, device=self._device)
        with torch.inference_mode():
            sound, lengths = self._model.forward_with_tokens(tokens, torch.from_numpy(style).to(self._device), speed)
        samples = np.asarray(sound.reshape(-1).cpu().numpy(), np.float32) * np.float32(_LOUDER)
        return samples, [int(length) for length in lengths.cpu()]

    def _look(self, module: Any, inputs: Any) -> None:
        if self._cancelled():
            raise _Stopped

    # ------------------------------------------------------------ where it runs

    def _settle(self, wanted: str) -> None:
        """On the wanted device, or the best that speaks: a card may be there that this torch was not made for."""
        for name in _devices(wanted):
            self._device = torch.device(name)
            try:
                self._try(self._device)
            except (RuntimeError, TypeError) as error:  # the latter for numbers that Apple's cards do not have
                if name in (wanted, "cpu") or _is_full(error):
                    raise
            else:
                return
        raise ValueError(f"The device {wanted} is not there; set STUDIO_DEVICE to auto or cpu.")

    def _try(self, device: torch.device) -> None:
        """Put the model there and have it speak."""
        if device.type == "cuda":
            _repeat_exactly()
        self._model.to(device)
        if device.type != "cpu":
            self._said([1], np.zeros((1, 256), np.float32), 1.0, 0)

    # ------------------------------------------------------------ memory

    @contextmanager
    def _memory(self) -> Iterator[None]:
        """Where memory does not suffice, let go of what can be had again, and say so."""
        try:
            yield
            return
        except (RuntimeError, MemoryError) as error:
            if not _is_full(error):
                raise
            # The error holds on to what the model was working on.
            traceback.clear_frames(error.__traceback__)
        gc.collect()
        if self._device.type == "cuda":
            torch.cuda.empty_cache()
        elif self._device.type == "mps":
            torch.mps.empty_cache()
        raise OutOfMemory(f"there is too little of it on the device in use ({self._device.type}).")


def _devices(wanted: str) -> list[str]:
    """Where it may run, the best first."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [name for name, is_there in there.items() if is_there and wanted in ("auto", name)]


def _repeat_exactly() -> None:
    """Have CUDA compute the same numbers each time, in full single precision."""
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.use_deterministic_algorithms(True, warn_only=True)


def _is_full(error: BaseException) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in said for sign in _SIGNS_OF_FULL_MEMORY)


def _opened(folder: Path) -> Any:
    """The model with its weights.

    Raises:
        ValueError: the file does not hold this model.
    """
    # Upstream loads what fits and says nothing of the rest; so it is given nothing, and filled here.
    nothing = io.BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    model = KModel(repo_id=_REPOSITORY, config=str(folder / CONFIG), model=nothing)
    parts = torch.load(str(folder / MODEL), map_location="cpu", weights_only=True, mmap=True)
    for name, part in model.named_children():
        _fill(name, part, parts.get(name, {}))
        for layer in part.modules():
            if hasattr(layer, "weight_g"):  # else worked out anew at each use
                torch.nn.utils.remove_weight_norm(layer)
    return model.eval()


def _fill(name: str, part: Any, tensors: dict[str, torch.Tensor]) -> None:
    """Copy the weights of one part of the model."""
    try:
        told = part.load_state_dict({key.removeprefix(_PREFIX): value for key, value in tensors.items()}, strict=False)
    except RuntimeError as error:  # another shape
        raise ValueError(f"{MODEL} does not fit Kokoro-82M: {str(error).splitlines()[-1].strip()}") from error
    owners = dict(part.named_modules())
    # These were trained without numbers of their own; upstream gave them some that change nothing.
    missing = [
        key for key in told.missing_keys if not isinstance(owners[key.rpartition(".")[0]], torch.nn.InstanceNorm1d)
    ]
    wrong = [f"{name}.{key}" for key in (*missing, *told.unexpected_keys)]
    if wrong:
        raise ValueError(f"{MODEL} does not fit Kokoro-82M: {', '.join(wrong[:3])}.")
