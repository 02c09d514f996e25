"""Disks of all sizes, from the start of the studio on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from backend.errors import StudioError
from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker
from tests.proofs.disk.asking import ASKS, ROOM, check_database, check_whole, prepare, refused
from tests.proofs.scale import Scale
from tests.small_disks import small_disk

SIZES = tuple(round(65_536 * 1024 ** (step / 20)) // 4096 * 4096 for step in range(21))
"""64 kB to 64 MB, bytes."""
ENTRIES = (2, 5, 10, 20, 40)
ROOMY = 64_000_000


def _try(folder: Path, make: Maker, size: int, entries: int) -> str:
    """What it came to: ``no start``, ``refused`` or ``done``; all works when the disk is larger."""
    with small_disk(folder, size, entries) as disk:
        settings = Settings(home=folder / "home", hub_offline=True)
        outcome = "no start"
        try:
            with Studio(settings) as studio:
                studio.start()
                outcome = "refused" if refused(studio, {}, ASKS["speech"]) else "done"
        except StudioError as error:
            assert (outcome, error.code) == ("no start", "disk_full"), str(error)
            assert error.hint
        disk.enlarge(ROOM)
        with Studio(settings) as studio:
            studio.start()
            there = prepare(studio, make)
            assert not refused(studio, there, ASKS["speech"])
            assert not refused(studio, there, ASKS["video"])
            check_whole(studio)
        check_database(settings.home / "jobs.db")
    return outcome


def test_a_studio_on_a_disk_of_any_size_says_that_it_is_full_and_works_once_it_is_larger(
    scale: Scale, make: Maker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    sizes = SIZES[:: scale(short=5, full=1)]
    came_to = [_try(tmp_path / str(size), make, size, 100_000) for size in sizes]
    record_property("sizes", len(sizes))
    for outcome in ("no start", "refused", "done"):
        record_property(outcome, came_to.count(outcome))
    assert came_to[0] == "no start" and came_to[-1] == "done"


def test_a_studio_on_a_disk_without_entries_says_that_it_is_full_and_works_once_there_are_more(
    scale: Scale, make: Maker, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    numbers = ENTRIES[:: scale(short=4, full=1)]
    came_to = [_try(tmp_path / str(number), make, ROOMY, number) for number in numbers]
    record_property("numbers of entries", len(numbers))
    assert came_to[0] == "no start"
