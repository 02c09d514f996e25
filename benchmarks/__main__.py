"""``python -m benchmarks [name …] [--quick]``: measure, print a table, and write docs/benchmarks.md."""

from __future__ import annotations

from benchmarks import (
    captions,
    chain,
    doors,
    edit,
    first_sentence,
    page,
    previews,
    rendering,
    running,
    speech,
    word_times,
)

BENCHMARKS: running.Benchmarks = {
    "page": page.measure,
    "speech": speech.measure,
    "word_times": word_times.measure,
    "first_sentence": first_sentence.measure,
    "doors": doors.measure,
    "edit": edit.measure,
    "captions": captions.measure,
    "preview": previews.measure,
    "rendering": rendering.measure,
    "chain": chain.measure,
}

running.run(BENCHMARKS, program="python -m benchmarks", page="benchmarks.md", command="make bench")
