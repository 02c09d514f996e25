"""One library, eight processes that add, change, read and delete, and are killed at any moment."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from backend.settings import PROJECT
from backend.voices.library import AnyShelf
from backend.voices.shared import ORPHAN_SECONDS
from backend.voices.shelf import Shelf
from tests.voices.hammering import open_shelf
from tests.voices.making import make_clip, record_of

PROCESSES = 8
KILLS = 24
CHANGES = 240
"""Accepted changes of one voice, over all processes, before it ends."""


def start(folder: Path, seed: int, where: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.voices.hammering", str(folder), str(seed), where],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Crew:
    """The processes, and what they said."""

    def __init__(self, folder: Path, where: str) -> None:
        self._folder, self._where = folder, where
        self._seeds = iter(range(10**6))
        self._said = threading.Condition()
        self.lines: list[str] = []
        self.complaints: list[str] = []
        self._processes: list[subprocess.Popen[str]] = []
        self._readers: list[threading.Thread] = []

    def hire(self) -> None:
        process = start(self._folder, next(self._seeds), self._where)
        self._processes.append(process)
        reader = threading.Thread(target=self._listen, args=(process,), daemon=True)
        reader.start()
        self._readers.append(reader)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout and process.stderr
        with process.stdout, process.stderr:
            for line in process.stdout:
                with self._said:
                    # Cut off by the kill in the middle of a line, it was never said.
                    self.lines += [line.strip()] * line.endswith("\n")
                    self._said.notify_all()
            self.complaints += [process.stderr.read()]

    def wait_for(self, lines: int) -> None:
        with self._said:
            assert self._said.wait_for(lambda: len(self.lines) >= lines or any(self.complaints), 240)

    def kill_one(self, chance: random.Random) -> None:
        victim = self._processes.pop(chance.randrange(len(self._processes)))
        victim.kill()
        victim.wait()

    def end(self) -> None:
        while self._processes:
            self.kill_one(random.Random(0))
        for reader in self._readers:
            reader.join()


@pytest.mark.parametrize(
    "where",
    [
        "folder",
        pytest.param("shared", marks=pytest.mark.long),
        pytest.param("s3", marks=[pytest.mark.s3, pytest.mark.long]),
    ],
)
def test_eight_processes_that_are_killed_lose_and_break_nothing(
    tmp_path: Path, where: str, request: pytest.FixtureRequest
) -> None:
    address = request.getfixturevalue("s3").endpoint if where == "s3" else where
    for number in range(6):
        make_clip(tmp_path / f"clip-{number}.wav", number, seconds=0.5)
    shelf, chance = open_shelf(tmp_path, "here", address), random.Random(7)
    kept = record_of(tmp_path / "clip-0.wav")
    shelf.add(kept, tmp_path / "clip-0.wav")
    crew = Crew(tmp_path, address)
    for _ in range(PROCESSES):
        crew.hire()
    for kill in range(KILLS):
        crew.wait_for((kill + 1) * CHANGES // KILLS)
        crew.kill_one(chance)
        crew.hire()
    crew.end()
    assert [text for text in crew.complaints if text] == []
    assert [line for line in crew.lines if line.startswith("broken")] == []
    accepted = {line.split()[2] for line in crew.lines if line.startswith("changed")}
    shelf = open_shelf(tmp_path, "another", address)
    tags = shelf.read(kept.voice_id).tags
    assert len(tags) == len(set(tags))
    assert accepted <= set(tags)
    # Of every process that was killed, at most the change it was about is there without having been told.
    assert len(set(tags) - accepted) <= KILLS + PROCESSES
    for voice_id in shelf.ids():
        record = shelf.read(voice_id)
        assert hashlib.sha256(shelf.clip(voice_id).read_bytes()).hexdigest() == record.clip_sha256
    check_swept(shelf, tmp_path)


def check_swept(shelf: AnyShelf, folder: Path) -> None:
    """Nothing stays of what killed processes began."""
    if isinstance(shelf, Shelf):
        for path in (folder / "voices").iterdir():
            os.utime(path, (1, 1))
        shelf.sweep()
        assert sorted(os.listdir(folder / "voices")) == sorted(shelf.ids())
        return
    for moment in (0.0, ORPHAN_SECONDS + 1, 0.0):
        shelf._orphans = {key: since - moment for key, since in shelf._orphans.items()}
        shelf.sweep()
    live = set(shelf.ids())
    for voice_id, names in shelf._far.names().items():
        clips = [name for name in names if name.endswith(".wav")]
        assert len(clips) == (voice_id in live), (voice_id, names)
        assert voice_id in live or len(names) == 1
