"""What all proofs share: their size, and the lines they leave."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.proofs.records import Record, write
from tests.proofs.report import write_page
from tests.proofs.scale import Scale


@pytest.fixture(scope="session")
def scale(pytestconfig: pytest.Config) -> Scale:
    """Short, or in full: ``scale(short=200, full=10_000)``."""
    return Scale(full=bool(pytestconfig.getoption("--prove")))


class Lines:
    """Collects the reports of proofs; at the end of a full run they become lines and the page."""

    def __init__(self) -> None:
        self._reports: defaultdict[str, list[pytest.TestReport]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep it, whichever process ran it."""
        if report.nodeid.startswith("tests/proofs/"):
            self._reports[report.nodeid].append(report)

    def pytest_sessionfinish(self) -> None:
        """Write lines and page."""
        write(Record.of(reports) for reports in self._reports.values())
        write_page()


def pytest_configure(config: pytest.Config) -> None:
    """Lines are written by the process that hears of all."""
    if config.getoption("--prove") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Lines())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that stands here is a proof. `make prove` gives each core one file after the other, unless a proof says that
    it shares nothing with the rest of its file."""
    for item in items:
        if item.nodeid.startswith("tests/proofs/"):
            item.add_marker("proof")
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0].removesuffix(".py")))
