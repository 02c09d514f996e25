"""Runs in front of every media child and then becomes it: ``launch.py '<json of limits>' program argument...``.

It takes the limits upon itself and asks the kernel to be killed when the studio ends; both outlive ``exec``.
A program of its own instead of ``preexec_fn``, which may deadlock in a process with threads as the studio is.
Started with ``python -I -S``: the standard library only.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


def _die_with(parent: int) -> None:
    """Be killed when the studio is (Linux; elsewhere the studio's own clean-up has to do)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was asked
        sys.exit(1)


def _limit(kind: int, value: int) -> None:
    """Lower a limit; one that is lower already stays."""
    _, highest = resource.getrlimit(kind)
    wanted = value if highest == resource.RLIM_INFINITY else min(value, highest)
    resource.setrlimit(kind, (wanted, wanted))


def main(settings: str, program: list[str]) -> None:
    """Take the limits (bytes, seconds, counts) of ``settings`` and become ``program``."""
    limits = json.loads(settings)
    _die_with(limits["parent"])
    if sys.platform == "linux":  # elsewhere address space cannot be limited
        _limit(resource.RLIMIT_AS, limits["memory_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_seconds"])
    _limit(resource.RLIMIT_FSIZE, limits["output_bytes"])
    _limit(resource.RLIMIT_NOFILE, limits["open_files"])
    _limit(resource.RLIMIT_CORE, 0)
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and exec would hand that on
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execv(program[0], program)  # noqa: S606 - no shell on purpose
    except OSError as error:
        sys.exit(f"{os.path.basename(program[0])} cannot be started: {error.strerror}")  # noqa: PTH119


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
