"""The figures as a table on the screen and as docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.figures import Figure, Section

_MARKS = {True: "met", False: "**MISSED**", None: "–"}


def as_table(sections: Sequence[Section]) -> str:
    """All figures, a line each, in columns."""
    heads = ("", "studio", "compared with", "figure", "target", "")
    rows = [heads, *(_cells(figure) for section in sections for figure in section.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_page(sections: Sequence[Section], machine: str, command: str) -> str:
    """A page of docs/, written by this command."""
    missed = [figure for section in sections for figure in section.figures if figure.met is False]
    held = [figure for section in sections for figure in section.figures if figure.met is not None]
    summary = f"{len(held) - len(missed)} of {len(held)} targets are met." + (
        f" Missed: {'; '.join(figure.name for figure in missed)}." if missed else ""
    )
    intro = f"""# Benchmarks

Written by `{command}`; every figure on this page is from that one run. The machine: {machine}.

Peers and the studio take turns (A B, B A, A B …) on the same machine, and medians are compared, because machines are
noisy. "CPU" is processor time of all processes involved. Everything is warm (models loaded, one run before the clock
starts) unless it says cold. {summary}
"""
    return "\n".join([intro, *(_section(section) for section in sections)])


def _section(section: Section) -> str:
    lines = [f"## {section.title}", "", section.how, ""]
    lines += ["| | studio | compared with | figure | target | |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(_cells(figure))} |" for figure in section.figures]
    lines += ["", *(f"{note}\n" for note in section.notes)]
    if section.others is not None:
        lines += [f"Meanwhile other programs had {section.others:.0%} of the processors.\n"]
    if section.shortfall and any(figure.met is False for figure in section.figures):
        lines += [f"**What falls short:** {section.shortfall}\n"]
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    return (figure.name, figure.ours, figure.other, figure.shown, figure.target, _MARKS[figure.met])
