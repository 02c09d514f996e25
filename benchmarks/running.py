"""Running benchmarks by name: measure, print a table, and write a page of docs/."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping

from backend.settings import PROJECT
from benchmarks.bench import Bench
from benchmarks.figures import Section
from benchmarks.machine import describe_machine
from benchmarks.report import as_page, as_table

Benchmarks = Mapping[str, Callable[[Bench], Section]]


def run(benchmarks: Benchmarks, *, program: str, page: str, command: str) -> None:
    """Run what the command line asks for; only a whole run is written down.

    Args:
        benchmarks: all there are, by name.
        program: how this is called, for help.
        page: file in docs/.
        command: what a reader calls to have the page written.
    """
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(benchmarks)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="short scripts, one round: to see that all runs")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(benchmarks):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    machine = describe_machine()
    print(f"{machine}\n", flush=True)
    sections = _measure(benchmarks, asked.names or list(benchmarks), asked.quick)
    print(as_table(sections))
    if asked.quick or asked.names:
        return
    target = PROJECT / "docs" / page
    target.write_text(as_page(sections, machine, command), encoding="utf-8")
    print(f"\nWritten to {target.relative_to(PROJECT)}.")


def _measure(benchmarks: Benchmarks, names: list[str], quick: bool) -> list[Section]:
    sections = []
    with Bench(quick) as bench:
        for name in names:
            start = time.perf_counter()
            print(f"{name} …", end=" ", flush=True)
            sections.append(benchmarks[name](bench))
            print(f"{time.perf_counter() - start:.0f} s\n{as_table(sections[-1:])}\n", flush=True)
    return sections
