"""A studio that runs, whose disk fills up."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from backend.errors import StudioError
from backend.settings import Settings
from backend.studio import Studio
from tests.media.makers import Maker
from tests.proofs.disk.asking import ASKS, check_database, check_whole, prepare, refused, room_goes_meanwhile
from tests.proofs.scale import Scale
from tests.small_disks import PAGE, SmallDisk, small_disk

Note = Callable[[str, object], None]
SIZE = 64_000_000
SHORT = ("speech", "captions", "upload", "look", "video")
"""What is asked for in the short form."""
_SECONDS = 120.0
"""For a job that waited for room to be written down."""


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


def _asked(what: str, scale: Scale) -> None:
    if not scale.full and what not in SHORT:
        pytest.skip("only where all is proved")


@pytest.mark.parametrize("what", ASKS)
def test_what_finds_the_disk_full_says_so_leaves_nothing_and_works_once_there_is_room(
    scale: Scale, studio: Studio, there: dict[str, str], disk: SmallDisk, record_property: Note, what: str
) -> None:
    _asked(what, scale)
    take, growth = lambda left: disk.fill(left * PAGE), 1.4 if scale.full else 3.0
    record_property("full at", _until_there_is_enough(studio, there, what, disk, take, growth))


@pytest.mark.parametrize("what", ASKS)
def test_what_finds_no_entry_left_says_so_leaves_nothing_and_works_once_there_are_more(
    scale: Scale, studio: Studio, there: dict[str, str], disk: SmallDisk, record_property: Note, what: str
) -> None:
    _asked(what, scale)
    growth = 1.3 if scale.full else 5.0
    disk.enlarge(SIZE, 2000)
    record_property("full at", _until_there_is_enough(studio, there, what, disk, disk.fill_entries, growth))


def test_a_job_whose_database_is_on_the_full_disk_is_refused_or_ends_and_the_database_stays_whole(
    scale: Scale, make: Maker, tmp_path: Path, record_property: Note
) -> None:
    ended: list[str] = []
    with small_disk(tmp_path / "small", SIZE) as disk, Studio(Settings(home=disk.folder, hub_offline=True)) as studio:
        studio.start()
        studio.call("generate_speech", {"script": "First.", "engine": "silence"})
        for left in range(0, 60, scale(short=20, full=2)):
            disk.fill(left * PAGE)
            ended.append(_ended(studio, disk, f"Number {left}."))
        assert not refused(studio, {}, ASKS["speech"])
        check_whole(studio)
    check_database_of(ended, record_property)


def check_database_of(ended: list[str], record_property: Note) -> None:
    for outcome in sorted(set(ended)):
        record_property(outcome, ended.count(outcome))
    assert set(ended) <= {"refused", "done", "failed"}


def _ended(studio: Studio, disk: SmallDisk, script: str) -> str:
    """What became of a job that came on a disk so full; there is room again three seconds later."""
    arguments = {"script": script, "engine": "silence"}
    try:
        job_id = studio.call("submit_job", {"operation": "generate_speech", "arguments": arguments})["job_id"]
    except StudioError as error:
        assert error.code == "disk_full", str(error)
        disk.clear()
        return "refused"
    until, job = time.monotonic() + 3, studio.call("job_status", {"job_id": job_id})
    while job["state"] in ("queued", "running") and time.monotonic() < until + _SECONDS:
        if time.monotonic() > until:
            disk.clear()
        time.sleep(0.1)
        job = studio.call("job_status", {"job_id": job_id})
    disk.clear()
    assert job["state"] == "done" or job["error"]["code"] == "disk_full", job
    check_database(disk.folder / "jobs.db")
    return str(job["state"])
