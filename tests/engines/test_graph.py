"""The changed graph says what the untouched one says, and how long each sound takes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
from numpy.typing import NDArray

from backend.engines.kokoro import graph, onnx_model

PHONEMES = "həlˈO, wˈɜɹld."
Inputs = dict[str, NDArray[np.generic]]


@pytest.fixture(scope="module")
def inputs(models_folder: Path) -> Inputs:
    vocabulary = json.loads(Path(graph.__file__).with_name("vocabulary.json").read_text("utf-8"))
    tokens = [vocabulary[symbol] for symbol in PHONEMES]
    styles = np.fromfile(models_folder / "kokoro" / "voices" / "af_heart.bin", "<f4").reshape(510, 1, 256)
    return {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": styles[len(tokens)],
        "speed": np.array([1.0], np.float32),
    }


def run(model: bytes | str, inputs: Inputs, *outputs: str) -> list[NDArray[np.generic]]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return [output.reshape(-1) for output in session.run(outputs, inputs)]


def spectrum(sound: NDArray[np.generic]) -> NDArray[np.float64]:
    """Level in dB at each frequency, over all moments."""
    windows = np.lib.stride_tricks.sliding_window_view(sound.astype(float), 512)[::128] * np.hanning(512)
    return np.asarray(10 * np.log10((np.abs(np.fft.rfft(windows)) ** 2).mean(axis=0)))


@pytest.fixture(scope="module")
def untouched(models_folder: Path, inputs: Inputs) -> NDArray[np.generic]:
    return run(str(models_folder / "kokoro" / onnx_model.MODEL), inputs, "audio")[0]


@pytest.mark.parametrize("signed_weights", [False, True])
def test_the_changed_graph_sounds_like_the_untouched_one(
    models_folder: Path, inputs: Inputs, untouched: NDArray[np.generic], signed_weights: bool
) -> None:
    changed = graph.prepared(models_folder / "kokoro" / onnx_model.MODEL, signed_weights=signed_weights)
    sound, lengths = run(changed.SerializeToString(), inputs, "audio", graph.LENGTHS)
    assert len(lengths) == len(PHONEMES) + 2
    assert int(lengths.sum()) * 600 == len(sound) == len(untouched)
    # Phases differ by chance, as they do from run to run of the original model; what is heard does not.
    assert float(np.abs(spectrum(sound) - spectrum(untouched)).mean()) < 1.0


def test_only_convolutions_that_change_the_length_are_left(models_folder: Path) -> None:
    changed = graph.prepared(models_folder / "kokoro" / onnx_model.MODEL, signed_weights=True)
    kinds = [node.op_type for node in changed.graph.node]
    assert kinds.count("ConvInteger") == 3
    assert kinds.count("MatMulIntegerToFloat") == 84
    assert "STFT" not in kinds
