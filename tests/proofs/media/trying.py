"""Tries a batch of files as the studio would: ``python -m tests.proofs.media.trying PLAN``; prints what came of it.

A process of its own, so that all it and its children do can be watched from outside.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import psutil

from backend.errors import StudioError
from backend.media.decoding import decode_sound
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.settings import Settings
from backend.studio import Studio
from backend.video.stills import frames
from backend.work import Work
from tests.end_to_end.conftest import leftovers
from tests.end_to_end.media_uses import SLOW, USES, arguments_of, kept
from tests.media.faults import FAULTS, Fault
from tests.media.makers import Maker
from tests.proofs.media.good import FORMATS
from tests.proofs.media.mutating import mutate
from tests.proofs.media.nursery import Nursery

MOST_SECONDS = 300
"""After so long with one file the process ends itself and says where it was."""
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: orphans become ours, and are seen
_STARTERS = ("backend.media.probe", "backend.media.ffmpeg")
"""Modules that start what opens media."""
FAST_USES = tuple(use for use in USES if use not in SLOW)


@dataclass(frozen=True)
class Plan:
    """A batch."""

    folder: str
    """With ``good/good.<form>`` of all `FORMATS`, and a file ``secret.srt`` in ``given``."""
    forms: list[str]
    """What is mutated; none for the crafted ones."""
    count: int
    """So many mutated files of each, or uses of each crafted file."""
    seed: int
    taken_every: int = 40
    """Of those that are taken one in so many goes through the studio."""
    refused_every: int = 100
    """Of those that are refused one in so many."""


@dataclass
class Found:
    """What came of it."""

    files: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """By code."""
    decoded: int = 0
    pictures: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """Taken, but sound or picture could not be decoded: by code."""
    operations: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    """What operations came to: ``done``, or a code."""
    unhandled: list[str] = field(default_factory=list)
    """What no StudioError says."""
    slowest: float = 0.0
    """CPU seconds of the file that took the most."""
    longest: float = 0.0
    """Seconds."""
    children: int = 0
    compared: int = 0
    ended_by_signals: int = 0
    left: list[str] = field(default_factory=list)
    """Processes and files that are still there."""


class Batch:
    """Tries one file after the other."""

    def __init__(self, plan: Plan, studio: Studio, nursery: Nursery) -> None:
        self._plan = plan
        self._folder = Path(plan.folder)
        self._studio = studio
        self._nursery = nursery
        self._turn = 0
        self.found = Found()
        word = {"text": "Hi", "start": 0.0, "end": 0.4, "confidence": 1.0, "source": "engine"}
        self._captions = str(studio.call("make_captions", {"source": [word], "size": "96x128"})["captions_id"])
        self._good = str(studio.upload(self._folder / "good" / "good.mp4", "good.mp4")["file_id"])

    def file(self, path: Path, uses: int | None = None, skip: tuple[str, ...] = ()) -> None:
        """Look into it, decode it, use it.

        Args:
            uses: how many uses by the studio; as the plan says if not given.
            skip: uses that would take hours.
        """
        faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
        before, begun = _processor_seconds(), time.monotonic()
        forked = self._nursery.slowest
        self.found.files += 1
        info = None
        with self._caught(path, self.found.refused):
            info = probe(path)
        if info:
            self._decode(path, info)
        every = self._plan.taken_every if info else self._plan.refused_every
        self._use(path, info, uses if uses is not None else int(self.found.files % every == 0), skip)
        self.found.slowest = max(self.found.slowest, _processor_seconds() - before, forked)
        self.found.longest = max(self.found.longest, time.monotonic() - begun)
        faulthandler.cancel_dump_traceback_later()

    @contextmanager
    def _caught(self, path: Path, codes: Counter[str]) -> Iterator[None]:
        try:
            yield
        except StudioError as error:
            codes[error.code] += 1
            if error.code in ("internal_error", "studio_error") or not (error.message and error.hint):
                self._report(path, f"{error.code}: {error}")
        except Exception:  # noqa: BLE001 - it is what is looked for
            self._report(path, traceback.format_exc())

    def _report(self, path: Path, text: str) -> None:
        """Keep what happened, and the file."""
        kept_as = self._folder / "found" / f"{len(self.found.unhandled)}-{path.name}"
        kept_as.parent.mkdir(exist_ok=True)
        if path.is_file():
            shutil.copyfile(path, kept_as)
        self.found.unhandled.append(f"{kept_as.name} (file {self.found.files}): {text[-3000:]}")

    def _decode(self, path: Path, info: MediaInfo) -> None:
        """Its sound and a picture; of half of those that have both only one, since it takes the most of all time."""
        ffmpeg = self._studio.ffmpeg
        with tempfile.TemporaryDirectory(dir=self._folder / "home" / "work") as name:
            folder = Path(name)
            both, turn = info.audio and info.video, self.found.files % 4
            if info.audio and not (both and turn == 1):
                with self._caught(path, self.found.failed):
                    decode_sound(ffmpeg, path, info, folder / "sound.wav", Work(), most_seconds=60.0)
                    self.found.decoded += 1
            if info.video and not (both and turn == 3):
                with self._caught(path, self.found.failed):
                    target = folder / "picture.jpg"
                    frames.extract_frame(ffmpeg, path, info.duration / 2, target)
                    self.found.pictures += 1
            left = [entry.name for entry in folder.iterdir() if entry.name not in ("sound.wav", "picture.jpg")]
            self.found.left += left

    def _use(self, path: Path, info: MediaInfo | None, times: int, skip: tuple[str, ...]) -> None:
        """Let the studio do the next things on the list that it is good for; with what is refused: anything."""
        has = {"sound": info is None or info.audio, "picture": info is None or info.video}
        fitting = [use for use in FAST_USES if has[USES[use][1]] and use not in skip]
        for _ in range(min(times, len(fitting))):
            self._turn += 1
            use = fitting[self._turn % len(fitting)]
            self._nursery.on = False
            file_id = kept(self._studio, path)
            operation, arguments = arguments_of(use, file_id, self._captions, self._good)
            self.found.operations += 1
            with self._caught(path, self.found.ended):
                self._studio.call(operation, arguments)
                self.found.ended["done"] += 1
            self._studio.call("delete_file", {"file_id": file_id})
            self._nursery.on = True


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def mutated(plan: Plan, batch: Batch) -> None:
    """Seeded: the same files at each run."""
    folder = Path(plan.folder)
    good = {form: (folder / "good" / f"good.{form}").read_bytes() for form in FORMATS}
    for number, form in product(range(plan.count), plan.forms):
        others = [data for other, data in good.items() if other != form]
        path = folder / "given" / f"file.{form}"
        chance = Random(f"{plan.seed} {form} {number}")
        path.write_bytes(mutate(chance, good[form], others, str(folder / "given" / "secret.srt")))
        batch.file(path)
        path.unlink()


def crafted(plan: Plan, batch: Batch) -> None:
    """All of `tests.media.faults`; text goes to `make_captions` in other tests."""
    maker = Maker(Path(plan.folder) / "crafted", batch._studio.ffmpeg)
    for fault in FAULTS:
        if fault.kind != "text":
            uses = 0 if fault.name in ("fifo.wav", "link.wav") else plan.count
            batch.file(fault.make(maker, fault.name), uses, _hours(fault))


def _hours(fault: Fault) -> tuple[str, ...]:
    """What would be done for hours, or for gigabytes of picture, with what is allowed to be that long."""
    endless = ("long2h.flac", "sparse4k_1h.mp4")
    return (
        ("music", "music of a merge", "measured", "merging", "overlaid", "sheet", "animation")
        if fault.name in endless
        else ()
    )


def main(plan: Plan) -> dict[str, Any]:
    """Try them all, and see what is left."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    folder = Path(plan.folder)
    nursery = Nursery()
    for module in _STARTERS:
        vars(import_module(module))["run_child"] = nursery.run_child
    with Studio(Settings(home=folder / "home", hub_offline=True)) as studio:
        studio.start()
        batch = Batch(plan, studio, nursery)
        (mutated if plan.forms else crafted)(plan, batch)
        found = batch.found
        found.left += [f"work/{path.name}" for path in leftovers(studio.settings.home)]
    nursery.close()
    found.unhandled += nursery.tracebacks
    found.children, found.compared, found.ended_by_signals = (
        nursery.children,
        nursery.compared,
        nursery.ended_by_signals,
    )
    _, alive = psutil.wait_procs(psutil.Process().children(recursive=True), timeout=10)
    found.left += [f"process {child.name()}" for child in alive]
    found.left += [
        str(path) for place in ("given", "tmp") for path in (folder / place).iterdir() if path.name != "secret.srt"
    ]
    return vars(found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Plan(**json.loads(sys.argv[1])))) + "\n")
