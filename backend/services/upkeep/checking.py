"""Looks at everything that is kept: what is damaged, what is missing, what belongs to nothing; mends what it can."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from backend.errors import ManifestDamaged, NotFound, StorageError, StudioError
from backend.ids import COLLECTIONS, StoredFile, kind_of
from backend.requests import CheckLibrary
from backend.services.scratch import Scratch
from backend.services.shares import Shares
from backend.services.upkeep.daily import DAY_SECONDS
from backend.services.upkeep.kept import ids_in
from backend.speech import TakeStore
from backend.storage.artifacts import Artifacts, Stored
from backend.storage.base import MANIFEST
from backend.storage.disk import sha256_of, strays
from backend.voices.library import AnyShelf
from backend.voices.records import CLIP
from backend.work import Work

ABANDONED_SECONDS = DAY_SECONDS
"""What is being made is not finished either; after so long nobody is at it any more."""
MOST_TOLD = 1000
"""Problems that are told one by one; further ones are only counted."""
Texts = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""The text files of a result that follow from its manifest, by name."""
_AGAIN = "make_again makes it once more from its manifest; or put it back from a backup: restore FILE --merge."
_PREVIEWS = ("made",)
"""Made anew whenever somebody asks for them."""


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it should be."""

    what: Literal["damaged", "missing", "orphan"]
    kind: str
    """Of an id (``nar`` …), or ``take``, ``voice``, ``draft``."""
    id: str
    file: str
    """Empty where it is all of it."""
    said: str
    hint: str = ""
    mended: bool = False
    version: int = 0
    """Of a result, from 1; 0 of all else."""


@dataclass
class _Count:
    things: int = 0
    files: int = 0
    bytes: int = 0
    unproved: int = 0
    """Files without a sum to compare them with: made before there were any."""
    found: list[Problem] = field(default_factory=list)


class Checking:
    """One tenant's library."""

    def __init__(
        self,
        artifacts: Artifacts,
        takes: TakeStore,
        shelf: AnyShelf,
        shares: Shares,
        scratch: Scratch,
        texts: Mapping[str, Texts],
        folders: tuple[Path, ...],
        in_hand: Callable[[], bool],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        texts: by kind of id, what writes its text files.
        folders: where killed processes may have left drafts; none where that is somebody else's.
        in_hand: whether jobs wait or run.
        clock: Unix seconds.
        """
        self._artifacts = artifacts
        self._takes = takes
        self._shelf = shelf
        self._shares = shares
        self._scratch = scratch
        self._texts = texts
        self._folders = folders
        self._in_hand = in_hand
        self._clock = clock

    def run(self, request: CheckLibrary, work: Work) -> dict[str, Any]:
        """All of it; what was found, and with ``repair`` what was mended."""
        count = _Count()
        looks = [*COLLECTIONS, "voices", "takes", "pages", "drafts"]
        for place, name in enumerate(looks):
            work.cancel.check()
            work.report(place / len(looks), f"Looking at {COLLECTIONS.get(name, name)}")
            count.found += self._look(name, request, count, work)
        left = [one for one in count.found if not one.mended]
        return {
            "checked": {"things": count.things, "files": count.files, "bytes": count.bytes},
            "unproved": count.unproved,
            "found": len(count.found),
            "mended": len(count.found) - len(left),
            "problems": [asdict(one) for one in [*left, *(one for one in count.found if one.mended)][:MOST_TOLD]],
        }

    def _look(self, name: str, request: CheckLibrary, count: _Count, work: Work) -> Iterable[Problem]:
        if name == "voices":
            return self._voices(count)
        if name == "takes":
            return self._spoken(request, count, work)
        if name == "pages":
            return self._pages(request)
        return self._drafts(request) if name == "drafts" else self._kind(name, request, count, work)

    # ------------------------------------------------------------ results

    def _kind(self, kind: str, request: CheckLibrary, count: _Count, work: Work) -> Iterator[Problem]:
        for stored in list(self._artifacts.everything(kind)):
            work.cancel.check()
            count.things += 1
            count.bytes += stored.bytes
            look = self._finished if stored.finished else self._unfinished
            yield from (replace(problem, version=stored.version) for problem in look(kind, stored, request, count))

    def _unfinished(self, kind: str, stored: Stored, request: CheckLibrary, _: _Count) -> Iterator[Problem]:
        if self._abandoned(stored):
            said = "Files without a record: cut off while it was made."
            yield self._removed(Problem("orphan", kind, stored.owner, "", said), request, stored)

    def _abandoned(self, stored: Stored) -> bool:
        """Whether nobody is at it any more; false where it is gone meanwhile."""
        before = self._clock() - ABANDONED_SECONDS
        try:
            files = [StoredFile(stored.owner, stored.version, name) for name in stored.names]
            return all(self._artifacts.changed_at(file) < before for file in files)
        except NotFound:
            return False

    def _removed(self, problem: Problem, request: CheckLibrary, stored: Stored) -> Problem:
        return _repaired(problem, request, lambda: self._artifacts.delete_version(stored.owner, stored.version))

    def _finished(self, kind: str, stored: Stored, request: CheckLibrary, count: _Count) -> Iterator[Problem]:
        try:
            manifest = self._artifacts.manifest(stored.owner, stored.version)
        except NotFound:  # deleted since it was listed
            return
        except ManifestDamaged as error:
            problem = Problem("damaged", kind, stored.owner, MANIFEST, error.message, error.hint)
            yield self._removed(problem, request, stored) if kind in _PREVIEWS else problem
            return
        sums = manifest.get("sums", {})
        count.files += len(stored.names)
        count.unproved += sum(name not in sums for name in stored.names if name != MANIFEST)
        for name, expected in sums.items():
            wrong = self._file(kind, StoredFile(stored.owner, stored.version, name), expected, request)
            if wrong is not None:
                yield self._mended(wrong, stored, manifest, request)
        yield from self._dangling(kind, stored, manifest)

    def _file(self, kind: str, file: StoredFile, expected: str, request: CheckLibrary) -> Problem | None:
        hint = "Upload it again, or put it back from a backup: restore FILE --merge." if kind == "up" else _AGAIN
        try:
            if self._artifacts.size(file) and not request.deep:
                return None
            with self._scratch.folder() as folder:
                if sha256_of(self._artifacts.local(file.file_id, folder)) == expected:
                    return None
        except (NotFound, FileNotFoundError):
            if not self._artifacts.exists(file.owner):  # deleted since it was listed
                return None
            return Problem("missing", kind, file.owner, file.name, "A file of it is gone.", hint)
        return Problem("damaged", kind, file.owner, file.name, "A file of it is not what was written.", hint)

    def _mended(self, problem: Problem, stored: Stored, manifest: Mapping[str, Any], request: CheckLibrary) -> Problem:
        if problem.kind in _PREVIEWS:
            return self._removed(problem, request, stored)
        texts = self._texts_of(problem.kind, manifest)
        if problem.file not in texts:
            return problem
        if not request.repair:
            return replace(problem, hint="It follows from the rest: repair writes it anew.")
        with self._scratch.folder() as folder:
            path = folder / problem.file
            path.write_text(texts[problem.file], encoding="utf-8", newline="")
            self._artifacts.put_back(StoredFile(stored.owner, stored.version, problem.file), path)
        return replace(problem, hint="", mended=True)

    def _texts_of(self, kind: str, manifest: Mapping[str, Any]) -> Mapping[str, str]:
        if kind not in self._texts:
            return {}
        try:
            return self._texts[kind](manifest)
        except (StudioError, LookupError, TypeError, ValueError):  # the manifest is not what it was
            return {}

    def _dangling(self, kind: str, stored: Stored, manifest: Mapping[str, Any]) -> Iterator[Problem]:
        """Videos whose captions are gone."""
        named = ids_in(manifest.get("videos", [])) if kind == "vid" else set()
        for captions_id in sorted(one for one in named if kind_of(one) == "cap"):
            if not self._artifacts.exists(captions_id) and self._artifacts.exists(stored.owner):
                said = "Its captions are gone; the video itself plays."
                yield Problem("missing", kind, stored.owner, captions_id, said, _AGAIN)

    # ------------------------------------------------------------ what lies beside results

    def _voices(self, count: _Count) -> Iterator[Problem]:
        hint = "Put it back from a backup (restore FILE --merge), or delete it and import or record it again."
        for voice_id in sorted(self._shelf.ids()):
            count.things += 1
            try:
                record = self._shelf.read(voice_id)
                if record.consent is None:
                    yield Problem("missing", "voice", voice_id, "", "Nobody's consent is written down.", "Delete it.")
                if record.kind == "cloned" and sha256_of(self._shelf.clip(voice_id)) != record.clip_sha256:
                    yield Problem("damaged", "voice", voice_id, CLIP, "Its recording is not what was saved.", hint)
            except StorageError as error:
                yield Problem("damaged", "voice", voice_id, "", error.message, hint)
            except NotFound:
                if self._shelf.exists(voice_id):  # else deleted since it was listed
                    yield Problem("missing", "voice", voice_id, CLIP, "Its recording is gone.", hint)

    def _spoken(self, request: CheckLibrary, count: _Count, work: Work) -> Iterator[Problem]:
        """Takes: whoever needs one that is removed has it spoken again."""
        for key, whole in self._takes.examine(self._clock() - ABANDONED_SECONDS, deep=request.deep):
            work.cancel.check()
            count.files += 1
            if not whole:
                repair = request.repair and not self._in_hand()
                if repair:
                    self._takes.forget(key)
                hint = "" if repair else "It is spoken again when it is needed: repair removes it while no job runs."
                yield Problem("damaged", "take", key, "", "A spoken sentence is not what was kept.", hint, repair)

    def _pages(self, request: CheckLibrary) -> Iterator[Problem]:
        for share_id, file_id in sorted(self._shares.files().items()):
            try:
                self._artifacts.resolve(file_id)
            except NotFound:
                if self._artifacts.exists(StoredFile.parse(file_id).owner):
                    continue  # a file of it is gone, which was told, and may be put back from a backup
                said = "A shared page shows what is not there any more."
                problem = Problem("orphan", "share", share_id, file_id, said)
                yield _repaired(problem, request, partial(self._shares.unshare, share_id))

    def _drafts(self, request: CheckLibrary) -> Iterator[Problem]:
        for path in (draft for folder in self._folders for draft in strays(folder)):
            problem = Problem("orphan", "draft", "", path.name, "Half a file that a killed process left.")
            yield _repaired(problem, request, partial(path.unlink, missing_ok=True))


def _repaired(problem: Problem, request: CheckLibrary, remove: Callable[[], object]) -> Problem:
    """What is good for nothing is removed where the request says so."""
    if not request.repair:
        return replace(problem, hint="It is of no use to anybody: repair removes it.")
    remove()
    return replace(problem, hint="", mended=True)
