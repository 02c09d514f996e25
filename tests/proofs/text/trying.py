"""Examples by Hypothesis in the number that a proof asks for, the same ones at each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.proofs.scale import Scale

SEED = 20261123
EXAMPLES = {
    "cleaned": 8_000,
    "parsed": 12_000,
    "said": 8_000,
    "cut into sentences": 6_000,
    "matched": 3_000,
    "round trips": 4_000,
    "narrations": 100,
    "written words": 3_000,
    "written captions": 2_000,
    "read files": 12_000,
    "styles": 2_000,
    "edits": 3_000,
    "names": 12_000,
    "keys": 12_000,
    "links": 6_000,
    "recipes": 6_000,
    "zips": 3_000,
    "requests": 8_000,
    "calls over HTTP": 400,
    "calls by OpenAI's routes": 600,
    "calls over MCP": 400,
    "calls by RunPod": 400,
    "calls by the command line": 60,
}
"""How many are tried in full of each kind."""
_SHORT = 100
"""One of so many is tried in the short form."""
_LEAST = 10
T = TypeVar("T")


def try_all(kind: str, scale: Scale, strategy: st.SearchStrategy[T], check: Callable[[T], None]) -> int:
    """Hand examples to ``check`` and count them; the smallest one that it does not like is raised.

    Args:
        kind: one of `EXAMPLES`.
    """
    wanted = EXAMPLES[kind]
    tried = 0

    @seed(SEED)
    @settings(
        max_examples=scale(short=max(_LEAST, wanted // _SHORT), full=wanted),
        deadline=None,
        database=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def examples(value: T) -> None:
        nonlocal tried
        check(value)
        tried += 1

    examples()
    return tried
