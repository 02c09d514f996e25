"""docs/reliability.md, from the lines that the last full run of each part wrote. ``python -m tests.proofs.report``."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from tests.proofs.records import FOLDER, Record, read

PAGE = FOLDER.with_suffix(".md")
ORDER = ("media", "text", "kills", "load", "disk", "storage", "outages", "security", "marks", "upkeep")
"""As people would ask."""
_INTRO = """# Reliability

What was tried against the studio, how often, and what came of it. Written by `make prove`, from the lines that each
check leaves in [docs/reliability/](reliability/): {passed:,} of {checks:,} checks hold. The machine: 2 cores, no card.
A part alone: `make prove-media`; a short form of every check runs in `make test`.
"""


def as_page(parts: Mapping[str, Sequence[Record]]) -> str:
    """The whole page."""
    records = [record for part in ORDER for record in parts.get(part, ())]
    passed = sum(record.status == "passed" for record in records)
    sections = [_section(part, parts[part]) for part in ORDER if parts.get(part)]
    return "\n".join([_INTRO.format(passed=passed, checks=len(records)), *sections])


def _section(part: str, records: Sequence[Record]) -> str:
    title, _, how = (importlib.import_module(f"tests.proofs.{part}").__doc__ or "").partition("\n\n")
    lines = [f"## {title.strip().removesuffix('.')}", "", how.strip(), ""]
    lines += ["| what holds | figures | seconds | |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *map(_row, records), ""])


def _row(record: Record) -> str:
    case = f" ({record.args})" if record.args else ""
    figures = " · ".join(f"{name} {_shown(value)}" for name, value in record.figures.items())
    end = "holds" if record.status == "passed" else f"**{record.status}**: {record.error}"
    return f"| {_escaped(record.name + case)} | {_escaped(figures)} | {record.duration:,.0f} | {_escaped(end)} |"


def _shown(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def write_page() -> None:
    """Write docs/reliability.md from what lies in docs/reliability/."""
    PAGE.write_text(as_page(read()), "utf-8")


if __name__ == "__main__":
    write_page()
