"""What it takes to change one sentence of a narration."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from benchmarks.bench import Bench, speak
from benchmarks.figures import Figure, Section
from benchmarks.measure import disturbance, in_turn, middle_cpu, middle_wall

HOW = """A narration of twenty sentences. All: `generate_speech` with no takes there beforehand. Edit: one sentence gets
new text of its length through `regenerate_sentence`; the other takes are there. Both as jobs, to the finished WAV and
its five timing files."""
NAMES = ("Marta", "Hanna", "Clara", "Greta", "Paula", "Rosa", "Ines", "Lena")


def measure(bench: Bench) -> Section:
    """The share of an edit in speaking all."""
    made: list[dict[str, Any]] = []
    samples = in_turn({"all": _speaking(bench, made), "edit": _editing(bench, made)}, bench.rounds(3))
    edit, everything = middle_wall(samples["edit"]), middle_wall(samples["all"])
    share = edit / everything * 100
    cpu = (middle_cpu(samples["edit"]), middle_cpu(samples["all"]))
    figures = (
        Figure("one sentence of twenty edited", f"{edit:.2f} s", f"{everything:.2f} s (all)", share, "%", most=15.0),
        Figure(
            "one sentence edited, processor time",
            f"{cpu[0]:.2f} CPU s",
            f"{cpu[1]:.2f} CPU s (all)",
            cpu[0] / cpu[1] * 100,
            "%",
        ),
    )
    return Section("Editing", HOW, figures, others=disturbance(samples))


def _speaking(bench: Bench, made: list[dict[str, Any]]) -> Callable[[], object]:
    script = bench.script("twenty_sentences")

    def everything() -> object:
        bench.forget_takes()
        made.append(speak(bench.studio, script))
        return made[-1]["narration_id"]

    return everything


def _editing(bench: Bench, made: list[dict[str, Any]]) -> Callable[[], object]:
    script = bench.script("twenty_sentences")
    made.append(speak(bench.studio, script))
    names = itertools.cycle(NAMES)

    def edit() -> object:
        index = len(made[-1]["sentences"]) // 2
        text = f"{next(names)} keeps one back for him today."
        request = {"narration_id": made[-1]["narration_id"], "index": index, "text": text}
        return bench.studio.call("regenerate_sentence", request)["version"]

    return edit
