"""A studio whose jobs are written down on the disk that is full; one process works on jobs for one studio."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.errors import StudioError
from backend.jobs import caretaker
from backend.settings import Settings
from backend.studio import Studio
from tests.proofs.disk.asking import ASKS, check_database, check_whole, refused
from tests.proofs.scale import Scale
from tests.small_disks import PAGE, SmallDisk, small_disk

Note = Callable[[str, object], None]
SIZE = 64_000_000
_SECONDS = 120.0
"""For a job that waited for room to be written down."""


@pytest.mark.long
def test_a_job_whose_database_is_on_the_full_disk_is_refused_or_ends_and_the_database_stays_whole(
    scale: Scale, tmp_path: Path, record_property: Note, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caretaker, "ORPHAN_SECONDS", 5.0)  # not a minute for each of them
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
