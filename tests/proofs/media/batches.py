"""Runs a batch of files under watch and says whether all is as it should be."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend.media.ffmpeg import find_ffmpeg
from backend.settings import PROJECT
from tests.media.makers import Maker
from tests.proofs.media.good import make_good_files
from tests.proofs.media.trying import Plan
from tests.proofs.media.watched import STRACE, Seen, read_log, run_watched

SEED = 7
MOST_CPU_SECONDS = 20.0
"""Of a file through all that is done with it; a bomb alone may take five."""
Note = Callable[[str, object], None]


def run_batch(folder: Path, maker: Maker, note: Note, forms: Sequence[str], count: int) -> dict[str, Any]:
    """Try so many mutated files of each format, or without formats the crafted ones; no harm may come of any."""
    if STRACE is None:
        pytest.skip("strace is not on this machine: nobody could see what is opened")
    _lay_out(folder, maker)
    found, seen = _watched(folder, Plan(str(folder), list(forms), count, SEED))
    _note(note, found, seen)
    assert not found["unhandled"], "\n".join(found["unhandled"])
    assert not found["left"], found["left"]
    assert not seen.outside, sorted(set(seen.outside))[:20]
    assert not seen.connections, seen.connections[:20]
    assert found["slowest"] <= MOST_CPU_SECONDS
    assert seen.readers > found["files"] / 2 and seen.calls > seen.readers, "the watch saw nothing"
    return found


def _lay_out(folder: Path, maker: Maker) -> None:
    for name in ("good", "given", "tmp", "home/work", "crafted"):
        (folder / name).mkdir(parents=True)
    for form, path in make_good_files(maker).items():
        (folder / "good" / f"good.{form}").write_bytes(path.read_bytes())
    for place in ("given/secret.srt", "home/secret.srt"):
        (folder / place).write_text("1\n00:00:00,000 --> 00:00:01,000\ndo-not-read-me\n")


def _watched(folder: Path, plan: Plan) -> tuple[dict[str, Any], Seen]:
    program = [sys.executable, "-m", "tests.proofs.media.trying", json.dumps(asdict(plan))]
    environment = {
        **os.environ,
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    log = folder / "log"
    ended = run_watched(program, log, timeout=6000, **environment)
    assert ended.returncode == 0, ended.stderr[-4000:]
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    given = [f"{folder}/given/file.", f"{folder}/good/good.mp4", f"{folder}/crafted/"]
    allowed = [
        *given,
        *(f"{folder}/{place}/" for place in ("home/work", "home/store", "tmp")),
        f"{PROJECT}/backend/media/",
    ]
    readers = ["backend/media/launch.py", "nursery_process.py", find_ffmpeg(None).name]
    seen = read_log(log, [*allowed, f"{PROJECT}/assets/fonts/", f"{PROJECT}/tests/proofs/media/nursery"], readers)
    log.unlink()
    return found, seen


def _note(note: Note, found: dict[str, Any], seen: Seen) -> None:
    note("files", found["files"])
    note("seed", SEED)
    note("refused", sum(found["refused"].values()))
    note("sounds decoded", found["decoded"])
    note("pictures taken", found["pictures"])
    note("not decodable", sum(found["failed"].values()))
    note("operations", found["operations"])
    note("of them done", found["ended"].get("done", 0))
    note("children ended by a signal", found["ended_by_signals"])
    note("processes watched", seen.readers)
    note("files they opened", seen.calls)
    note("opened outside", len(seen.outside))
    note("connections", len(seen.connections))
    note("unhandled", len(found["unhandled"]))
    note("left", len(found["left"]))
    note("CPU seconds of the worst file", round(found["slowest"], 1))
