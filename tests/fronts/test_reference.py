"""docs/api.md says what the operations table says."""

from __future__ import annotations

from backend.fronts.reference import api_reference
from backend.settings import PROJECT


def test_api_reference_is_up_to_date() -> None:
    written = (PROJECT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written.rstrip("\n") == api_reference().rstrip("\n"), (
        "run: .venv/bin/python -m backend reference > docs/api.md"
    )
