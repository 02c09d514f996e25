"""What exact word times cost: the graph that also answers token lengths, against the same graph as it came."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]

from backend.engines.kokoro.engine import LENGTHS, MODEL, Engine
from backend.engines.kokoro.pieces import tokens_of, word_spans
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section

SENTENCE = "The fog came up."
HOW = f"""One short sentence ("{SENTENCE}") through onnxruntime on one thread, over and over. Ours: the engine's own
session, whose graph answers the tokens' lengths beside the sound, and turning these into word times. The other: the
same file, untouched, in a session with the same settings, sound only. They take turns; each pair gives one ratio of
processor time, and the median of all pairs is held against the target."""


def measure(bench: Bench) -> Section:
    """The share by which word times lengthen synthesis."""
    models = bench.weights / "kokoro"
    engine = Engine()
    engine.load(str(models), {"threads": 1}, lambda *_: None)
    ours, theirs = _ways(engine, _plain_session(models / MODEL))
    for way in (ours, theirs):
        way()
    pairs = [_pair(ours, theirs, number) for number in range(bench.rounds(100))]
    ratios = [(mine / other - 1) * 100 for mine, other in pairs]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
    figure = Figure(
        "word times, added to synthesis",
        f"{median(mine for mine, _ in pairs) * 1000:.1f} CPU ms",
        f"{median(other for _, other in pairs) * 1000:.1f} CPU ms (without)",
        median(ratios),
        "%",
        most=1.0,
    )
    note = f"{len(pairs)} pairs; the middle half of them lies between {low:+.1f} % and {high:+.1f} %."
    return Section("Word times", HOW, (figure,), notes=(note,))


def _ways(engine: Engine, plain: Any) -> tuple[Callable[[], object], Callable[[], object]]:
    """Synthesis with word times, and without."""
    words = [(SENTENCE.index(word), SENTENCE.index(word) + len(word)) for word in SENTENCE.split()]
    tokens = tokens_of(engine._phonemizer("en-us").pieces(SENTENCE, []), words, engine._vocabulary)
    inputs = {
        "tokens": np.array([[0, *(token.number for token in tokens), 0]], np.int64),
        "style": engine._voice(VOICE)[len(tokens)],
        "speed": np.array([1.0], np.float32),
    }

    def ours() -> object:
        sound, lengths = engine._session.run(["audio", LENGTHS], inputs)
        return sound, word_spans([(tokens, [int(length) for length in lengths.reshape(-1)])], len(words))

    return ours, lambda: plain.run(["audio"], inputs)


def _plain_session(model: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _pair(ours: Callable[[], object], theirs: Callable[[], object], number: int) -> tuple[float, float]:
    """Processor seconds of both, the first to go changing from pair to pair."""
    if number % 2:
        other, mine = _seconds(theirs), _seconds(ours)
    else:
        mine, other = _seconds(ours), _seconds(theirs)
    return mine, other


def _seconds(way: Callable[[], object]) -> float:
    start = time.thread_time()
    way()
    return time.thread_time() - start
