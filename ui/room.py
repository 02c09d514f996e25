"""What takes room, and the check of the library, as the page sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from backend.errors import StudioError
from ui.own_job import OwnJob, begun, complained, seen, stopped
from ui.studio import Json, Studio


@dataclass(frozen=True)
class Room(OwnJob):
    """Its job is the check."""

    usage: Json | None = None
    """What ``storage_usage`` said; None before anybody asked."""
    freed: Json | None = None
    """What was deleted just now."""

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        return {"job": self.job} if self.job else {}


def look_at(studio: Studio, memory: Any) -> Room:
    """How it is now."""
    try:
        room = Room(usage=studio.call("storage_usage", {}))
    except StudioError as error:
        return complained(Room(), error)
    return seen(studio, room, str(dict(memory or {}).get("job", "")))


def free(studio: Studio, memory: Any, kind: str, days: int) -> Room:
    """Delete what is of this kind and so old."""
    try:
        freed = studio.call("free_storage", {"kind": kind, "older_than_days": days})
    except StudioError as error:
        return complained(look_at(studio, memory), error)
    return replace(look_at(studio, memory), freed=freed)


def check(studio: Studio, memory: Any, repair: bool) -> Room:
    """Look at everything that is kept, as a job."""
    return begun(studio, look_at(studio, {}), "check_library", {"repair": repair})


def stop(studio: Studio, memory: Any) -> Room:
    """Stop that."""
    return stopped(studio, look_at(studio, memory))
