"""Studios without seconds of imports: ``python -m tests.proofs.kills.nursery``, a process that has imported everything
and runs no threads, forks a life for each line it reads.

A line is JSON: ``{"run": "page" or "worker", "environment": {…}, "log": path, "strikes": path or null}``. The answer is
the new process's id. A page is ``python app.py``, a worker ``python -m backend worker``, as they are.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import app
from backend.fronts import cli
from tests.proofs.kills.strikes import install
from tests.proofs.kills.tiny import without_models


def main() -> int:
    """Fork until the end of the input; in a life, what the life ends with."""
    # What a studio imports late, while somebody waits.
    import execnet  # noqa: F401

    import backend.jobs.worker  # noqa: F401

    assert threading.active_count() == 1, threading.enumerate()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are buried by the system
    for line in sys.stdin:
        if pid := os.fork():
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
        else:
            return _live(json.loads(line))
    return 0


def _live(order: dict[str, Any]) -> int:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for stream, descriptor in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(descriptor, stream)
    os.environ.update(order["environment"])
    tempfile.tempdir = None
    random.seed()
    without_models()
    if order["strikes"]:
        install(Path(order["strikes"]))
    if order["run"] == "page":
        app.main()
        return 0
    return cli.main(["worker"])


if __name__ == "__main__":
    sys.exit(main())
