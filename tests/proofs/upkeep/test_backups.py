"""A studio is one file and back, by two commands."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.errors import InvalidRequest
from backend.media.probe import probe
from backend.requests import CheckLibrary
from backend.settings import PROJECT, Settings
from backend.studio import Studio
from backend.work import Work
from tests.proofs.scale import Scale
from tests.proofs.upkeep.test_retention import open_everything

Record = Callable[[str, object], None]
WORK = ("store", "voices", "takes", "renders", "tenants", "paces")


def contents(home: Path) -> dict[str, bytes]:
    files = [path for place in WORK for path in (home / place).rglob("*") if path.is_file()]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def command(home: Path, *arguments: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "backend", *arguments],
        cwd=PROJECT,
        env={**os.environ, "STUDIO_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def test_two_commands_bring_everything_back_and_every_result_plays(
    studio: Studio, tmp_path: Path, record_property: Record
) -> None:
    home, new = studio.settings.home, tmp_path / "new"
    jobs = [job["job_id"] for job in studio.call("list_jobs", {"limit": 100})["jobs"]]
    studio.close()
    told = command(home, "backup", str(tmp_path / "studio.zip"))
    command(new, "restore", str(tmp_path / "studio.zip"))
    before, after = contents(home), contents(new)
    different = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    played = 0
    with Studio(Settings(home=new)) as restored:
        assert [job["job_id"] for job in restored.call("list_jobs", {"limit": 100})["jobs"]] == jobs
        items = open_everything(restored)
        for item in restored.library(1000):
            assert probe(restored.local_file(item["file"]["file_id"])).require_audio().duration > 0
            played += 1
        for voice in restored.voices.own():
            assert probe(restored.voices.shelf.clip(voice.voice_id)).require_audio().duration > 0
            played += 1
    record_property("files", told["files"])
    record_property("bytes", told["bytes"])
    record_property("results", items)
    record_property("played", played)
    record_property("different or missing", len(different))
    assert different == []


def test_a_backup_of_a_studio_at_work_is_whole(
    studio: Studio, tmp_path: Path, scale: Scale, record_property: Record
) -> None:
    studio.start()
    ended = threading.Event()
    made: list[str] = []
    problems: list[dict[str, Any]] = []

    def work() -> None:
        while not ended.is_set():
            spoken = studio.call("generate_speech", {"script": f"Line {len(made)}.", "engine": "silence"})
            made.append(spoken["narration_id"])
            if len(made) % 2:
                studio.call("delete_narration", {"narration_id": made[-1]})

    worker = threading.Thread(target=work)
    worker.start()
    backups = scale(short=1, full=8)
    try:
        for number in range(backups):
            before = len(made)
            studio.back_up(tmp_path / f"{number}.zip", True, Work())
            while len(made) < before + 2:
                assert not ended.wait(0.05)
    finally:
        ended.set()
        worker.join()
    for number in range(backups):
        with Studio(Settings(home=tmp_path / f"home-{number}")) as restored:
            restored.restore(tmp_path / f"{number}.zip", False, Work())
            problems += restored._checking.run(CheckLibrary(), Work())["problems"]
            open_everything(restored)
    record_property("backups", backups)
    record_property("things made meanwhile", len(made))
    record_property("problems in what was restored", len(problems))
    assert problems == []


def test_a_backup_that_was_changed_anywhere_is_refused_and_changes_nothing(
    studio: Studio, tmp_path: Path, scale: Scale, record_property: Record
) -> None:
    studio.back_up(tmp_path / "studio.zip", True, Work())
    good, chance = (tmp_path / "studio.zip").read_bytes(), random.Random(31)
    tries, harmless = scale(short=10, full=200), 0
    expected = contents(studio.settings.home)
    for number in range(tries):
        data = bytearray(good)
        if number % 4 == 0:
            data = data[: chance.randrange(len(data))]
        else:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "bad.zip").write_bytes(data)
        home = tmp_path / f"new-{number}"
        with Studio(Settings(home=home)) as restored:
            try:
                restored.restore(tmp_path / "bad.zip", False, Work())
            except InvalidRequest as error:
                assert error.code == "backup_damaged"
                assert contents(home) == {}
            else:  # a bit that nobody reads, such as of a date: then everything has to be right
                assert contents(home) == expected
                harmless += 1
    record_property("changed backups", tries)
    record_property("refused", tries - harmless)
    record_property("restored all the same, to the byte", harmless)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_merged_a_backup_puts_back_what_was_lost(
    studio: Studio, tmp_path: Path, share: float, record_property: Record
) -> None:
    home, chance = studio.settings.home, random.Random(32)
    studio.back_up(tmp_path / "studio.zip", True, Work())
    before = contents(home)
    lost = chance.sample(sorted(before), max(1, int(len(before) * share)))
    for name in lost:
        if chance.random() < 0.5 and not name.startswith("voices"):
            (home / name).unlink()
        elif (home / name).stat().st_size:
            (home / name).write_bytes(b"\0" * 7)
    studio.restore(tmp_path / "studio.zip", True, Work())
    after = contents(home)
    useful = {name for name in before if name.split("/")[0] in ("store", "voices") or name.endswith(".wav")}
    wrong = {name for name in useful if after.get(name) != before[name]}
    record_property("files lost or damaged", len(lost))
    record_property("still wrong", len(wrong))
    assert wrong == set()
