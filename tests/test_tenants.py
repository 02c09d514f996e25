"""Names and keys of those who share a studio."""

from __future__ import annotations

import pytest

from backend.errors import InvalidRequest
from backend.tenants import MAIN, NOBODY, is_tenant, read_keys

LONG, OTHER = "a-secret-of-sixteen", "another-of-that-kind"


def test_each_tenant_has_a_key() -> None:
    assert read_keys("", "") == {}
    assert read_keys(LONG, "") == {MAIN: LONG}
    assert read_keys(LONG, f" anna: {OTHER} ,") == {MAIN: LONG, "anna": OTHER}
    assert read_keys("", f"anna:{LONG}:with-a-colon") == {"anna": f"{LONG}:with-a-colon"}


@pytest.mark.parametrize(
    ("main", "further", "code"),
    [
        ("short", "", "weak_key"),
        ("", "anna:short", "weak_key"),
        ("", LONG, "invalid_keys"),
        ("", f":{LONG}", "invalid_keys"),
        ("", "anna:", "invalid_keys"),
        ("", f"Anna:{LONG}", "invalid_keys"),
        ("", f"../x:{LONG}", "invalid_keys"),
        ("", f"{NOBODY}:{LONG}", "invalid_keys"),
        ("", f"anna:{LONG},anna:{OTHER}", "invalid_keys"),
        (LONG, f"anna:{LONG}", "invalid_keys"),
    ],
)
def test_keys_that_cannot_be_right_are_refused_without_being_shown(main: str, further: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_keys(main, further)
    assert refused.value.code == code and LONG not in str(refused.value)


def test_a_name_is_fit_for_a_key_of_the_store() -> None:
    assert all(is_tenant(name) for name in (MAIN, NOBODY, "anna", "a-1"))
    assert not any(is_tenant(name) for name in ("Anna", "1a", "a/b", "..", "a" * 32, "ä", "a\n"))
