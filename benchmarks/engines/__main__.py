"""``python -m benchmarks.engines [name …] [--quick]``: measure, print a table, and write docs/benchmarks-engines.md."""

from __future__ import annotations

from benchmarks import running
from benchmarks.engines import ends, environments, heard_back, sentence, studio_memory

BENCHMARKS: running.Benchmarks = {
    "environments": environments.measure,
    "studio_memory": studio_memory.measure,
    "sentence": sentence.measure,
    "heard_back": heard_back.measure,
    "ends": ends.measure,
}

running.run(
    BENCHMARKS, program="python -m benchmarks.engines", page="benchmarks-engines.md", command="make bench-engines"
)
