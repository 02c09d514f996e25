"""docs/reliability.md says what the lines say, and the lines are of checks that are there."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from tests.proofs.records import FOLDER, Record, read, write
from tests.proofs.report import ORDER, PAGE, as_page

When = Literal["setup", "call", "teardown"]
Outcome = Literal["passed", "failed"]
LINE = Record(
    "media", "no file ends it", "media/test_files.py::test_no_file_ends_it", "mp4", 1.5, "passed", "", {"files": 10_000}
)


def test_the_page_is_what_the_lines_say() -> None:
    assert PAGE.read_text("utf-8") == as_page(read())


def test_every_line_is_of_a_check_that_is_there() -> None:
    for part, records in read().items():
        assert part in ORDER
        for record in records:
            file, _, function = record.function.partition("::")
            assert f"def {function}(" in (Path(__file__).parent / "proofs" / file).read_text("utf-8"), record.function


def test_a_run_replaces_the_lines_of_the_checks_it_ran_and_no_others(tmp_path: Path) -> None:
    other = Record(**{**vars(LINE), "args": "mkv"})
    write([LINE, other], tmp_path)
    again = Record(**{**vars(LINE), "status": "failed", "error": "it ended"})
    write([again], tmp_path)
    assert read(tmp_path) == {"media": [other, again]}


def test_a_check_that_failed_is_seen_on_the_page() -> None:
    page = as_page({"media": [LINE, Record(**{**vars(LINE), "status": "failed", "error": "ended | it"})]})
    assert "1 of 2 checks hold" in page
    assert "| no file ends it (mp4) | files 10,000 | 2 | holds |" in page and "**failed**: ended \\| it" in page


@pytest.mark.parametrize("outcome", ["passed", "failed"])
def test_a_line_is_made_of_all_that_was_reported(outcome: Outcome) -> None:
    def report(when: When, outcome: Outcome, words: str = "") -> pytest.TestReport:
        node = "tests/proofs/media/test_files.py::test_no_file_ends_it[mp4]"
        return pytest.TestReport(
            node, ("", 0, ""), {}, outcome, words or None, when, duration=0.5, user_properties=[("files", 10_000)]
        )

    error = "E   it ended\n" if outcome == "failed" else ""
    record = Record.of([report("setup", "passed"), report("call", outcome, error), report("teardown", "passed")])
    assert record == Record(**{**vars(LINE), "status": outcome, "error": "it ended" if error else ""})


@pytest.mark.parametrize("case", ["", "[mp4]", "[a@b]"])
def test_a_line_does_not_tell_which_process_ran_the_check(case: str) -> None:
    node = f"tests/proofs/media/test_files.py::test_no_file_ends_it{case}"
    one, other = (
        Record.of([pytest.TestReport(name, ("", 0, ""), {}, "passed", None, "call", duration=0.5)])
        for name in (node, f"{node}@tests/proofs/media/test_files")
    )
    assert one == other and one.args == case.strip("[]")


def test_lines_lie_where_the_page_says() -> None:
    assert PAGE.parent == FOLDER.parent and f"({FOLDER.name}/)" in as_page({})
