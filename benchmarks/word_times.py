"""What exact word times cost: the engine's graph, which also answers token lengths, against the same without them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from backend.engines.kokoro.engine import Engine
from backend.engines.kokoro.graph import prepared
from backend.engines.kokoro.onnx_model import LENGTHS, MODEL, OnnxModel, _has_vnni
from backend.engines.kokoro.pieces import tokens_of, word_spans
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section

ROUNDS = 5
SENTENCE = "The fog came up."
HOW = f"""One short sentence ("{SENTENCE}") through onnxruntime on one thread, over and over, in turn; processor time.
Ours: the engine's own session, which answers the tokens' lengths beside the sound, and turning these into word times.
Without: the same graph with that output taken out, sound only. Untouched: the model file as it was published. Each
round gives one ratio, and the median of all rounds is held against the target. Every {ROUNDS} rounds all three sessions
are made anew: where a session's weights happen to lie in memory makes it some percent faster or slower."""

Way = Callable[[], object]


def measure(bench: Bench) -> Section:
    """The share by which word times lengthen synthesis."""
    rounds = [
        seconds
        for _ in range(bench.rounds(12))
        for seconds in _rounds(_ways(bench.weights / "kokoro"), bench.rounds(ROUNDS))
    ]
    ours, without, untouched = (median(seconds) * 1000 for seconds in zip(*rounds, strict=True))
    added = [(mine / other - 1) * 100 for mine, other, _ in rounds]
    low, _, high = quantiles(added, n=4) if len(added) > 1 else [added[0]] * 3
    figures = (
        Figure(
            "word times, added to synthesis",
            f"{ours:.1f} CPU ms",
            f"{without:.1f} CPU ms (without)",
            median(added),
            "%",
            most=1.0,
        ),
        Figure(
            "synthesis, faster than the untouched graph by",
            f"{ours:.1f} CPU ms",
            f"{untouched:.1f} CPU ms (untouched)",
            median(plain / mine for mine, _, plain in rounds),
            "×",
        ),
    )
    note = f"{len(rounds)} rounds; in the middle half of them word times add {low:+.1f} % to {high:+.1f} %."
    return Section("Word times", HOW, figures, notes=(note,))


def _ways(models: Path) -> tuple[Way, Way, Way]:
    """Synthesis with word times, without, and with the published graph."""
    engine = Engine()
    engine.load(str(models), {"threads": 1}, lambda *_: None)
    session = OnnxModel(models, {"threads": 1})._session
    words = [(SENTENCE.index(word), SENTENCE.index(word) + len(word)) for word in SENTENCE.split()]
    tokens = tokens_of(engine._phonemizer("en-us").pieces(SENTENCE, []), words, engine._vocabulary)
    inputs = {
        "tokens": np.array([[0, *(token.number for token in tokens), 0]], np.int64),
        "style": engine._styles.of(VOICE)[len(tokens)],
        "speed": np.array([1.0], np.float32),
    }
    silent, untouched = _session(_without_lengths(models / MODEL)), _session(str(models / MODEL))

    def ours() -> object:
        sound, lengths = session.run(["audio", LENGTHS], inputs)
        return sound, word_spans([(tokens, [int(length) for length in lengths.reshape(-1)])], len(words))

    return ours, lambda: silent.run(["audio"], inputs), lambda: untouched.run(["audio"], inputs)


def _without_lengths(model: Path) -> bytes:
    graph = prepared(model, signed_weights=_has_vnni())
    kept = [output for output in graph.graph.output if output.name != LENGTHS]
    del graph.graph.output[:]
    graph.graph.output.extend(kept)
    return bytes(graph.SerializeToString())


def _session(model: str | bytes) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _rounds(ways: Sequence[Way], count: int) -> list[tuple[float, ...]]:
    """Processor seconds of each way in each round, the first to go changing; a first round warms up."""
    rounds = []
    for number in range(count + 1):
        order = [(place + number) % len(ways) for place in range(len(ways))]
        seconds = {place: _seconds(ways[place]) for place in order}
        rounds.append(tuple(seconds[place] for place in range(len(ways))))
    return rounds[1:]


def _seconds(way: Way) -> float:
    start = time.thread_time()
    way()
    return time.thread_time() - start
