"""A card with a job of its own: however the job goes, what was brought stays and what went wrong is told."""

from __future__ import annotations

from backend.errors import NotFound
from tests.ui.desk_studio import DeskStudio, link
from ui.merging import Merge
from ui.own_job import begun, fresh, link_of, seen, stopped

CARD = Merge(tuple({**link(name), "seconds": 1.0, "width": 2, "height": 2} for name in ("a.mp4", "b.mp4")))


def test_a_job_that_fails_is_told_and_is_over(studio: DeskStudio) -> None:
    studio.state = "failed"
    failed = begun(studio, CARD, "merge_videos", {})
    assert failed.error is not None and failed.error["code"] == "engine_died"
    assert (failed.job, failed.running, failed.videos) == ("", False, CARD.videos)


def test_a_job_that_is_gone_is_told(studio: DeskStudio) -> None:
    gone = seen(studio, CARD, "job_9")
    assert gone.error is not None and gone.error["code"] == "job_not_found"
    assert seen(studio, CARD, "") is CARD


def test_what_went_wrong_before_counts_more_than_a_job_that_failed(studio: DeskStudio) -> None:
    studio.state = "failed"
    before = Merge(CARD.videos, error={"code": "first", "message": "", "hint": ""})
    told = seen(studio, before, "job_1").error
    assert told is not None and told["code"] == "first"


def test_another_try_begins_without_what_was_there(studio: DeskStudio) -> None:
    done = begun(studio, CARD, "merge_videos", {})
    assert done.result is not None and done.job == "job_1"
    assert fresh(done) == CARD


def test_stopping_that_fails_is_told_and_the_job_stays(studio: DeskStudio) -> None:
    studio.state = "running"
    running = begun(studio, CARD, "merge_videos", {})
    studio.refuse = NotFound("There is no such job.", hint="Start it again.", code="job_not_found")
    still = stopped(studio, running)
    assert still.job == "job_1" and still.error is not None
    studio.refuse = None
    assert (stopped(studio, running).job, studio.state) == ("", "cancelled")


def test_files_that_are_gone_have_no_link(studio: DeskStudio) -> None:
    assert link_of(studio, "gone") is None and link_of(studio, None) is None
    assert (link_of(studio, "up_1") or {})["file_id"] == "up_1"
