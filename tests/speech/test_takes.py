"""Takes kept by the hash of what shapes them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.engines.values import SpeakRequest, Spoken
from backend.speech import TakeStore, take_key

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
