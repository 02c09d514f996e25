"""Whether a graphics card works is asked of its driver, not of signs of it."""

from __future__ import annotations

import pytest

from backend.engines import devices


@pytest.mark.parametrize(
    ("likely", "free", "works"),
    [("cuda", 8 << 30, True), ("cuda", None, False), ("mps", None, True), ("cpu", 0, False)],
)
def test_a_card_works_where_its_driver_answers(
    monkeypatch: pytest.MonkeyPatch, likely: str, free: int | None, works: bool
) -> None:
    monkeypatch.setattr(devices, "likely_device", lambda wanted: likely)
    monkeypatch.setattr(devices, "free_on_card", lambda: free)
    assert devices.card_works("auto") is works


def test_no_card_is_looked_for_where_the_processor_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "free_on_card", lambda: 8 << 30)
    assert not devices.card_works("cpu")
