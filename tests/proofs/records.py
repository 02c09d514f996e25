"""One JSON line a check, as its run wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import pytest

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "reliability"
"""The lines of each part's last full run."""
Status = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True)
class Record:
    """What one check of a run came to."""

    part: str
    """The folder under ``tests/proofs``."""
    name: str
    """What holds, as a sentence."""
    function: str
    """Where it stands: ``media/test_mutated.py::test_…``."""
    args: str
    """Which case of it; empty where there is one only."""
    duration: float
    """Seconds, with what had to be set up and taken down."""
    status: Status
    error: str
    """The last line of what went wrong, or why it was skipped; else empty."""
    figures: dict[str, str | int | float]
    """What was counted or measured, by what it is."""

    @classmethod
    def of(cls, reports: list[pytest.TestReport]) -> Record:
        """From the reports of a test's set-up, call and end."""
        place, _, case = _without_group(reports[0].nodeid).partition("[")
        file, _, function = place.removeprefix("tests/proofs/").partition("::")
        status = _status(reports)
        return cls(
            part=file.split("/")[0],
            name=function.removeprefix("test_").replace("_", " "),
            function=f"{file}::{function}",
            args=case.removesuffix("]"),
            duration=round(sum(report.duration for report in reports), 1),
            status=status,
            error="" if status == "passed" else _error(reports),
            figures={str(name): _figure(value) for name, value in reports[-1].user_properties},
        )


def write(records: Iterable[Record], folder: Path = FOLDER) -> None:
    """Put each in the place of the line of the same check, or beside the others of its part."""
    parts = read(folder)
    for record in records:
        others = [
            line for line in parts.get(record.part, []) if (line.function, line.args) != (record.function, record.args)
        ]
        parts[record.part] = [*others, record]
    for part, lines in parts.items():
        ordered = sorted(lines, key=lambda line: (line.function, line.args))
        text = "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in ordered)
        (folder / f"{part}.jsonl").write_text(text, "utf-8")


def read(folder: Path = FOLDER) -> dict[str, list[Record]]:
    """All lines there are, by part."""
    files = {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.jsonl"))}
    return {part: [Record(**json.loads(line)) for line in text.splitlines()] for part, text in files.items()}


def _without_group(nodeid: str) -> str:
    """As it is without pytest-xdist, which adds ``@GROUP`` where it gives tests to processes by group."""
    head, bracket, _ = nodeid.rpartition("]")
    return head + bracket or nodeid.partition("@")[0]


def _status(reports: list[pytest.TestReport]) -> Status:
    outcomes = {report.outcome for report in reports}
    return "failed" if "failed" in outcomes else "skipped" if "skipped" in outcomes else "passed"


def _error(reports: list[pytest.TestReport]) -> str:
    report = next(report for report in reports if report.outcome != "passed")
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    lines = [line for line in report.longreprtext.splitlines() if line.startswith("E ")]
    return lines[0].removeprefix("E ").strip()[:200] if lines else report.outcome


def _figure(value: object) -> str | int | float:
    return value if isinstance(value, int | float) else str(value)
