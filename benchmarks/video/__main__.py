"""``python -m benchmarks.video [name …] [--quick]``: measure, print a table, and write docs/benchmarks-video.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.video import composing, edits, merging, sizes

BENCHMARKS: running.Benchmarks = {
    "composing": composing.measure,
    "sizes": sizes.measure,
    "edits": edits.measure,
    "merging": merging.measure,
}

running.run(BENCHMARKS, program="python -m benchmarks.video", page="benchmarks-video.md", command="make bench-video")
