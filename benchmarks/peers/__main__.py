"""The peers as a process: a JSON request a line on standard input, a JSON answer a line on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.peers.chain import Chain
from benchmarks.peers.drawing import Drawing
from benchmarks.peers.speech import Speech


def main() -> None:
    """Load the models, say so, then answer until the other side hangs up."""
    # What the libraries print must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    models, font = Path(sys.argv[1]), Path(sys.argv[2])
    speech = Speech(models)
    chain = Chain(speech, models, font)
    drawing = Drawing(font)
    actions: dict[str, Callable[..., Any]] = {"speak": speech.speak, "chain": chain.make, "draw": drawing.draw}
    print(json.dumps("ready"), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(actions[request.pop("do")](**request)), file=answers, flush=True)


main()
