"""What every store promises, on every store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.errors import NotFound, StorageError
from backend.ids import StoredFile, new_id
from backend.storage import MemoryStore, Store
from backend.storage.base import is_key

KEY = "narrations/nar_1/1/audio.wav"


def test_what_is_put_can_be_read_fetched_and_measured(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(data := bytes(range(256)) * 10_000)
    store.put(KEY, source, "audio/wav")
    store.fetch(KEY, tmp_path / "fetched")
    assert store.read(KEY) == (tmp_path / "fetched").read_bytes() == data
    assert store.info(KEY).bytes == len(data)
    assert source.exists()


def test_an_empty_file_is_a_file(store: Store) -> None:
    store.put_bytes(KEY, b"", "audio/wav")
    assert (store.read(KEY), store.info(KEY).bytes) == (b"", 0)


def test_putting_again_replaces(store: Store) -> None:
    store.put_bytes(KEY, b"long before", "audio/wav")
    store.put_bytes(KEY, b"after", "audio/wav")
    assert store.read(KEY) == b"after"


def test_a_key_that_holds_nothing_is_not_found(store: Store, tmp_path: Path) -> None:
    for ask in (store.read, store.info, store.local_path, lambda key: store.fetch(key, tmp_path / "x")):
        with pytest.raises(NotFound) as caught:
            ask(KEY)
        assert caught.value.code == "file_not_found"
    assert not (tmp_path / "x").exists()
    assert store.delete(KEY) is False


def test_the_list_is_sorted_and_stays_under_its_prefix(store: Store) -> None:
    keys = ["videos/vid_1/1/b.mp4", "videos/vid_1/1/a.mp4", "videos/vid_1/2/a.mp4", "videos/vid_10/1/a.mp4"]
    for key in keys:
        store.put_bytes(key, b"x", "video/mp4")
    assert store.list("videos/") == sorted(keys)
    assert store.list("videos/vid_1/") == sorted(keys[:3])
    assert store.list("narrations/") == []


def test_deleting_a_prefix_reports_what_went_and_leaves_the_rest(store: Store) -> None:
    for key in ("videos/vid_1/1/a.mp4", "videos/vid_1/2/a.mp4", "videos/vid_10/1/a.mp4"):
        store.put_bytes(key, b"x", "video/mp4")
    assert store.delete_prefix("videos/vid_1/") == ["videos/vid_1/1/a.mp4", "videos/vid_1/2/a.mp4"]
    assert store.delete_prefix("videos/vid_1/") == []
    assert store.list("videos/") == ["videos/vid_10/1/a.mp4"]


def test_deleting_one_key_leaves_its_neighbours(store: Store) -> None:
    store.put_bytes("made/made_1/1/a.png", b"x", "image/png")
    store.put_bytes("made/made_1/1/b.png", b"x", "image/png")
    assert store.delete("made/made_1/1/a.png") is True
    assert store.list("made/") == ["made/made_1/1/b.png"]


BAD_KEYS = [
    *("", "/", "a", "a/b", "/a.wav", "a//b.wav", "../a.wav", "a/../b.wav", "a/./b.wav", "./a.wav", "a/.b.wav"),
    *("a\\b.wav", "a.wav\n", "a\0.wav", "A.wav", "é.wav", "a b.wav", "a.wav/", "a.w", "a.toolong", "a%2f.wav"),
    *("\ud800.wav", f"{'a/' * 300}b.wav", f"{'a' * 101}.wav"),
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_what_is_no_key_of_ours_is_refused_before_it_is_used(store: Store, tmp_path: Path, key: str) -> None:
    (tmp_path / "source").write_bytes(b"x")
    for act in (
        store.read,
        store.info,
        store.delete,
        store.local_path,
        lambda key: store.put(key, tmp_path / "source", "audio/wav"),
        lambda key: store.put_bytes(key, b"x", "audio/wav"),
        lambda key: store.fetch(key, tmp_path / "x"),
    ):
        with pytest.raises(StorageError) as caught:
            act(key)
        assert caught.value.code == "invalid_key"


@pytest.mark.parametrize("prefix", ["", "/", "a", "../", "a/../", "a//", "A/", "a/b.wav", "a\n/", "*/"])
def test_what_is_no_prefix_of_ours_is_refused(store: Store, prefix: str) -> None:
    for act in (store.list, store.delete_prefix):
        with pytest.raises(StorageError) as caught:
            act(prefix)
        assert caught.value.code == "invalid_key"


@given(st.text(max_size=60))
def test_no_text_gets_through_as_a_key_that_leads_out(text: str) -> None:
    if is_key(text):
        assert ".." not in text
        assert not text.startswith("/")
        assert text.isascii()
        assert text == text.lower()


@given(st.sampled_from(["nar", "cap", "vid", "up", "made"]), st.integers(1, 999_999))
def test_every_file_we_name_is_a_key(kind: str, version: int) -> None:
    assert is_key(StoredFile(new_id(kind), version, "video-1080x1920.mp4").key)


def test_readers_of_a_key_that_is_replaced_see_it_whole(store: Store) -> None:
    versions = [bytes([n]) * 200_000 for n in range(8)]
    store.put_bytes(KEY, versions[0], "audio/wav")
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(store.put_bytes, KEY, data, "audio/wav") for data in versions * 3]
        reads = [store.read(KEY) for _ in range(100)]
        for write in writes:
            write.result()
    assert all(read in versions for read in reads)


def test_the_store_in_memory_has_no_files(tmp_path: Path) -> None:
    store = MemoryStore()
    store.put_bytes(KEY, b"x", "audio/wav")
    assert store.local_path(KEY) is None


def test_a_new_key_is_taken_once_and_by_what_was_written_first(store: Store) -> None:
    assert store.put_new(KEY, b"first", "audio/wav")
    assert not store.put_new(KEY, b"second", "audio/wav")
    assert store.put_new(KEY, b"first", "audio/wav"), "told again, its answer may have been lost"
    assert store.read(KEY) == b"first"
    store.delete(KEY)
    assert store.put_new(KEY, b"second", "audio/wav")
    assert store.list("narrations/") == [KEY]


def test_of_many_that_take_a_key_at_once_one_wins(store: Store) -> None:
    for number in range(10):
        key = f"narrations/nar_1/{number}/x.json"
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda n, key=key: store.put_new(key, f"{n}".encode(), "text/plain"), range(8)))
        assert told.count(True) == 1
        assert store.read(key) == f"{told.index(True)}".encode()
