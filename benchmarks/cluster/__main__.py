"""``python -m benchmarks.cluster [--quick]``: measure, print a table, and write docs/benchmarks-cluster.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.cluster import batch

BENCHMARKS: running.Benchmarks = {"batch": batch.measure}

running.run(
    BENCHMARKS, program="python -m benchmarks.cluster", page="benchmarks-cluster.md", command="make bench-cluster"
)
