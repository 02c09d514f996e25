"""A process with the libraries that look into media, from which children are forked: started with ``python -I``.

Reads a line of JSON for each child, answers with one. A child is what `backend.media.ffmpeg.run_child` would have
started: the same limits, working folder, environment and program.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import runpy
import selectors
import signal
import sys
import time
import traceback
from typing import Any

import av  # noqa: F401 - what children need
import numpy  # noqa: F401 - the same


def child(request: dict[str, Any], output: int, errors: int) -> None:
    """Never returns."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    launcher = runpy.run_path(request["launcher"])
    limits = {**request["limits"], "parent": os.getppid()}
    if not request["python"]:
        launcher["main"](json.dumps(limits), request["program"])  # becomes the program
    launcher["_die_with"](os.getppid())
    launcher["_limit"](resource.RLIMIT_AS, limits["memory_bytes"])
    launcher["_limit"](resource.RLIMIT_CPU, limits["cpu_seconds"])
    launcher["_limit"](resource.RLIMIT_FSIZE, limits["output_bytes"])
    launcher["_limit"](resource.RLIMIT_NOFILE, limits["open_files"])
    script, *_ = sys.argv = request["program"][2:]
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own, to its end
    status = 0
    try:
        runpy.run_path(script, run_name="__main__")
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - told, not hidden
        os.write(2, traceback.format_exc().encode())
        status = 1
    os._exit(status)


def attend(process: int, output: int, errors: int, seconds: float) -> dict[str, Any]:
    """What it says until it ends; killed when it takes longer."""
    said = {output: bytearray(), errors: bytearray()}
    late, deadline = False, time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for pipe in said:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(1.0):
                data = os.read(key.fd, 65536)
                said[key.fd] += data
                if not data:
                    selector.unregister(key.fd)
            if time.monotonic() > deadline:
                os.killpg(process, signal.SIGKILL)
                late, deadline = True, float("inf")
    _, status, used = os.wait4(process, 0)
    for pipe in said:
        os.close(pipe)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "output": base64.b64encode(said[output]).decode(),
        "errors": said[errors].decode("utf-8", "replace")[-2000:],
        "timed_out": late,
        "cpu": used.ru_utime + used.ru_stime,
    }


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        output, write_output = os.pipe()
        errors, write_errors = os.pipe()
        process = os.fork()
        if process == 0:
            child(request, write_output, write_errors)
        os.close(write_output)
        os.close(write_errors)
        sys.stdout.write(json.dumps(attend(process, output, errors, request["timeout"])) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
