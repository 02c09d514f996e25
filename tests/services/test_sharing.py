"""What is left of a deletion that was cut off is removed by whoever looks after the copies next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.engines.values import Spoken
from backend.services.sharing import Sharing
from backend.services.stores import store_warnings
from backend.settings import S3Settings, Settings
from backend.speech import FarTakes, TakeStore
from backend.storage import LocalStore
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf
from tests.voices.making import make_clip, record_of


def test_takes_and_copies_of_a_voice_that_is_gone_go_here_and_in_the_store(tmp_path: Path) -> None:
    far = LocalStore(tmp_path / "far")
    here, there = SharedShelf(tmp_path / "here", far), SharedShelf(tmp_path / "there", far)
    takes = TakeStore(tmp_path / "takes", FarTakes(far, here.exists))
    clip = make_clip(tmp_path / "clip.wav")
    gone, stays = record_of(clip), record_of(make_clip(tmp_path / "other.wav", 1))
    here.add(gone, clip)
    here.add(stays, tmp_path / "other.wav")
    for record in (gone, stays):
        takes.put(f"{record.voice_id}/{'ab' * 32}", Spoken(np.zeros(100, np.float32), 8000, ()))
    takes.close()
    there.remove(gone.voice_id)  # and no more: its machine was switched off
    cleared: list[str] = []
    Sharing().sweep(here, takes, cleared.append)
    assert takes.voices() == [stays.voice_id] and cleared == [gone.voice_id]
    assert [key.split("/")[1] for key in far.list("takes/")] == [stays.voice_id]
    assert here.ids() == [stays.voice_id]


def test_voices_that_wait_for_the_store_are_told_of(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, s3=S3Settings(bucket="results"))
    assert store_warnings(settings, {"kind": "s3"}) == []
    clip = make_clip(tmp_path / "clip.wav")
    Shelf(settings.voices_of("")).add(record_of(clip), clip)
    assert store_warnings(settings, {"kind": "s3"})[0].startswith("1 voice waits on this machine")
