"""What only the store on the disk has to care about: crashes, full disks, links, strangers' files."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from backend.errors import StorageError
from backend.storage import LocalStore
from backend.storage.disk import translated
from tests.small_disks import small_disk

KEY = "videos/vid_1/1/video.mp4"


@pytest.fixture
def small_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of one megabyte."""
    with small_disk(tmp_path / "small", 1 << 20) as disk:
        yield disk.folder


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_is_named_and_leaves_the_old_file_and_no_rest(small_folder: Path, tmp_path: Path) -> None:
    store = LocalStore(small_folder / "store")
    store.put_bytes(KEY, b"old", "video/mp4")
    (tmp_path / "big").write_bytes(bytes(3_000_000))
    for act in (partial(store.put, KEY, tmp_path / "big"), partial(store.put_bytes, KEY, bytes(3_000_000))):
        with pytest.raises(StorageError) as caught:
            act("video/mp4")
        assert caught.value.code == "disk_full"
        assert "space" in caught.value.hint
    assert store.read(KEY) == b"old"
    assert len(files_under(small_folder)) == 1
    store.put_bytes(KEY, b"new", "video/mp4")
    assert store.read(KEY) == b"new"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "store_read_only"),
        (errno.EACCES, "store_read_only"),
        (errno.EIO, "storage_error"),
    ],
)
def test_what_the_system_refuses_says_what_to_do_and_shows_no_path(number: int, code: str) -> None:
    with pytest.raises(StorageError) as caught, translated():
        raise OSError(number, os.strerror(number), "/home/somebody/secret")
    assert caught.value.code == code
    assert caught.value.hint
    assert "somebody" not in str(caught.value)


def test_symbolic_links_in_the_store_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "video.mp4").write_bytes(b"not yours")
    store = LocalStore(tmp_path / "store")
    (tmp_path / "store" / "videos" / "vid_1").mkdir(parents=True)
    (tmp_path / "store" / "videos" / "vid_1" / "1").symlink_to(outside)
    for act in (store.read, store.info, store.local_path, lambda key: store.put_bytes(key, b"x", "video/mp4")):
        with pytest.raises(StorageError) as caught:
            act(KEY)
        assert caught.value.code == "symlink_refused"
    assert store.list("videos/") == []
    store.delete_prefix("videos/vid_1/")
    assert (outside / "video.mp4").read_bytes() == b"not yours"


def test_a_symbolic_link_is_not_taken_for_a_file_to_keep(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"not given")
    (tmp_path / "given.mp4").symlink_to(tmp_path / "secret")
    store = LocalStore(tmp_path / "store")
    with pytest.raises(StorageError) as caught:
        store.put(KEY, tmp_path / "given.mp4", "video/mp4")
    assert caught.value.code == "symlink_refused"
    assert files_under(tmp_path / "store") == []


def test_the_stores_own_folder_may_be_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "volume").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "volume")
    store = LocalStore(tmp_path / "store")
    store.put_bytes(KEY, b"x", "video/mp4")
    assert store.read(KEY) == b"x"
    assert (tmp_path / "volume" / KEY).exists()


def test_files_that_somebody_else_puts_there_are_not_listed(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    store.put_bytes(KEY, b"x", "video/mp4")
    for name in (".DS_Store", "Thumbs.db", "notes", ".video.mp4.0123.part"):
        (tmp_path / "store" / "videos" / "vid_1" / "1" / name).touch()
    assert store.list("videos/") == [KEY]


def _put_for_ever(folder: Path) -> None:
    store = LocalStore(folder)
    for n in range(1_000_000):
        store.put_bytes(KEY, bytes([n % 256]) * 300_000, "video/mp4")


def test_a_writer_that_is_killed_leaves_a_whole_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    store = LocalStore(tmp_path)
    store.put_bytes(KEY, b"\0" * 300_000, "video/mp4")
    for pause in (0.05, 0.11, 0.17):
        writer = context.Process(target=_put_for_ever, args=(tmp_path,))
        writer.start()
        time.sleep(pause)
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        writer.close()
        data = store.read(KEY)
        assert len(data) == 300_000
        assert len(set(data)) == 1
        assert store.list("videos/") == [KEY]


def test_files_and_folders_are_synced_before_and_after_the_rename(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    sync, rename = os.fsync, Path.replace

    def watched_sync(descriptor: int) -> None:
        name = os.readlink(f"/proc/self/fd/{descriptor}")
        events.append("file" if name.endswith(".part") else f"folder {Path(name).name}")
        sync(descriptor)

    def watched_rename(self: Path, target: Path) -> Path:
        events.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_rename)
    LocalStore(tmp_path / "store").put_bytes("made/made_1/1/a.png", b"x", "image/png")
    new_folders = [f"folder {tmp_path.name}", "folder store", "folder made", "folder made_1"]
    assert events == [*new_folders, "file", "rename", "folder 1"]


def test_of_several_who_remove_the_same_things_at_once_nobody_fails(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    for _ in range(20):
        for version in range(50):
            folder = tmp_path / "store" / "videos" / "vid_1" / str(version)
            folder.mkdir(parents=True)
            (folder / "video.mp4").touch()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(store.delete_prefix, ["videos/vid_1/"] * 4))
        assert store.list("videos/") == []
