"""What callers send about the room that is taken, and the library's health."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from backend.models import Value

RoomKind = Literal["videos", "narrations", "captions", "uploads", "transcripts", "previews", "takes"]
"""What takes room; ``takes`` are spoken sentences, kept so that none is spoken twice."""


class StorageUsage(Value):
    """What takes room, by kind, and how much of it could be freed."""


class FreeStorage(Value):
    """Delete what is old and not in use; what is shared, given to a job or needed by a result that stays is kept."""

    kind: RoomKind
    """What to delete; ``videos`` with their captions."""
    older_than_days: Annotated[int, Field(ge=0, le=36_500)] = 30
    """Only what nobody changed for so many days; 0 is all of it."""
    dry_run: bool = False
    """Only say what would be deleted."""


class CheckLibrary(Value):
    """Look at everything that is kept: what is damaged, what is missing, what belongs to nothing."""

    repair: bool = False
    """Write anew what follows from the rest, and remove what is of no use to anybody; results are never deleted."""
    deep: bool = True
    """Also read every file and compare it with its SHA-256."""
