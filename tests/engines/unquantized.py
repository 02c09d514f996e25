"""The real Kokoro's numbers out of its int8 graph, under the names that the published model has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, numpy_helper

Numbers = NDArray[Any]
_PREDICTOR = re.compile(r"(F0|N)[._]|shared")
_PLAIN = re.compile(r"\.(bias|gamma|beta|alpha[12]\.\d)$|(LayerNorm|layer_norm)\.weight$")
_QUANTIZED = "_quantized"


def parameters_of(model: Path) -> dict[str, Numbers]:
    """All parameters that take part in speaking, in single precision."""
    graph = onnx.load(str(model)).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found = {
        name.removeprefix("encoder.").replace("decoder.decoder.", "decoder."): value
        for name, value in constants.items()
        if _PLAIN.search(name)
    }
    for node in graph.node:
        for name, value in _weights(node, constants):
            found.setdefault(f"{_module(node)}.{name}", value)
    return found


def _weights(node: NodeProto, constants: dict[str, Numbers]) -> Iterator[tuple[str, Numbers]]:
    """The weights in one operation, by their names in its module."""
    kind, given = node.op_type, node.input
    if "/istft/" in node.name:
        return
    if kind in ("ConvInteger", "Conv", "ConvTranspose") and given[1] in constants:
        yield "weight", _unquantized(given[1], constants, given[3] if kind == "ConvInteger" else "")
    elif kind in ("MatMulInteger", "MatMul") and given[1] in constants:
        yield "weight", _unquantized(given[1], constants, given[3] if kind == "MatMulInteger" else "").T
    elif kind == "Gather" and given[0].endswith(f".weight{_QUANTIZED}"):
        yield "weight", _unquantized(given[0], constants, "")
    elif kind == "DynamicQuantizeLSTM":
        for direction, suffix in enumerate(("", "_reverse")):
            for name, weights, zero in (("weight_ih_l0", given[1], given[9]), ("weight_hh_l0", given[2], given[11])):
                scale = constants[weights.removesuffix(_QUANTIZED) + "_scale"][direction]
                shift = np.broadcast_to(constants[zero], 2)[direction]
                yield name + suffix, _gates((constants[weights][direction].astype(np.float32) - shift).T * scale)
            biases = np.split(constants[given[3]][direction], 2)
            yield from zip((f"bias_ih_l0{suffix}", f"bias_hh_l0{suffix}"), map(_gates, biases), strict=True)


def _unquantized(name: str, constants: dict[str, Numbers], zero: str) -> Numbers:
    if not name.endswith(_QUANTIZED):
        return constants[name]
    start = name.removesuffix(_QUANTIZED)
    shift = constants.get(zero or f"{start}_zero_point", np.zeros((), np.int8))
    return np.asarray((constants[name].astype(np.float32) - shift) * constants[f"{start}_scale"], np.float32)


def _gates(rows: Numbers) -> Numbers:
    """From the graph's order of gates (input, output, forget, cell) to torch's."""
    entry, leaving, forget, cell = np.split(rows, 4)
    return np.concatenate([entry, forget, cell, leaving])


def _module(node: NodeProto) -> str:
    """The module of the published model that an operation comes from: the path in its name, without repetitions."""
    parts = node.name.strip("/").split("/")[:-1]
    if parts[0] == "encoder":
        path = ["predictor"] if _PREDICTOR.match(parts[1]) else []
        rest = parts[1:]
    else:
        path, rest = ["decoder"], parts[2:]
    for part in rest:
        if path and part.split(".")[0] == path[-1].split(".")[0]:
            path.pop()
        path.append(part)
    return ".".join(path)
