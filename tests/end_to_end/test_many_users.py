"""Many people use one studio at once: everyone gets what they asked for. How fast: ``make bench-load``."""

from __future__ import annotations

from benchmarks.load.users import work


def test_twenty_users_at_once_lose_nothing(served: str) -> None:
    told = work(served, users=20, jobs=2, pause=0.0)
    assert told["errors"] == [] and told["finished"] == len(told["accepted"]) == 40
