"""A studio that runs, whose disk fills up."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker
from tests.proofs.disk.asking import ASKS, check_whole, prepare, refused, room_goes_meanwhile
from tests.proofs.scale import Scale
from tests.small_disks import PAGE, SmallDisk, small_disk

Note = Callable[[str, object], None]
SIZE = 64_000_000
SHORT = ("speech", "captions", "upload", "look", "video")
"""What is asked for in the short form."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with small_disk(tmp_path_factory.mktemp("disk") / "small", SIZE) as disk:
        yield disk


@pytest.fixture(scope="module")
def studio(disk: SmallDisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """All it writes is on the small disk, its jobs excepted: so each is accepted and begins."""
    jobs = tmp_path_factory.mktemp("jobs") / "jobs.db"
    settings = Settings(home=disk.folder / "home", hub_offline=True, database_url=f"sqlite:///{jobs}")
    temporary = disk.folder / "tmp"
    temporary.mkdir()
    with pytest.MonkeyPatch.context() as patch, Studio(settings) as studio:
        patch.setattr(tempfile, "tempdir", str(temporary))
        room_goes_meanwhile(patch)
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def there(studio: Studio, make: Maker) -> dict[str, str]:
    return prepare(studio, make)


def _amounts(growth: float) -> Iterator[int]:
    """0, 1, 2, … with steps that grow."""
    amount = 0
    while True:
        yield amount
        amount = max(amount + 1, round(amount * growth))


def _until_there_is_enough(
    studio: Studio, there: dict[str, str], what: str, disk: SmallDisk, take: Callable[[int], None], growth: float
) -> int:
    """Ask with ever more left, and see that all is whole each time; how often it was refused before it was done."""
    for times, left in zip(count(), _amounts(growth), strict=False):
        take(left)
        was_refused = refused(studio, there, ASKS[what])
        disk.clear()
        check_whole(studio, (disk.folder / "tmp",))
        if not was_refused:
            return times
    raise AssertionError


_EACH = [pytest.param(what, marks=() if what in SHORT else pytest.mark.long) for what in ASKS]


@pytest.mark.parametrize("what", _EACH)
def test_what_finds_the_disk_full_says_so_leaves_nothing_and_works_once_there_is_room(
    scale: Scale, studio: Studio, there: dict[str, str], disk: SmallDisk, record_property: Note, what: str
) -> None:
    take, growth = lambda left: disk.fill(left * PAGE), 1.4 if scale.full else 3.0
    record_property("full at", _until_there_is_enough(studio, there, what, disk, take, growth))


@pytest.mark.parametrize("what", _EACH)
def test_what_finds_no_entry_left_says_so_leaves_nothing_and_works_once_there_are_more(
    scale: Scale, studio: Studio, there: dict[str, str], disk: SmallDisk, record_property: Note, what: str
) -> None:
    growth = 1.3 if scale.full else 5.0
    disk.enlarge(SIZE, 2000)
    record_property("full at", _until_there_is_enough(studio, there, what, disk, disk.fill_entries, growth))
