"""What takes room, by kind, and how it is freed: by hand, or by itself after so many days."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, get_args

from backend.ids import StoredFile, kind_of, moment_of
from backend.jobs import Jobs
from backend.requests import FreeStorage, RoomKind
from backend.services.shares import Shares
from backend.services.upkeep.daily import DAY_SECONDS
from backend.services.upkeep.kept import Kept, deletable, ids_in, survey
from backend.settings import Settings
from backend.speech import TakeStore
from backend.storage.artifacts import Artifacts

AGES = (0, 7, 30, 90)
"""Days for which `Room.usage` says how much could be freed."""
KINDS: dict[RoomKind, tuple[str, ...]] = {
    "videos": ("vid",),
    "narrations": ("nar",),
    "captions": ("cap",),
    "uploads": ("up",),
    "transcripts": ("tra", "ali"),
    "previews": ("made",),
    "takes": (),
}
"""Kinds as people call them, and those of the ids."""
_ALL = tuple(kind for kinds in KINDS.values() for kind in kinds)
_STAY = ("voice", "sty", "font")
"""Never freed here: voices, styles and fonts are few, made by hand and deleted by hand."""


class Room:
    """A tenant's."""

    def __init__(
        self,
        artifacts: Artifacts,
        takes: TakeStore,
        shares: Shares,
        jobs: Jobs,
        settings: Settings,
        tenant: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        clock: Unix seconds.
        """
        self._artifacts = artifacts
        self._takes = takes
        self._shares = shares
        self._jobs = jobs
        self._settings = settings
        self._tenant = tenant
        self._clock = clock

    # ------------------------------------------------------------ looking

    def usage(self) -> dict[str, Any]:
        """How much there is of each kind and, by age, how much of it `free` would delete."""
        things, held = survey(self._artifacts, _ALL), self._held()
        kinds = [self._described(kind, things, held) for kind in get_args(RoomKind)]
        stays = sum(thing.bytes for kind in _STAY for thing in self._artifacts.everything(kind))
        return {
            "kinds": kinds,
            "other_bytes": stays,
            "bytes": stays + sum(kind["bytes"] for kind in kinds),
            "keeps": self._keeps(),
        }

    def _keeps(self) -> dict[str, int]:
        """Days after which things go by themselves, 0 where they stay."""
        settings = self._settings
        return {
            "results_days": settings.keep_days,
            "uploads_days": settings.keep_uploads_days or settings.keep_days,
            "takes_days": settings.keep_takes_days,
            "jobs_days": settings.keep_jobs_days,
        }

    def _described(self, kind: RoomKind, things: Mapping[str, Kept], held: Collection[str]) -> dict[str, Any]:
        if kind == "takes":
            files = list(self._takes.sizes())
            freeable = [
                {"older_than_days": age, "count": count, "bytes": size}
                for age, (count, size) in ((age, _count(files, self._before(age))) for age in AGES)
            ]
            return {"kind": kind, "count": len(files), "bytes": sum(size for size, _ in files), "freeable": freeable}
        mine = [thing for thing in things.values() if thing.kind in KINDS[kind]]
        freeable = [_sum(kind, age, self._freeable(kind, age, things, held)) for age in AGES]
        return {"kind": kind, "count": len(mine), "bytes": sum(thing.bytes for thing in mine), "freeable": freeable}

    # ------------------------------------------------------------ freeing

    def free(self, request: FreeStorage) -> dict[str, Any]:
        """Delete what is of this kind, old enough, and neither shared, needed by a job, nor by anything that stays."""
        if request.kind == "takes":
            return self._free_takes(request)
        things = survey(self._artifacts, _ALL)
        gone = self._freeable(request.kind, request.older_than_days, things, self._held())
        asked = self._old(KINDS[request.kind], request.older_than_days, things)
        if not request.dry_run:
            self._delete(gone)
        return {
            "kind": request.kind,
            "deleted": sum(one.kind in KINDS[request.kind] for one in gone),
            "bytes": sum(one.bytes for one in gone),
            "in_use": len(set(asked) - {one.owner for one in gone}),
        }

    def _free_takes(self, request: FreeStorage) -> dict[str, Any]:
        asked = self._before(request.older_than_days)
        # A job has looked for those it will use by now; see `TakeStore.find`.
        before = min(asked, self._before(1)) if self._jobs.in_hand(self._tenant) else asked
        files = list(self._takes.sizes())
        wanted, _ = _count(files, asked)
        count, size = _count(files, before) if request.dry_run else self._takes.forget_unused(before)
        return {"kind": request.kind, "deleted": count, "bytes": size, "in_use": wanted - count}

    def expire(self) -> list[str]:
        """Delete what is older than the settings say; returns its ids."""
        settings = self._settings
        gone: list[Kept] = []
        if settings.keep_days or settings.keep_uploads_days:
            things = survey(self._artifacts, _ALL)
            old = self._old(("vid", "nar", "cap"), settings.keep_days or None, things)
            old += self._old(("up",), settings.keep_uploads_days or settings.keep_days or None, things)
            gone = deletable(old, self._held(), things)
            self._delete(gone)
        if settings.keep_takes_days:
            self._takes.forget_unused(self._before(settings.keep_takes_days))
        if settings.keep_jobs_days:
            self._jobs.erase_older(settings.keep_jobs_days * DAY_SECONDS, self._tenant)
        return [one.owner for one in gone]

    def _delete(self, gone: Iterable[Kept]) -> None:
        for one in gone:
            self._artifacts.delete(one.owner)

    # ------------------------------------------------------------ what may go

    def _freeable(self, kind: RoomKind, days: int, things: Mapping[str, Kept], held: Collection[str]) -> list[Kept]:
        old = self._old(KINDS[kind], days, things)
        if kind == "videos":  # with their captions, as when one is deleted by hand
            old += [one for owner in old for one in things[owner].needs if kind_of(one) == "cap" and one in things]
        return deletable(set(old), held, things)

    def _old(self, kinds: Collection[str], days: int | None, things: Mapping[str, Kept]) -> list[str]:
        """Ids of these kinds that nobody changed for so many days; none for None."""
        if days is None:
            return []
        before = self._before(days)
        return [owner for owner, thing in things.items() if thing.kind in kinds and thing.changed_at <= before]

    def _before(self, days: int) -> float:
        return self._clock() - days * DAY_SECONDS

    def _held(self) -> set[str]:
        """What open pages show, what jobs that wait or run were given, and what those are just making."""
        shown = {StoredFile.parse(file_id).owner for file_id in self._shares.files().values()}
        in_hand = self._jobs.in_hand(self._tenant)
        moments = {moment_of(job_id) for job_id in in_hand}
        # What a job makes has ids of the moment of its own; see `derived_id`.
        kinds = _ALL if moments else ()
        making = {owner for kind in kinds for owner in self._artifacts.list(kind) if moment_of(owner) in moments}
        return shown | making | ids_in(list(in_hand.values()))


def _sum(kind: RoomKind, days: int, gone: Collection[Kept]) -> dict[str, int]:
    count = sum(one.kind in KINDS[kind] for one in gone)
    return {"older_than_days": days, "count": count, "bytes": sum(one.bytes for one in gone)}


def _count(files: Iterable[tuple[int, float]], before: float) -> tuple[int, int]:
    """How many takes were last used by then, and their bytes."""
    sizes = [size for size, used in files if used <= before]
    return len(sizes), sum(sizes)
