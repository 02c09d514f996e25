"""Three sizes in one job beside three jobs of one size each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import disturbance, in_turn, middle_cpu, middle_wall
from benchmarks.video.material import STYLE, Material, material

SIZES = ("1080x1920", "1080x1080", "1920x1080")
HOW = f"""The same twenty seconds over the same moving clip as {", ".join(SIZES)}: one `generate_captioned_video` with
three sizes beside three of them, a size each; nothing is kept from one to the next. Captions are cut for each size."""


def measure(bench: Bench) -> Section:
    """One job's time over that of three."""
    made = material(bench)

    def three() -> None:
        for size in SIZES:
            _make(bench, made, [size])

    ways: dict[str, Callable[[], object]] = {"one": partial(_make, bench, made, SIZES), "three": three}
    samples = in_turn(ways, bench.rounds(3))
    one, three_jobs = (middle_wall(samples[name]) for name in ("one", "three"))
    cpu = f"{middle_cpu(samples['one']):.1f} to {middle_cpu(samples['three']):.1f} CPU s"
    figure = Figure(
        "three sizes in one job",
        f"{one:.1f} s",
        f"{three_jobs:.1f} s (three jobs; {cpu})",
        one / three_jobs,
        "×",
        most=0.8,
    )
    return Section("Three sizes", HOW, (figure,), others=disturbance(samples))


def _make(bench: Bench, made: Material, sizes: Sequence[str]) -> None:
    bench.forget_renders()
    request = {"background": made.clip_id, "captions_style": STYLE, "sizes": list(sizes)}
    bench.studio.call("generate_captioned_video", {"narration_id": made.narration["narration_id"], **request})
