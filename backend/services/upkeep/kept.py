"""Everything that is kept under ids: how large, how old, and what needs what."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.errors import ManifestDamaged, NotFound
from backend.ids import COLLECTIONS, kind_of
from backend.storage.artifacts import Artifacts, Stored

_IDS = re.compile(r"\b[a-z]{2,5}_[0-9a-hjkmnp-tv-z]{26}\b")


@dataclass(frozen=True)
class Kept:
    """One thing, in all its versions."""

    owner: str
    """Its id."""
    bytes: int
    """Of all its files."""
    changed_at: float
    """Unix seconds at which its newest version was made; 0 where that cannot be read."""
    needs: frozenset[str]
    """Ids that its newest manifest names."""

    @property
    def kind(self) -> str:
        return kind_of(self.owner)


def ids_in(value: Any) -> set[str]:
    """All ids of things that are named anywhere in JSON values."""
    found = _IDS.findall(json.dumps(value, ensure_ascii=False))
    return {one for one in found if kind_of(one) in COLLECTIONS}


def survey(artifacts: Artifacts, kinds: Iterable[str]) -> dict[str, Kept]:
    """Everything of these kinds that is finished, by id."""
    things: dict[str, Kept] = {}
    for kind in kinds:
        versions: dict[str, list[Stored]] = {}
        for stored in artifacts.everything(kind):
            versions.setdefault(stored.owner, []).append(stored)
        for owner, all_of_it in versions.items():
            finished = [stored.version for stored in all_of_it if stored.finished]
            if finished:
                with suppress(NotFound):  # deleted since it was listed
                    things[owner] = _kept(artifacts, owner, max(finished), sum(one.bytes for one in all_of_it))
    return things


def _kept(artifacts: Artifacts, owner: str, version: int, size: int) -> Kept:
    try:
        manifest = artifacts.manifest(owner, version)
    except ManifestDamaged:
        return Kept(owner, size, 0.0, frozenset())
    return Kept(owner, size, moment(str(manifest["created_at"])), frozenset(ids_in(manifest)) - {owner})


def moment(text: str) -> float:
    """Unix seconds of an ISO 8601 moment in UTC; 0 for what is none."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def needed(by: Iterable[str], things: Mapping[str, Kept]) -> set[str]:
    """These, and all that they need, however far."""
    found: set[str] = set()
    left = [owner for owner in by if owner in things]
    while left:
        owner = left.pop()
        if owner not in found:
            found.add(owner)
            left += [one for one in things[owner].needs if one in things]
    return found


def deletable(candidates: Collection[str], held: Collection[str], things: Mapping[str, Kept]) -> list[Kept]:
    """Those of the candidates that nothing else needs and nobody holds, first those that need others."""
    others = [owner for owner in things if owner not in candidates]
    stay = needed([*others, *held], things)
    gone = [things[owner] for owner in candidates if owner in things and owner not in stay]
    return sorted(gone, key=lambda one: (_ORDER.get(one.kind, 0), one.owner))


_ORDER = {"vid": 1, "cap": 2, "nar": 3, "up": 4}
"""Cut off in between, what is left has all that it needs."""
