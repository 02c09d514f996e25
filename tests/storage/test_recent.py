"""What is remembered of a far store: little, for a moment, and never that something is not there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.errors import NotFound
from backend.storage import recent as module
from backend.storage.bucket import Bucket
from backend.storage.recent import Recent
from backend.storage.s3 import S3Store
from tests.storage.faulty import FaultyNetwork

KEY = "narrations/nar_1/1/manifest.json"


def test_a_size_is_believed_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    recent = Recent()
    assert recent.size(KEY) is None
    recent.saw(KEY, 5, "tag")
    assert recent.size(KEY) == 5
    monkeypatch.setattr(module, "FRESH_SECONDS", 0.0)
    assert recent.size(KEY) is None


def test_content_is_believed_while_its_tag_is_the_one_a_listing_told() -> None:
    recent = Recent()
    recent.keep(KEY, "first", b"text")
    assert recent.text(KEY) is None
    recent.saw(KEY, 4, "first")
    assert recent.text(KEY) == b"text"
    recent.saw(KEY, 4, "second")
    assert recent.text(KEY) is None
    recent.saw(KEY, 4, "first")
    recent.forget(KEY)
    assert recent.text(KEY) is None


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_KEPT_BYTES", 250)
    recent = Recent()
    for number in range(3):
        recent.keep(f"{number}.json", "tag", bytes(100))
        recent.saw(f"{number}.json", 100, "tag")
    assert [recent.text(f"{number}.json") is not None for number in range(3)] == [False, True, True]
    recent.keep("huge.json", "tag", bytes(module.MAX_TEXT_BYTES + 1))
    recent.saw("huge.json", 1, "tag")
    assert recent.text("huge.json") is None


@pytest.mark.s3
def test_looking_again_at_what_a_listing_told_asks_nothing(
    faulty: FaultyNetwork, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRESH_SECONDS", 60.0)
    store = S3Store(replace(bucket, endpoint=f"http://127.0.0.1:{faulty.port}"))
    store.put_bytes(KEY, b"{}", "application/json")
    store.list("narrations/")
    assert store.read(KEY) == b"{}"
    faulty.refuse()
    assert (store.read(KEY), store.info(KEY).bytes) == (b"{}", 2)
    faulty.mend()
    store.put_bytes(KEY, b"[1]", "application/json")
    assert (store.read(KEY), store.info(KEY).bytes) == (b"[1]", 3)
    store.list("narrations/")
    store.delete(KEY)
    with pytest.raises(NotFound):
        store.info(KEY)
    store.close()
