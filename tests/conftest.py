"""What all tests share."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest


@pytest.fixture
def started_here() -> Callable[[], list[psutil.Process]]:
    """The child processes that live now and did not when the test began (engines of other tests may)."""
    before = set(psutil.Process().children(recursive=True))

    def started() -> list[psutil.Process]:
        return [child for child in psutil.Process().children(recursive=True) if child not in before and is_alive(child)]

    return started


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
