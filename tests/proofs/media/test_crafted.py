"""The broken, odd and hostile files that were made by hand."""

from __future__ import annotations

from pathlib import Path

from tests.media.faults import FAULTS
from tests.media.makers import Maker
from tests.proofs.media.batches import Note, run_batch
from tests.proofs.scale import Scale


def test_no_crafted_file_harms_the_studio(scale: Scale, make: Maker, tmp_path: Path, record_property: Note) -> None:
    found = run_batch(tmp_path, make, record_property, (), scale(short=0, full=3))
    assert found["files"] == len([fault for fault in FAULTS if fault.kind != "text"])
    assert len(FAULTS) >= 44
