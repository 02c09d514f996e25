"""Takes kept by the hash of what shapes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.engines.values import SpeakRequest, Spoken
from backend.speech import FarTakes, TakeStore, far_takes, take_key
from backend.storage import LocalStore
from backend.storage.s3 import S3Store
from tests.s3_server import S3Server
from tests.small_disks import small_disk
from tests.storage.faulty import FaultyNetwork

REQUEST = SpeakRequest(text="Hello there", words=((0, 5), (6, 11)))
SPOKEN = Spoken(np.linspace(-0.5, 0.5, 2400, dtype=np.float32), 24_000, ((0, 1200), (1200, 2400)))


def test_the_key_changes_with_everything_that_can_be_heard() -> None:
    changed = [
        replace(REQUEST, text="Hello their"),
        replace(REQUEST, words=((0, 5),)),
        replace(REQUEST, pronunciations=((0, 5, "həlˈoʊ"),)),
        replace(REQUEST, voice="af_bella"),
        replace(REQUEST, language="en-gb"),
        replace(REQUEST, speed=1.1),
        replace(REQUEST, seed=1),
        replace(REQUEST, options={"a": 1}),
    ]
    keys = {take_key("kokoro", "1", request) for request in [REQUEST, *changed]}
    keys |= {take_key("silence", "1", REQUEST), take_key("kokoro", "2", REQUEST)}
    assert len(keys) == len(changed) + 3
    assert take_key("kokoro", "1", REQUEST) == take_key("kokoro", "1", replace(REQUEST))


def test_a_take_that_finds_the_disk_full_leaves_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 1 << 20) as disk:
        disk.fill(leave=4096)
        with pytest.raises(OSError, match="No space"):
            TakeStore(disk.folder / "takes").put("ab" * 32, SPOKEN)
        assert [path for path in (disk.folder / "takes").rglob("*") if path.is_file()] == []


def test_a_take_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    assert store.get("ab" * 32) is None
    kept = store.put("ab" * 32, SPOKEN)
    assert store.get("ab" * 32) == kept
    assert kept.words == SPOKEN.words
    assert np.allclose(kept.read(), SPOKEN.samples, atol=1 / 32000)


def test_samples_beyond_full_scale_are_scaled_not_clipped(tmp_path: Path) -> None:
    take = TakeStore(tmp_path).put("cd" * 32, replace(SPOKEN, samples=SPOKEN.samples * 4))
    assert np.allclose(take.read(), SPOKEN.samples * 2, atol=1 / 16000)


@pytest.mark.parametrize("damage", ["truncated sound", "no sound", "torn notes", "strange notes"])
def test_a_damaged_take_counts_as_missing(tmp_path: Path, damage: str) -> None:
    store = TakeStore(tmp_path)
    take = store.put("ef" * 32, SPOKEN)
    notes = take.path.with_suffix(".json")
    if damage == "truncated sound":
        take.path.write_bytes(take.path.read_bytes()[:100])
    elif damage == "no sound":
        take.path.unlink()
    else:
        notes.write_text("{" if damage == "torn notes" else json.dumps({"words": 3}))
    assert store.get("ef" * 32) is None
    assert store.put("ef" * 32, SPOKEN) == store.get("ef" * 32)


def test_many_threads_may_keep_the_same_take(tmp_path: Path) -> None:
    store = TakeStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.put("01" * 32, SPOKEN), range(32)))
    assert store.get("01" * 32)
    assert len(list(tmp_path.rglob("*.*"))) == 2


# ------------------------------------------------------------ on several machines

VOICE = "voice_" + "0" * 26


def machine(tmp_path: Path, name: str, lives: Callable[[str], bool] = lambda _: True) -> TakeStore:
    return TakeStore(tmp_path / name, FarTakes(LocalStore(tmp_path / "far"), lives))


def test_what_one_machine_spoke_another_finds_and_keeps(tmp_path: Path) -> None:
    here, there = machine(tmp_path, "here"), machine(tmp_path, "there")
    keys = ["ab" * 32, f"{VOICE}/{'cd' * 32}"]
    spoken = {key: here.put(key, SPOKEN) for key in keys}
    here.close()
    found = there.find([*keys, "ee" * 32])
    assert set(found) == set(keys)
    for key in keys:
        assert found[key].path.is_relative_to(tmp_path / "there")
        assert replace(found[key], path=spoken[key].path) == spoken[key]
        assert np.array_equal(found[key].read(), spoken[key].read())
    assert TakeStore(tmp_path / "there").find(keys) == found
    assert all(path.is_relative_to(tmp_path / "far" / "takes") for path in (tmp_path / "far").rglob("*.take"))


def test_takes_of_a_voice_that_is_deleted_go_everywhere_and_are_not_sent(tmp_path: Path) -> None:
    living = {VOICE}
    here, there = (machine(tmp_path, name, living.__contains__) for name in ("here", "there"))
    key = f"{VOICE}/{'cd' * 32}"
    here.put(key, SPOKEN)
    here.close()
    assert there.find([key]) and there.voices() == [VOICE]
    living.clear()
    assert here.forget_voice(VOICE) == 3
    assert there.forget_voice_here(VOICE) == 2
    there.put(key, SPOKEN)
    there.close()
    assert not list((tmp_path / "far").rglob("*.take"))


@pytest.mark.parametrize("damage", [b"", b"{", b"{}\nRIFF", b"[1]\n"])
def test_a_damaged_take_from_elsewhere_counts_as_missing(tmp_path: Path, damage: bytes) -> None:
    key = "ab" * 32
    LocalStore(tmp_path / "far").put_bytes(f"takes/all/ab/{key}.take", damage, "x")
    here = machine(tmp_path, "here")
    assert here.find([key]) == {}
    assert here.put(key, SPOKEN) == here.get(key)


@pytest.mark.s3
def test_a_store_that_refuses_or_hangs_costs_a_moment_once_and_nothing_else(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far_takes, "LOOK_SECONDS", 0.3)
    monkeypatch.setattr(far_takes, "_LAST_SECONDS", 0.3)
    keys = [f"{n:02x}" * 32 for n in range(20)]
    with FaultyNetwork(s3.port) as network:
        store = S3Store(replace(s3.bucket, prefix="takes-test/", endpoint=f"http://127.0.0.1:{network.port}"))
        here = TakeStore(tmp_path / "here", FarTakes(store))
        network.refuse()
        assert here.find(keys) == {}
        network.hang()
        assert here.find(keys) == {}
        asked = network.connections
        assert here.find(keys) == {}
        assert network.connections <= asked + 8, "those that were under way"
        assert here.put(keys[0], SPOKEN) == here.get(keys[0])
        network.mend()
        store.close()
