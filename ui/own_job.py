"""A card of the page with a job of its own: how that is started, watched, stopped, and found again after a reload."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from backend.errors import StudioError
from ui.flow import submit
from ui.studio import Json, Studio
from ui.views.progress import RUNNING


@dataclass(frozen=True, kw_only=True)
class OwnJob:
    """What such a card knows of its job."""

    job: str = ""
    status: Json | None = None
    """Of the job that runs."""
    result: Json | None = None
    """What came out."""
    error: Json | None = None
    """What went wrong last: ``code``, ``message``, ``hint``."""

    @property
    def running(self) -> bool:
        """Whether it is worth looking again."""
        return self.status is not None

    def remember(self) -> Json:
        """What a browser keeps to find it again; nothing for a card that is as it was at first."""
        raise NotImplementedError


Card = TypeVar("Card", bound=OwnJob)


def fresh(card: Card) -> Card:
    """The same before any job."""
    return replace(card, job="", status=None, result=None, error=None)


def complained(card: Card, error: StudioError) -> Card:
    """The same with what went wrong."""
    return replace(card, error=error.to_dict())


def seen(studio: Studio, card: Card, job: str) -> Card:
    """The same with what its job has come to; an error that was there before counts more than the job's."""
    if not job:
        return card
    try:
        status = studio.call("job_status", {"job_id": job})
        if status["state"] in RUNNING:
            return replace(card, job=job, status=status)
        if status["state"] == "done":
            return replace(card, job=job, result=studio.call("job_result", {"job_id": job}))
        return replace(card, error=card.error or status["error"])
    except StudioError as gone:
        return replace(card, error=card.error or gone.to_dict())


def begun(studio: Studio, card: Card, operation: str, arguments: Json) -> Card:
    """The same with a job that was started; what is wrong with the request is told."""
    card = fresh(card)
    try:
        return seen(studio, card, submit(studio, operation, arguments))
    except StudioError as error:
        return complained(card, error)


def stopped(studio: Studio, card: Card) -> Card:
    """The same with its job stopped; what was brought stays."""
    try:
        studio.call("cancel_job", {"job_id": card.job})
    except StudioError as error:
        return complained(card, error)
    return replace(card, job="", status=None)


def link_of(studio: Studio, file_id: Any) -> Json | None:
    """A fresh link to a file that a browser remembers; None where it is gone."""
    if not file_id:
        return None
    try:
        link: Json = studio.call("download_file", {"file_id": str(file_id)})
    except StudioError:
        return None
    return link
