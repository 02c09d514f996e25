"""Films changed by chance."""

from __future__ import annotations

from pathlib import Path

from tests.media.makers import Maker
from tests.proofs.media.batches import Note, run_batch
from tests.proofs.media.good import FILMS
from tests.proofs.scale import Scale


def test_no_changed_film_harms_the_studio(scale: Scale, make: Maker, tmp_path: Path, record_property: Note) -> None:
    found = run_batch(tmp_path, make, record_property, FILMS, scale(short=10, full=770))
    assert found["files"] == len(FILMS) * scale(short=10, full=770)
