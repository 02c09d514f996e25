"""The far side of an engine: what runs in the engine's own process.

The source of this module is sent over the wire, so it needs nothing but the standard library. It loads one
``engine.py``, answers requests in threads, and sees to it that the process never outlives the studio.

Messages to the far side are dicts with ``do``: ``cancel``, or a method of the engine (``load``, ``speak``, ``listen``,
``convert``, ``find_mark``). Messages back are tuples: ``("hello", pid)``, ``("beat",)``, ``("progress", id, fraction,
message)``, ``("done", id, result)`` and ``("failed", id, message, traceback, code)``, where the code is the ``code`` of
the error if it has one.
"""

from __future__ import annotations

import importlib
import os
import select
import signal
import sys
import threading
import time
import traceback
import types
from concurrent.futures import ThreadPoolExecutor
from typing import Any

BEAT_SECONDS = 1.0
LOG_BYTES = 1_000_000


class _Cancelled:
    """The flag an engine looks at between (or, where its library lets it, within) model steps."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._actions: list[Any] = []
        self._lock = threading.Lock()

    def __call__(self) -> bool:
        return self._event.is_set()

    def on_cancel(self, action: Any) -> None:
        """Call ``action()`` when the flag goes up (at once if it is up)."""
        with self._lock:
            self._actions.append(action)
            if not self._event.is_set():
                return
        action()

    def set(self) -> None:
        with self._lock:
            self._event.set()
            actions = list(self._actions)
        for action in actions:
            action()


class _Server:
    def __init__(self, channel: Any, start: dict[str, Any]) -> None:
        self.channel = channel
        self.sending = threading.Lock()
        self.running: dict[int, _Cancelled] = {}
        self.pool = ThreadPoolExecutor(max_workers=int(start["threads"]))
        self.engine: Any = None
        self.start = start

    def send(self, *message: Any) -> None:
        with self.sending:
            self.channel.send(message)

    def serve(self) -> None:
        """Answer until the studio hangs up."""
        while True:
            try:
                message = self.channel.receive()
            except EOFError:
                # Not an orderly end: a thread of a model library could hold it up for ever.
                os.killpg(0, signal.SIGKILL)
            if message["do"] == "cancel":
                cancelled = self.running.get(message["id"])
                if cancelled:
                    cancelled.set()
                continue
            self.running[message["id"]] = _Cancelled()
            self.pool.submit(self.answer, message)

    def answer(self, message: dict[str, Any]) -> None:
        number = message["id"]
        cancelled = self.running[number]

        def progress(fraction: float, text: str = "") -> None:
            self.send("progress", number, float(fraction), text)

        try:
            self.send("done", number, self.do(message, progress, cancelled))
        # Any error of a model library becomes an answer; some end the interpreter when they miss a file.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            self.send("failed", number, *_told(error))
        finally:
            del self.running[number]

    def do(self, message: dict[str, Any], progress: Any, cancelled: _Cancelled) -> Any:
        if message["do"] == "load":
            module = _import_engine(self.start["folder"])
            self.engine = module.Engine()
            return self.engine.load(message["models"], message["options"], progress)
        return getattr(self.engine, message["do"])(message["request"], progress, cancelled)


def _told(error: BaseException) -> tuple[str, str, str]:
    """An error as message, traceback and code. Engines say ValueError on purpose, in words for people; one of a class
    of theirs may carry a ``code``, such as ``out_of_memory``."""
    code = getattr(error, "code", "") if isinstance(error, ValueError) else ""
    if isinstance(error, MemoryError):
        return str(error) or "Too much memory was asked for.", traceback.format_exc()[-4000:], "out_of_memory"
    said = str(error) if code or type(error) is ValueError else f"{type(error).__name__}: {error}"
    return said, traceback.format_exc()[-4000:], str(code)


def _import_engine(folder: str) -> Any:
    """``engine.py`` as part of a package of its own, so that it can import its neighbours and nothing else of ours."""
    package = types.ModuleType("running_engine")
    package.__path__ = [folder]
    sys.modules["running_engine"] = package
    return importlib.import_module("running_engine.engine")


def _set_a_guardian(wire: int) -> None:
    """Fork a process that does nothing but wait for the end of the studio or of this process, and then ends the group.

    It works where nothing inside this process would: while a library holds the interpreter's lock, after a crash, and
    for what the engine started itself. (The kernel's own signal at a parent's death would end only this process, and
    already when the thread ends that started it.)

    Args:
        wire: file that hangs up when the studio is gone.
    """
    guarded, held_open = os.pipe()
    if os.fork():
        os.close(guarded)
        return
    os.close(held_open)
    ends = select.poll()
    ends.register(guarded, 0)
    ends.register(wire, 0)
    ends.poll()
    os.killpg(0, signal.SIGKILL)


def _beat(server: _Server, log: int) -> None:
    """Say that this process lives, and keep its log short."""
    while True:
        time.sleep(BEAT_SECONDS)
        if os.fstat(log).st_size > LOG_BYTES:
            os.ftruncate(log, 0)
        server.send("beat")


def serve(channel: Any) -> None:
    """Run this process: a group of its own, prints into the log, then requests until the studio hangs up."""
    start = channel.receive()
    os.setsid()
    _set_a_guardian(channel.gateway._io.infile.fileno())
    log = os.open(start["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    # What model libraries print, from Python or from C, must never reach the wire.
    os.dup2(log, 1)
    os.dup2(log, 2)
    server = _Server(channel, start)
    server.send("hello", os.getpid())
    threading.Thread(target=_beat, args=(server, log), daemon=True).start()
    server.serve()


if __name__ == "__channelexec__":
    serve(globals()["channel"])
