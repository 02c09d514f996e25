"""A home that studios live on one after another, and whether all in it is as it should be."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import av
from PIL import Image

from backend.ids import COLLECTIONS
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.conftest import make_home
from tests.proofs.kills.lives import Life, Nursery, seconds_until_nothing_runs, strays
from tests.proofs.kills.operations import Bench
from tests.proofs.kills.strikes import MARKS, PLAN

_PARTS = re.compile(r"\.part$|\.new$|\.unfinished$|^\.|^new-|^tmp")


class Home:
    """One, with a client in this process that works on nothing itself."""

    def __init__(self, folder: Path, nursery: Nursery) -> None:
        self.folder = make_home(folder)
        (folder / MARKS).touch()
        self._nursery = nursery
        self._lives: list[Life] = []
        self.client = Studio(Settings(home=folder, hub_offline=True))
        self.client.start(work=False)
        self.bench = Bench(self.client, folder.parent / "media")

    def worker(self, plan: Mapping[str, str] | None = None) -> Life:
        """A worker that strikes as planned, or notes boundaries only."""
        (self.folder / PLAN).write_text(json.dumps(plan or {}))
        return self._born("worker", strikes=self.folder)

    def plain_worker(self) -> Life:
        """A worker as it is."""
        return self._born("worker")

    def page(self, port: int, **settings: str) -> Life:
        return self._born("page", None, STUDIO_PORT=str(port), **settings)

    def _born(self, run: str, strikes: Path | None = None, **settings: str) -> Life:
        self._lives.append(self._nursery.life(run, self.folder, strikes=strikes, **settings))
        return self._lives[-1]

    @contextmanager
    def working(self) -> Iterator[Life]:
        """With somebody who works, and ends in good order."""
        life = self.worker()
        try:
            yield life
        finally:
            self.end(life)

    def end(self, *lives: Life) -> None:
        """In good order."""
        for life in lives:
            life.send(signal.SIGTERM)
        for life in lives:
            assert life.ended(60), "it does not end"
        seconds_until_nothing_runs(self.folder)

    def close(self) -> None:
        """Whatever was tested, nothing of it lives on."""
        self.client.close()
        for life in self._lives:
            life.forget()
        self._lives.clear()

    def submit(self, operation: str, arguments: Mapping[str, Any]) -> str:
        given = {"operation": operation, "arguments": dict(arguments)}
        return str(self.client.call("submit_job", given)["job_id"])

    def states(self, job_ids: list[str]) -> Counter[str]:
        return Counter(self.client.call("job_status", {"job_id": job_id})["state"] for job_id in job_ids)

    def waiting(self) -> int:
        """Jobs that are still to be done."""
        return sum(self.client.jobs.counts().values())

    def finish(self, life: Life, seconds: float = 120) -> bool:
        """Wait until all is done, or this studio has ended; whether all is done."""
        until = time.monotonic() + seconds
        while self.waiting():
            if life.ended(0.1):
                return False
            assert time.monotonic() < until, self.client.call("list_jobs", {})
        return True

    # ------------------------------------------------------------ whether all is well

    def is_whole(self) -> None:
        """The database is sound."""
        with closing(sqlite3.connect(self.folder / "jobs.db")) as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]

    def result(self, job_id: str) -> Any:
        """What came of a job, each file of it read to its end."""
        status = self.client.call("job_status", {"job_id": job_id})
        assert status["state"] == "done", status
        made = self.client.call("job_result", {"job_id": job_id})
        for link in _links(made):
            path = self.client.local_file(link["file_id"])
            assert path.stat().st_size == link["bytes"]
            read_whole(path)
        return made

    def kept(self) -> Counter[str]:
        """How many things there are of each kind, and files by name; and voices. Drafts are none: see `is_tidy`."""
        store = self.folder / "store"
        found: Counter[str] = Counter()
        owners: set[Path] = set()
        for path in (path for path in store.rglob("*") if path.is_file()):
            collection, *_, name = path.relative_to(store).parts
            # Made: pictures of how far a render is come as it happens.
            if collection != COLLECTIONS["made"] and not _PARTS.search(name):
                assert (path.parent / "manifest.json").is_file(), f"{path} belongs to nothing"
                found[f"{collection}/{name}"] += 1
                if path.parent.parent not in owners:
                    owners.add(path.parent.parent)
                    found[collection] += 1
        found["voice"] = len(list((self.folder / "voices").glob("voice_*")))
        return found

    def is_tidy(self) -> None:
        """Nothing runs, and nothing is left of work that was cut off: what killed studios were writing counts as
        abandoned after a while, and goes at a start. The last that is done with a home."""
        for path in [path for path in self.folder.rglob("*") if _PARTS.search(path.name) and not path.is_symlink()]:
            os.utime(path, (1, 1))
        with self.working():
            self.client.call("generate_speech", {"script": "The last word.", "engine": "silence"})
        self.close()
        assert strays(self.folder) == []
        left = [path for path in self.folder.rglob("*") if path.is_file() and _PARTS.search(path.name)]
        for place in ("work", "run", "temporary", "incoming"):
            left += [path for path in (self.folder / place).rglob("*") if path.is_file()]
            left += [path for path in (self.folder / place).glob("*") if path not in left]
        assert left == [], left


def _links(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "file_id" in value and "bytes" in value:
            yield value
        for inner in value.values():
            yield from _links(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _links(inner)


def read_whole(path: Path) -> None:
    """Decode a file to its end."""
    if path.suffix in (".jpg", ".png", ".gif", ".webp"):
        with Image.open(path) as picture:
            picture.load()
    elif path.suffix in (".srt", ".vtt", ".csv", ".json", ".ass"):
        assert path.read_text("utf-8")
    else:
        with av.open(str(path)) as media:
            assert sum(1 for _ in media.decode(*media.streams)) > 0
