"""F5: what the studio's engine adds to a sentence."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

from backend.engines.environments import CODE
from backend.settings import PROJECT
from benchmarks.bench import Bench
from benchmarks.engines.tiny import middling
from benchmarks.figures import Figure, Section
from tests.engines.real import environment, make_reference

HOW = """One sentence after a reference of three seconds, over and over, in one process, in turn, with one model and
one vocoder (thirty million random numbers, a tenth of the published F5-TTS), 16 steps, one thread. Ours: the engine's
answer to the studio, with the kept reference, progress and a look at Stop at each step, **and Perth's watermark,
which upstream does not have**. Theirs: `infer_batch_process`, which is upstream's `infer_process` without reading the
file; it makes the spectrogram of the reference at each call. Both say the same text over the same number of frames.
Each round gives one ratio of processor time, and the median of all rounds is held against the target."""
TEXT = "Some call me nature, others call me mother nature."


_FRAME = 320
"""Samples up to which the watermark rounds a length."""


def measure(bench: Bench) -> Section:
    """The ratio."""
    told = _told(bench)
    ours, theirs = told["ours"], told["theirs"]
    if abs(ours["samples"] - theirs["samples"]) > _FRAME:
        raise SystemExit(f"They did not say the same: {ours['samples']} and {theirs['samples']} samples.")
    ratio = {
        kind: median(mine / other for mine, other in zip(ours[kind], theirs[kind], strict=True))
        for kind in ("cpu", "wall")
    }
    figures = (
        Figure(
            "F5, a sentence with a kept reference",
            f"{median(ours['cpu']):.2f} CPU s",
            f"{median(theirs['cpu']):.2f} CPU s (upstream's call)",
            ratio["cpu"],
            "×",
            most=1.05,
        ),
        Figure(
            "the same on the clock",
            f"{median(ours['wall']):.2f} s",
            f"{median(theirs['wall']):.2f} s (upstream's call)",
            ratio["wall"],
            "×",
        ),
    )
    return Section("F5, one sentence", HOW, figures, notes=(f"{len(ours['cpu'])} rounds.",))


def _told(bench: Bench) -> dict[str, Any]:
    reference = make_reference(bench.folder / "reference.wav", TEXT, seconds=3.0)
    arguments: tuple[Path | str | int, ...] = (
        PROJECT / "benchmarks" / "peers" / "f5_sentence.py",
        *(CODE / "f5", middling(bench), reference.path, TEXT, bench.rounds(5), 16),
    )
    command = ["/usr/bin/env", "OMP_NUM_THREADS=1", str(environment("f5").python("f5")), "-I", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
