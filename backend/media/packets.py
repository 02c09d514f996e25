"""Runs the programs of ours that put encoded packets into a new file, each as a guarded child."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from backend.media.ffmpeg import FULL, GIB, Guard, disk_full, run_child
from backend.work import Cancel

_REQUEST = "packets.json"
_LEAST_SECONDS = 60.0
_BYTES_A_SECOND = 5_000_000
"""A slow disk's, under other work."""
_SPARE_BYTES = 64_000_000
_SPARE_FILES = 64
"""What a Python program has open by itself, amply."""


def put_packets(
    program: Path,
    request: dict[str, Any],
    sources: Collection[str],
    folder: Path,
    cancel: Cancel,
    decoding_seconds: float = 0.0,
) -> dict[str, Any]:
    """What the program answers; it works in ``folder``, and writes there what ``request`` says.

    The request is handed over as a file: a long video has more pieces than a command line takes.

    Args:
        sources: names of the files in ``folder`` that it copies from, which bound its result's size and its time.
        decoding_seconds: the most that it may take beyond copying.

    Returns:
        Its JSON; only ``error`` where it failed.

    Raises:
        MediaFailed: ``media_timeout`` or ``disk_full``.
        Cancelled: stopped on request.
    """
    size = sum((folder / name).stat().st_size for name in sources)
    (folder / _REQUEST).write_text(json.dumps(request), encoding="utf-8")
    guard = Guard(memory_bytes=3 * GIB, output_bytes=size + _SPARE_BYTES, open_files=len(sources) + _SPARE_FILES)
    finished = run_child(
        [sys.executable, "-I", str(program), _REQUEST],
        folder=folder,
        cancel=cancel,
        timeout=_LEAST_SECONDS + size / _BYTES_A_SECOND + decoding_seconds,
        guard=guard,
    )
    answer: dict[str, Any] = {"error": "it ended early"}
    if finished.status == 0 and finished.output:
        answer = json.loads(finished.output)
    if FULL in str(answer.get("error", "")) + finished.errors:
        raise disk_full()
    return answer
