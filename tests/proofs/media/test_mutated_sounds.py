"""Recordings changed by chance; films and pictures are in files of their own, for another core."""

from __future__ import annotations

from pathlib import Path

from tests.media.makers import Maker
from tests.proofs.media.batches import Note, run_batch
from tests.proofs.media.good import SOUNDS
from tests.proofs.scale import Scale


def test_no_changed_recording_harms_the_studio(
    scale: Scale, make: Maker, tmp_path: Path, record_property: Note
) -> None:
    found = run_batch(tmp_path, make, record_property, SOUNDS, scale(short=10, full=770))
    assert found["files"] == len(SOUNDS) * scale(short=10, full=770)
