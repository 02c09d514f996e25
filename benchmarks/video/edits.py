"""A video of a minute rendered again after one word of its captions was changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import disturbance, in_turn, middle_cpu, middle_wall
from benchmarks.video.material import STYLE, material

HOW = """The one-minute script over a moving clip with captions, in 1080x1920. Whole: `generate_captioned_video` where
nothing of it was rendered before. Changed: the same call after `update_captions` has put another word into one caption
in the middle. From the call to the finished, checked video."""


def measure(bench: Bench) -> Section:
    """Time of the whole over that of the change."""
    made = material(bench, whole=True)
    studio, narration = bench.studio, made.narration["narration_id"]
    captions = studio.call("make_captions", {"source": narration, "style": STYLE, "size": "1080x1920"})
    names = itertools.count()

    def render() -> object:
        asked = {"narration_id": narration, "captions_id": captions["captions_id"], "background": made.clip_id}
        return studio.call("generate_captioned_video", asked)

    def whole() -> object:
        bench.forget_renders()
        return render()

    def changed() -> object:
        cues = [dict(cue) for cue in captions["cues"]]
        middle = len(cues) // 2
        cues[middle]["text"] = f"changed {next(names)}"
        studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": cues})
        return render()

    render()
    ways: dict[str, Callable[[], object]] = {"whole": whole, "changed": changed}
    samples = in_turn(ways, bench.rounds(3))
    one, other = middle_wall(samples["changed"]), middle_wall(samples["whole"])
    cpu = f"{middle_cpu(samples['changed']):.1f} to {middle_cpu(samples['whole']):.1f} CPU s"
    figure = Figure(
        "one word changed, faster by", f"{one:.2f} s", f"{other:.2f} s (whole; {cpu})", other / one, "×", least=10.0
    )
    return Section("One word changed", HOW, (figure,), others=disturbance(samples))
