"""``python -m benchmarks.load [--quick]``: measure, print a table, and write docs/benchmarks-load.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.load import crowd

BENCHMARKS: running.Benchmarks = {"crowd": crowd.measure}

running.run(BENCHMARKS, program="python -m benchmarks.load", page="benchmarks-load.md", command="make bench-load")
