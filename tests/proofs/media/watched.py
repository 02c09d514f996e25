"""What a program and all its children opened, connected to and started, as strace saw it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

STRACE = shutil.which("strace")
_CALLS = "open,openat,openat2,creat,connect,socket,execve,execveat,clone,clone3,fork,vfork"
_LINE = re.compile(r"(?P<process>\d+) +(?P<call>\w+)\((?P<rest>.*)")
_EXIT = re.compile(r"(?P<process>\d+) +\+\+\+ (exited|killed)")
_RESUMED = re.compile(r"(?P<process>\d+) +<\.\.\. \w+ resumed>(?P<rest>.*)")
_PATH = re.compile(
    r'(?:AT_FDCWD<(?P<folder>[^>]*)>|(?P<number>\d+)<(?P<base>[^>]*)>)?(?:, )?"(?P<name>(?:[^"\\]|\\.)*)"'
)
_ENDED = "ended"
_Call = tuple[int, str, str]
"""Process, what it asked the kernel for, with what and to what end."""
_OPENED = re.compile(r"= \d+<(?P<path>.*)>$")
_BORN = re.compile(r"= (\d+)$")
_LIBRARIES = re.compile(
    r"^(/proc/(self|thread-self|\d+)(/.*)?|/proc/(cpuinfo|meminfo|stat|sys/.*|filesystems)|/sys/(devices/system|fs/cgroup).*"
    r"|/dev/(null|urandom|random|zero|tty|shm/.*)|/etc/(ld\.so\..*|localtime|locale\.alias|nsswitch\.conf|ssl/openssl\.cnf)"
    r"|/usr/(share/(locale|zoneinfo)|lib/locale)/?.*|.*/gconv/gconv-modules\.cache|.*\.so[0-9.]*(\.hwcap.*)?|.*/glibc-hwcaps/.*|pipe:.*|socket:.*|anon_inode:.*)$"
)
"""What a program may open because it is one: its libraries, the machine's processors, its own process."""


_PYTHON = (sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix))


@dataclass
class Seen:
    """What was seen."""

    calls: int = 0
    """Files opened, or tried to, by whatever opens media."""
    readers: int = 0
    """Processes that open media."""
    outside: list[str] = field(default_factory=list)
    """Paths that none of them has any business with."""
    connections: list[str] = field(default_factory=list)
    """Sockets to other machines, by any process."""
    started: set[str] = field(default_factory=set)
    """Programs."""


def run_watched(
    program: Sequence[str], log: Path, timeout: float, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it to the end of all its children; the log has what it asked of the kernel."""
    assert STRACE
    watch = [STRACE, "-f", "--seccomp-bpf", "-q", "-y", "-s", "4096", "-e", "signal=none", "-e", f"trace={_CALLS}"]
    return subprocess.run(
        [*watch, "-o", str(log), *program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def read_log(log: Path, allowed: Sequence[str], readers: Sequence[str]) -> Seen:
    """Judge a log.

    Args:
        allowed: where those who open media may open files, as the start of paths.
        readers: programs, or scripts, that open media; all they start do so, too.
    """
    seen, calls = Seen(), _calls(log)
    families = _Families(calls, readers)
    for place, (process, call, rest) in enumerate(calls):
        if call == _ENDED:
            families.ended(process, place)
        elif call.startswith("exec"):
            families.became(process, rest)
            seen.started.add(rest.split('"')[1].rpartition("/")[2])
        elif call in ("socket", "connect") and "AF_INET" in rest:
            seen.connections.append(rest[:200])
        elif call.startswith(("open", "creat")) and families.reads(process):
            seen.calls += 1
            path = _path(rest)
            if not (_LIBRARIES.match(path) or path.startswith((*allowed, *_PYTHON))):
                seen.outside.append(path)
    seen.readers = families.readers
    return seen


class _Families:
    """Which processes open media: those that become a program that does, and all they start. Numbers come again."""

    def __init__(self, calls: Sequence[_Call], readers: Sequence[str]) -> None:
        self._programs = readers
        self._reads: dict[int, bool] = {}
        self._ended: dict[int, int] = {}
        self._births: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        self.readers = 0
        """So many there were."""
        for place, (process, call, rest) in enumerate(calls):
            if ("clone" in call or "fork" in call) and (born := _BORN.search(rest)):
                self._births[int(born[1])].append((place, process))

    def reads(self, process: int) -> bool:
        """Whether it opens media. It may be heard of before its parent is told that it was born."""
        if process not in self._reads:
            since = self._ended.get(process, -1)
            parent = next((parent for place, parent in self._births[process] if place > since), None)
            self._set(process, parent is not None and self.reads(parent))
        return self._reads[process]

    def became(self, process: int, rest: str) -> None:
        """It is another program now."""
        if not self.reads(process) and any(name in rest for name in self._programs):
            self._set(process, True)

    def ended(self, process: int, place: int) -> None:
        """Its number may be another's from now on."""
        self._reads.pop(process, None)
        self._ended[process] = place

    def _set(self, process: int, reads: bool) -> None:
        self._reads[process] = reads
        self.readers += reads


def _calls(log: Path) -> list[_Call]:
    """Process, call and the rest of each line; calls that were interrupted are put together again."""
    found: list[_Call] = []
    waiting: dict[int, int] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        if match := _EXIT.match(line):
            found.append((int(match["process"]), _ENDED, ""))
        elif match := _LINE.match(line):
            process, rest = int(match["process"]), match["rest"]
            if rest.endswith("<unfinished ...>"):
                waiting[process] = len(found)
                rest = rest.removesuffix("<unfinished ...>")
            found.append((process, match["call"], rest))
        elif (match := _RESUMED.match(line)) and int(match["process"]) in waiting:
            place = waiting.pop(int(match["process"]))
            process, call, rest = found[place]
            found[place] = (process, call, rest + match["rest"])
    return found


def _path(rest: str) -> str:
    """The file that was opened, links followed; what was asked for where there was none."""
    if opened := _OPENED.search(rest):
        return opened["path"]
    match = _PATH.search(rest)
    if not match:
        return rest
    name = match["name"]
    return name if name.startswith("/") else f"{match['folder'] or match['base'] or ''}/{name}"
