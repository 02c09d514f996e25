"""Run by the python of F5's environment: marks sounds and looks for marks with F5's own code.

Reads a line of JSON, ``{"mark": [[source, target], …]}`` or ``{"find": [path, …]}``, and answers with one.
"""

from __future__ import annotations

import json
import sys
from typing import Any

sys.path.append(sys.argv[1])

import soundfile  # type: ignore[import-untyped]
import torch
from f5 import engine as f5  # type: ignore[import-not-found]


def main() -> None:
    """Until there is nothing more to read."""
    torch.set_num_threads(1)
    answers, sys.stdout = sys.stdout, sys.stderr  # perth prints
    marker = f5.Engine.__new__(f5.Engine)
    marker._watermarker = f5._watermarker()
    for line in sys.stdin:
        print(json.dumps(answer(marker, json.loads(line))), file=answers, flush=True)


def answer(marker: Any, asked: dict[str, Any]) -> list[float]:
    """How surely each of the files is marked; of those that are marked now, their lengths in seconds."""
    if "find" in asked:
        return [marker.find_mark({"audio": path}, None, None)["mark"] for path in asked["find"]]
    lengths = []
    for source, target in asked["mark"]:
        samples, rate = soundfile.read(source, dtype="float32")
        assert rate == f5.SAMPLE_RATE
        soundfile.write(target, marker._marked(samples), rate, subtype="PCM_16")
        lengths.append(len(samples) / rate)
    return lengths


if __name__ == "__main__":
    main()
