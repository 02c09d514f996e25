"""A tenant keeps so much and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import QuotaExceeded
from backend.services.quotas import LOOK_SECONDS, Quota
from backend.storage import MemoryStore
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.storage.tenancy import store_of


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(store_of(MemoryStore(), "anna"), LinkSigner(tmp_path, "http://studio.test"))


def keep(artifacts: Artifacts, folder: Path, owner: str, size: int) -> None:
    (folder / "file").write_bytes(b"x" * size)
    artifacts.publish(owner, 1, {"file.txt": folder / "file"}, {"name": "a.txt", "file": "file.txt"})


def test_what_fits_is_let_in_and_what_does_not_is_refused(artifacts: Artifacts, tmp_path: Path) -> None:
    now = [0.0]
    quota = Quota(artifacts, 1000, clock=lambda: now[0])
    quota.refuse_more(1000)
    with pytest.raises(QuotaExceeded, match="no more room"):
        quota.refuse_more(1001)
    keep(artifacts, tmp_path, "up_" + "0" * 26, 1500)
    with pytest.raises(QuotaExceeded) as refused:
        quota.refuse_more()
    assert refused.value.code == "store_quota"
    artifacts.delete("up_" + "0" * 26)
    quota.refuse_more(1000)
    keep(artifacts, tmp_path, "up_" + "1" * 26, 1500)
    now[0] = LOOK_SECONDS + 1
    with pytest.raises(QuotaExceeded):
        quota.refuse_more()


def test_without_a_bound_everything_fits(artifacts: Artifacts) -> None:
    Quota(artifacts, 0).refuse_more(10**15)
