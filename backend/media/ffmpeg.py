"""The one place that starts ffmpeg, and any other child that reads media.

Every child gets an argument list (never a shell), an almost empty environment (no secrets), limits on memory, time
and output, a process group of its own, and a life no longer than the studio's. Callers name files by fixed names
in ``folder``, which is the child's working folder, so that no user text reaches a command line.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from backend.errors import Cancelled, MediaFailed
from backend.work import Cancel, Work

GIB = 1024**3
_LAUNCHER = Path(__file__).with_name("launch.py")
FULL = "No space left on device"
"""What programs say of a full disk, ours among them."""
_LEAST_ROOM = 1_000_000
"""Bytes."""
_KEPT_OUTPUT = 4 * 1024**2
_KEPT_ERRORS = 64 * 1024
_LOOK_SECONDS = 0.1
_GRACE_SECONDS = 1.0
_PIPE_CPU_SECONDS = 1200
"""Of an encoder in a pipe; an hour of speech takes it a minute."""
_QUIET = ("-nostdin", "-hide_banner", "-v", "error", "-nostats")
_BASE = (*_QUIET, "-progress", "pipe:1")
_NEEDED = {
    "-filters": (" ass ", " perspective ", " amultiply ", " zscale ", " gblur ", " ebur128 "),
    "-encoders": (" libx264 ", " aac "),
}


@dataclass(frozen=True)
class Guard:
    """What a child may use; over it, the kernel ends it."""

    memory_bytes: int = 8 * GIB
    """Address space."""
    output_bytes: int = 4 * GIB
    """Size of any file it writes."""
    cpu_seconds: int = 4 * 3600
    """Processor time over all its threads."""
    open_files: int = 512


@dataclass(frozen=True)
class Finished:
    """How a child ended."""

    status: int
    """Exit status; negative is the signal that ended it."""
    output: bytes
    """Start of its standard output."""
    errors: str
    """End of its standard error."""


def run_child(
    program: Sequence[str],
    *,
    folder: Path,
    cancel: Cancel,
    timeout: float,
    guard: Guard,
    source: int = subprocess.DEVNULL,
    on_output: Callable[[bytes], None] | None = None,
) -> Finished:
    """Run a program to its end under guard; it is gone when this returns or raises.

    Args:
        program: full path and arguments.
        folder: its working folder.
        timeout: seconds of wall time.
        source: a file descriptor that is its standard input; nothing unless said.
        on_output: gets standard output as it comes, instead of `Finished.output`.

    Raises:
        Cancelled: ``cancel`` was raised; the child's process group has been killed.
        MediaFailed: ``media_timeout``.
    """
    cancel.check()
    limits = json.dumps({**asdict(guard), "parent": os.getpid()})
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(_LAUNCHER), limits, *program],
        cwd=folder,
        env=_environment(folder),
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    # The kernel's "die with your parent" means the parent's thread. This thread started the child and stays until
    # the child has ended, so only the end of the whole studio can fire it.
    try:
        return _attend(process, cancel, time.monotonic() + timeout, on_output)
    finally:
        _end(process)


def _environment(folder: Path) -> dict[str, str]:
    """No secrets; fonts only as ``folder`` says; few memory arenas, whose room would count against the limit."""
    fonts = str(folder / "fonts.conf")
    basics = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    return {**basics, "FONTCONFIG_FILE": fonts, "MALLOC_ARENA_MAX": "4"}


def _attend(
    process: subprocess.Popen[bytes],
    cancel: Cancel,
    deadline: float,
    on_output: Callable[[bytes], None] | None,
) -> Finished:
    """Read what the child says until it has ended, watching the clock and the Stop button."""
    output, errors = bytearray(), bytearray()

    def keep_output(data: bytes) -> None:
        output.extend(data[: _KEPT_OUTPUT - len(output)])

    def keep_errors(data: bytes) -> None:
        errors.extend(data)
        del errors[:-_KEPT_ERRORS]

    assert process.stdout and process.stderr  # noqa: S101 - both are pipes
    with selectors.DefaultSelector() as selector, process.stdout, process.stderr:
        selector.register(process.stdout, selectors.EVENT_READ, on_output or keep_output)
        selector.register(process.stderr, selectors.EVENT_READ, keep_errors)
        while selector.get_map() or process.poll() is None:
            for key, _ in selector.select(_LOOK_SECONDS):
                if data := os.read(key.fd, 65536):
                    key.data(data)
                else:
                    selector.unregister(key.fileobj)
            cancel.check()
            if time.monotonic() > deadline:
                raise MediaFailed(
                    "The media work took too long and was stopped.",
                    hint="Try a shorter or smaller file; on a busy machine, try again later.",
                    code="media_timeout",
                )
    return Finished(process.wait(), bytes(output), errors.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    """See the child and whatever it started gone: politely for a second, then for certain."""
    if process.poll() is None:
        _signal_group(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
    if process.poll() is None:
        _signal_group(process, signal.SIGKILL)
        process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


class Ffmpeg:
    """An ffmpeg program and how to run it. Safe to share between threads."""

    def __init__(self, binary: Path) -> None:
        self.binary = binary

    def run(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        work: Work,
        seconds: float | None = None,
        timeout: float,
        memory_bytes: int = Guard.memory_bytes,
        output_bytes: int = Guard.output_bytes,
        message: str = "Working on the media",
    ) -> str:
        """Run ffmpeg to its end and give what it wrote to standard error.

        Args:
            arguments: everything after the options that all runs share; files by fixed names in ``folder``.
            folder: working folder, the job's own.
            work: gets progress from 0 to 1 when ``seconds`` is known; its Stop kills the process group.
            seconds: expected length of the output.
            timeout: seconds of wall time after which it is killed.
            memory_bytes: limit of its address space.
            output_bytes: limit of any file it writes.
            message: what progress says, for people.

        Raises:
            Cancelled: stopped on request.
            MediaFailed: it refused, crashed or went over a limit; the end of its errors is in the message.
        """
        progress = _Progress(work, seconds, message)
        guard = Guard(memory_bytes, output_bytes, cpu_seconds=math.ceil(timeout * (os.cpu_count() or 1)))
        return self._run([*_BASE, *arguments], folder, work.cancel, timeout, guard, subprocess.DEVNULL, progress.feed)

    def pipe(
        self,
        arguments: Sequence[str],
        *,
        source: int,
        on_output: Callable[[bytes], None],
        folder: Path,
        cancel: Cancel,
        timeout: float,
    ) -> None:
        """Run ffmpeg from ``pipe:0`` to ``pipe:1`` until what it reads ends; only for input of our own making.

        Args:
            source: a file descriptor that it reads from.
            on_output: gets what it writes, as it comes.
            folder, cancel, timeout: as in `run`.

        Raises:
            Cancelled, MediaFailed: as `run`.
        """
        guard = Guard(cpu_seconds=_PIPE_CPU_SECONDS)
        self._run([*_QUIET, *arguments], folder, cancel, timeout, guard, source, on_output)

    def _run(
        self,
        arguments: Sequence[str],
        folder: Path,
        cancel: Cancel,
        timeout: float,
        guard: Guard,
        source: int,
        on_output: Callable[[bytes], None],
    ) -> str:
        program = [str(self.binary), *arguments]
        try:
            finished = run_child(
                program, folder=folder, cancel=cancel, timeout=timeout, guard=guard, source=source, on_output=on_output
            )
        except OSError as error:
            raise MediaFailed(f"ffmpeg could not be started: {error.strerror}.", hint="Try again.") from error
        if finished.status:
            raise _failure(finished)
        return finished.errors

    @functools.cached_property
    def version(self) -> str:
        """E.g. ``5.1.9-0+deb12u1``; empty when it does not say."""
        words = _ask(self.binary, "-version").split()
        return words[2] if words[:2] == ["ffmpeg", "version"] else ""


class _Progress:
    """Turns what ``-progress`` writes into reports."""

    def __init__(self, work: Work, seconds: float | None, message: str) -> None:
        self._work, self._seconds, self._message = work, seconds, message
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            name, _, value = line.partition(b"=")
            if name == b"out_time_us" and self._seconds and value.isdigit():
                fraction = min(1.0, int(value) / 1_000_000 / self._seconds)
                self._work.report(fraction, self._message)


def _failure(finished: Finished) -> MediaFailed:
    """What went wrong, in an error a person can act on."""
    if FULL in finished.errors:
        return disk_full()
    if finished.status == -signal.SIGXFSZ or "File too large" in finished.errors:
        hint = "Make a shorter or smaller one."
        return MediaFailed("The output grew over its size limit.", hint=hint, code="output_too_large")
    if finished.status == -signal.SIGXCPU:
        hint = "Try a shorter or smaller file."
        return MediaFailed("The media work took too long and was stopped.", hint=hint, code="media_timeout")
    lines = [line.strip() for line in finished.errors.splitlines() if line.strip()]
    told = " / ".join(lines[-4:])[:600]
    if finished.status < 0:
        told = f"{told} (ended by signal {-finished.status})".strip()
    told = told or f"exit status {finished.status}"
    return MediaFailed(f"ffmpeg failed: {told}", hint="Try another file or another format.")


def disk_full() -> MediaFailed:
    """The error for a program that found no room for what it writes."""
    return MediaFailed("The disk is full.", hint="Free some space and try again.", code="disk_full")


def has_no_room(folder: Path) -> bool:
    """Whether hardly anything can be written there, or no further file be made: for programs that do not tell."""
    state = os.statvfs(folder)
    return state.f_bavail * state.f_frsize < _LEAST_ROOM or bool(state.f_files and not state.f_favail)


def _ask(binary: Path, question: str) -> str:
    """What ffmpeg answers to an option like ``-version``; empty if it cannot be run."""
    program = [str(binary), "-hide_banner", question]
    try:
        finished = run_child(program, folder=Path("/"), cancel=Cancel(), timeout=30, guard=Guard())
    except (OSError, MediaFailed, Cancelled):
        return ""
    return finished.output.decode("utf-8", "replace") if finished.status == 0 else ""


def _lacks(binary: Path) -> list[str]:
    """What the studio needs and this ffmpeg was built without."""
    answers = {question: _ask(binary, question) for question in _NEEDED}
    return [name.strip() for question, names in _NEEDED.items() for name in names if name not in answers[question]]


@functools.cache
def find_ffmpeg(preferred: Path | None = None) -> Path:
    """The ffmpeg to use: ``preferred``, else a complete one on PATH, else the one in the imageio-ffmpeg wheel.

    Raises:
        MediaFailed: ``ffmpeg_missing``, when there is none or the preferred one lacks what the studio needs.
    """
    if preferred is not None:
        if not preferred.is_file():
            hint = "Correct STUDIO_FFMPEG, or unset it to use the one that comes along."
            raise MediaFailed("STUDIO_FFMPEG names no file.", hint=hint, code="ffmpeg_missing")
        if lacking := _lacks(preferred):
            raise MediaFailed(
                f"{preferred.name} cannot be used: it lacks {', '.join(lacking)}.",
                hint="Point STUDIO_FFMPEG at a complete ffmpeg, or unset it to use the one that comes along.",
                code="ffmpeg_missing",
            )
        return preferred
    on_path = shutil.which("ffmpeg")
    if on_path and not _lacks(Path(on_path)):
        return Path(on_path)
    return _bundled_ffmpeg()


def _bundled_ffmpeg() -> Path:
    import imageio_ffmpeg  # type: ignore[import-untyped]

    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        hint = "Install ffmpeg and set STUDIO_FFMPEG to it."
        raise MediaFailed("There is no ffmpeg on this machine.", hint=hint, code="ffmpeg_missing") from error
