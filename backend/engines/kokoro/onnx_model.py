"""Kokoro on a processor: the int8 model with onnxruntime."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray

from .pieces import MOST_TOKENS
from .styles import Style

MODEL = "kokoro-v1.0.int8.onnx"
LENGTHS = "/encoder/Cast_output_0"
_GRAPH_CODE = Path(__file__).with_name("graph.py")


class OnnxModel:
    """Speaks tokens; may be asked from several threads at once."""

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        """Args:
        folder: with the weights.
        options: ``threads`` for one request.
        """
        self._session = _open(folder / MODEL, int(options.get("threads", 1)))

    @property
    def facts(self) -> dict[str, Any]:
        """None that is not known beforehand."""
        return {}

    def run(
        self, numbers: Sequence[int], style: Style, speed: float, seed: int, cancelled: Any
    ) -> tuple[NDArray[np.float32], list[int]]:
        """The sound of some tokens, and the length of each in frames.

        Args:
            numbers: of the tokens, at most `MOST_TOKENS`; a token for padding is put around them.
            style: of the voice.
            speed: 1 is the voice's own.
            seed: means nothing here: this graph draws nothing.
        """
        options = onnxruntime.RunOptions()
        cancelled.on_cancel(lambda: setattr(options, "terminate", True))
        inputs = {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": style[min(len(numbers), MOST_TOKENS - 1)],
            "speed": np.array([speed], np.float32),
        }
        sound, lengths = self._session.run(["audio", LENGTHS], inputs, options)
        return sound.reshape(-1), [int(length) for length in lengths.reshape(-1)]


def _open(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """The model ready to run. Its graph is changed once and kept beside it, which saves a second at each load.

    Kept as it is before onnxruntime optimises it: loaded from an optimised file it speaks 4 % slower.
    """
    signed = _has_vnni()
    key = hashlib.sha256(f"{signed}".encode() + _GRAPH_CODE.read_bytes()).hexdigest()[:12]
    ready = model.with_suffix(f".{key}.ready")
    if not ready.exists():
        if not os.access(model.parent, os.W_OK):
            return _run_with(_changed(model, signed), _options(threads))
        _keep(_changed(model, signed), ready)
        for outdated in model.parent.glob(f"{model.stem}.*.ready"):
            if outdated != ready:
                outdated.unlink(missing_ok=True)
    return _run_with(str(ready), _options(threads))


def _changed(model: Path, signed_weights: bool) -> bytes:
    from .graph import prepared  # half a second to import, needed once a machine

    return bytes(prepared(model, signed_weights=signed_weights).SerializeToString())


def _keep(graph: bytes, ready: Path) -> None:
    """Write the changed graph; the file appears at once, so that two processes may do this together."""
    unfinished = ready.with_suffix(f".{os.getpid()}.unfinished")
    unfinished.write_bytes(graph)
    unfinished.replace(ready)


def _run_with(model: str | bytes, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _has_vnni() -> bool:
    """Whether this processor multiplies unsigned by signed bytes in one instruction."""
    try:
        return "vnni" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A thread that spins while it waits takes the core another sentence needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
