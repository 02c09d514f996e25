"""``python -m benchmarks.s3 [--quick]``: measure, print a table, and write docs/benchmarks-s3.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.s3 import both_ways

BENCHMARKS: running.Benchmarks = {"both_ways": both_ways.measure}

running.run(BENCHMARKS, program="python -m benchmarks.s3", page="benchmarks-s3.md", command="make bench-s3")
