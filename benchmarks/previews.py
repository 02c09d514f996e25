"""How long a look at captions takes: a still and a looping clip of every style, in an hour of captions."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from backend.captions import STYLES
from backend.settings import Settings
from backend.studio import Studio
from benchmarks.bench import Bench
from benchmarks.captions import WORDS, make
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, run_once

CLIP_SECONDS = 3.0
ROUNDS = 3
KINDS = ("still", "still over a picture", "clip")
HOW = f"""`preview_captions` on captions of an hour ({WORDS:,} words) in 1080x1920, for each of the styles, from the
call to the finished file and its link: a still over the studio's gradient, one over a picture of that size, and a
clip of {CLIP_SECONDS:.0f} s. Each is the median of {ROUNDS} looks at different moments, and the slowest style is held
against the target. First of a process: nothing was drawn or painted before. The frames are those that the render hands
to its encoder."""


def measure(bench: Bench) -> Section:
    """Seconds of the slowest style."""
    with Studio(Settings(home=bench.new_home("previews"), hub_offline=True)) as studio:
        picture = str(studio.upload(bench.picture, "picture.png")["file_id"])
        styles = list(STYLES)[: 2 if bench.quick else None]
        first = _make(studio, styles[0], bench)
        cold = run_once(lambda: _look(studio, first, 60.0))
        looks = {style: _looks(studio, _make(studio, style, bench), picture, bench) for style in styles}
    figures = (
        *(_slowest(kind, looks, most=3.0 if kind == "clip" else 1.0) for kind in KINDS),
        Figure("first still of a process", f"{cold.wall:.2f} s", "", cold.wall, "s"),
    )
    others = disturbance({style: [sample] for style, sample in looks.items()})
    return Section("Previews of captions", HOW, figures, notes=(_notes(looks),), others=others)


def _looks(studio: Studio, captions: str, picture: str, bench: Bench) -> Sample:
    """A sample whose answer is the median seconds of each kind."""
    moments = _moments()
    ways: dict[str, dict[str, Any]] = dict(
        zip(KINDS, ({}, {"background": picture}, {"seconds": CLIP_SECONDS}), strict=True)
    )
    _look(studio, captions, next(moments), background=picture)

    def seconds(options: dict[str, Any]) -> float:
        start = time.perf_counter()
        _look(studio, captions, next(moments), **options)
        return time.perf_counter() - start

    def look() -> dict[str, float]:
        rounds = bench.rounds(ROUNDS)
        return {kind: median(seconds(options) for _ in range(rounds)) for kind, options in ways.items()}

    return run_once(look)


def _make(studio: Studio, style: str, bench: Bench) -> str:
    return str(make(studio, style, WORDS // 20 if bench.quick else WORDS)["captions_id"])


def _moments() -> Iterator[float]:
    """Moments all over the time, never the same twice."""
    return (30.0 + 7.31 * number for number in itertools.count())


def _look(studio: Studio, captions: str, moment: float, **options: Any) -> object:
    return studio.call("preview_captions", {"captions_id": captions, "time": moment, **options})


def _slowest(kind: str, looks: dict[str, Sample], most: float) -> Figure:
    took = {style: float(sample.answer[kind]) for style, sample in looks.items()}
    style = max(took, key=lambda each: took[each])
    middle = f"{median(took.values()):.2f} s (middle style)"
    return Figure(f"{kind}, slowest style", f"{took[style]:.2f} s ({style})", middle, took[style], "s", most=most)


def _notes(looks: dict[str, Sample]) -> str:
    each = (
        f"{style} {' / '.join(f'{seconds:.2f}' for seconds in sample.answer.values())}"
        for style, sample in looks.items()
    )
    return f"Seconds of {' / '.join(KINDS)}: {', '.join(each)}."
