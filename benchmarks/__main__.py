"""``python -m benchmarks [name …] [--quick]``: measure, print a table, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from backend.settings import PROJECT
from benchmarks import chain, edit, first_sentence, page, rendering, speech, word_times
from benchmarks.bench import Bench
from benchmarks.figures import Section
from benchmarks.machine import describe_machine
from benchmarks.report import as_page, as_table

BENCHMARKS: dict[str, Callable[[Bench], Section]] = {
    "page": page.measure,
    "speech": speech.measure,
    "word_times": word_times.measure,
    "first_sentence": first_sentence.measure,
    "edit": edit.measure,
    "rendering": rendering.measure,
    "chain": chain.measure,
}


def main() -> None:
    """Run what was asked for; only a whole run is written down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="short scripts, one round: to see that all runs")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    names = asked.names or list(BENCHMARKS)
    machine = describe_machine()
    print(f"{machine}\n", flush=True)
    sections = _run(names, asked.quick)
    print(as_table(sections))
    if asked.quick or asked.names:
        return
    target = PROJECT / "docs" / "benchmarks.md"
    target.write_text(as_page(sections, machine), encoding="utf-8")
    print(f"\nWritten to {target.relative_to(PROJECT)}.")


def _run(names: list[str], quick: bool) -> list[Section]:
    sections = []
    with Bench(quick) as bench:
        for name in names:
            start = time.perf_counter()
            print(f"{name} …", end=" ", flush=True)
            sections.append(BENCHMARKS[name](bench))
            print(f"{time.perf_counter() - start:.0f} s\n{as_table(sections[-1:])}\n", flush=True)
    return sections


main()
