"""``python -m benchmarks.timing [name …] [--quick]``: measure, print a table, and write docs/benchmarks-timing.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.timing import hour, speed, words

BENCHMARKS: running.Benchmarks = {"words": words.measure, "speed": speed.measure, "hour": hour.measure}

running.run(BENCHMARKS, program="python -m benchmarks.timing", page="benchmarks-timing.md", command="make bench-timing")
