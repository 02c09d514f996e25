"""A gigabyte to a bucket and back, by the studio's store and by boto3's own transfer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from backend.settings import PROJECT
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn
from tests.s3_server import BUCKET, KEY, SECRET, S3Server, find_server, s3_server

HOW = """One file of random bytes (1 GB) to and from a real S3 server (SeaweedFS, signatures on) on the same machine,
each transfer in a fresh process, in turn with `upload_file` and `download_file` of boto3 with nothing set. Speed: the
seconds of boto3 by ours. Memory: the most that the process ever held, Python and boto3 included."""
WAYS = ("studio", "boto3")


def measure(bench: Bench) -> Section:
    """Speed against boto3's, and our memory, up and down."""
    program = find_server()
    if program is None:
        raise SystemExit("There is no S3 server for this machine among what requirements-dev.txt installs.")
    size = 50_000_000 if bench.quick else 1_000_000_000
    folder = bench.folder / "storage"
    folder.mkdir()
    _write(folder / "original", size)
    with s3_server(folder, program) as server:
        samples = in_turn(
            {
                f"{way} {'up' if up else 'down'}": _transfer(server, folder, way, up)
                for up in (True, False)
                for way in WAYS
            },
            bench.rounds(3),
        )
    figures = [figure for direction in ("up", "down") for figure in _figures(samples, direction)]
    return Section("Storage", HOW, tuple(figures), others=disturbance(samples))


def _write(path: Path, size: int) -> None:
    block = os.urandom(10_000_000)
    with path.open("wb") as file:
        for _ in range(size // len(block)):
            file.write(block)


def _transfer(server: S3Server, folder: Path, way: str, up: bool) -> Callable[[], dict[str, float]]:
    target = folder / f"{way}.back"
    task: dict[str, Any] = {
        "way": way,
        "up": up,
        "path": str(folder / "original" if up else target),
        "key": f"videos/vid_{way}/1/video.mp4",
        "endpoint": server.endpoint,
        "name": BUCKET,
        "access_key": KEY,
        "secret": SECRET,
    }

    def transfer() -> dict[str, float]:
        command = [sys.executable, "-m", "benchmarks.s3.transfer"]
        ended = subprocess.run(command, cwd=PROJECT, input=json.dumps(task), capture_output=True, text=True, check=True)
        if not up and target.stat().st_size != (folder / "original").stat().st_size:
            raise SystemExit("What came back has another size.")
        target.unlink(missing_ok=True)
        answer: dict[str, float] = json.loads(ended.stdout)
        return answer

    return transfer


def _figures(samples: dict[str, list[Sample]], direction: str) -> tuple[Figure, ...]:
    ours, theirs = (median(one.answer["seconds"] for one in samples[f"{way} {direction}"]) for way in WAYS)
    peaks = [max(one.answer["peak_bytes"] for one in samples[f"{way} {direction}"]) / 1e6 for way in WAYS]
    return (
        Figure(f"1 GB {direction}", f"{ours:.2f} s", f"{theirs:.2f} s (boto3)", theirs / ours, "×", least=0.8),
        Figure(
            f"memory, 1 GB {direction}", f"{peaks[0]:.0f} MB", f"{peaks[1]:.0f} MB (boto3)", peaks[0], "MB", most=100
        ),
    )
