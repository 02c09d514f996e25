"""The studio's side of one engine process: starts it, asks, watches and stops it.

An engine ends in one of three ways: it never became ready (`EngineLoadFailed`), it refused this request
(`EngineRequestFailed`), or its process ended or fell silent (`EngineDied`).
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import queue
import shlex
import shutil
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from backend.engines import far_side
from backend.engines.surroundings import for_engine
from backend.errors import (
    Cancelled,
    EngineDied,
    EngineError,
    EngineLoadFailed,
    EngineOutOfMemory,
    EngineRequestFailed,
)
from backend.work import Work

if TYPE_CHECKING:
    from execnet import Group

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.05
_TAIL_CHARACTERS = 2000


@dataclass(frozen=True)
class Patience:
    """How long a host waits, in seconds, before it takes an engine for hung."""

    start: float = 60.0
    """From starting the process to its first word."""
    load: float = 300.0
    """Without progress while loading."""
    request: float = 300.0
    """Without progress in a request."""
    beat: float = 60.0
    """Without a heartbeat: a library holds the interpreter, or the process is stopped."""
    cancel: float = 2.0
    """From Stop until the process is killed."""


@dataclass
class _Pending:
    answers: queue.Queue[tuple[Any, ...]] = field(default_factory=queue.Queue)
    progressed: float = field(default_factory=time.monotonic)


class Host:
    """One engine process. Requests may come from several threads at once."""

    def __init__(
        self,
        name: str,
        *,
        code: Path,
        models: Path | None,
        log: Path,
        python: Path | None = None,
        threads: int = 1,
        options: dict[str, Any] | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Args:
        name: of the engine, for messages.
        code: folder with ``engine.py``.
        models: folder with its weights, if it has any.
        log: where its prints go; a folder beside it is where its libraries may leave files. Both go with the process.
        python: interpreter of its own environment; the studio's if None.
        threads: how many requests it works on at once.
        options: given to its ``load``.
        """
        self.name = name
        self.facts: dict[str, Any] = {}
        """What its ``load`` told, e.g. the ``device`` it runs on."""
        self.used = time.monotonic()
        """When it last had work, in `time.monotonic` seconds."""
        self._start = {"folder": str(code), "threads": threads, "log": str(log)}
        self._models = str(models or "")
        self._options = options or {}
        self._python = python or Path(sys.executable)
        self._log_path = log
        self._temporary = log.with_suffix(".tmp")
        self._patience = patience or Patience()
        self._numbers = itertools.count()
        self._pending: dict[int, _Pending] = {}
        self._lock = threading.Lock()
        self._group: Group | None = None
        self._channel: Any = None
        self._hello: queue.Queue[int | None] = queue.Queue()
        self._pid: int | None = None
        self._beat = time.monotonic()
        self._ended = threading.Event()
        self._killed_because = ""

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._pid is not None and not self._ended.is_set()

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._pid if self.alive else None

    @property
    def memory(self) -> int:
        """Bytes of main memory it holds; 0 when it does not run."""
        try:
            return int(psutil.Process(self._pid).memory_info().rss) if self.alive else 0
        except psutil.Error:
            return 0

    @property
    def busy(self) -> int:
        """Requests in it now."""
        return len(self._pending)

    def start(self, work: Work) -> None:
        """Start the process and load the model.

        Raises:
            EngineLoadFailed: it never became ready.
            Cancelled: stopped meanwhile.
        """
        self._temporary.mkdir(parents=True, exist_ok=True)
        load = {"do": "load", "models": self._models, "options": self._options}
        try:
            self._spawn()
            self._await_hello(work)
            self.facts = self._ask(load, work, self._patience.load) or {}
        except EngineOutOfMemory:
            self.stop()
            raise
        except (EngineDied, EngineRequestFailed) as error:
            self.stop()
            raise EngineLoadFailed(
                f"The engine {self.name} could not be loaded: {error.message}",
                hint="If packages are missing, run the installation again; else see the message.",
            ) from error
        except Cancelled:
            self.stop()
            raise

    def ask(self, do: str, request: dict[str, Any], work: Work) -> Any:
        """Let the engine do something and wait for its answer.

        Raises:
            EngineRequestFailed, EngineDied, Cancelled
        """
        return self._ask({"do": do, "request": request}, work, self._patience.request)

    def stop(self) -> None:
        """End the process and all it started. Whoever waits for an answer gets `EngineDied`."""
        self._kill("It was stopped.")
        self._log_path.unlink(missing_ok=True)

    # ------------------------------------------------------------ start

    def _spawn(self) -> None:
        # Nothing of the studio's environment (keys!) reaches the engine; -I keeps our folder off its path.
        environment = for_engine(self._temporary, int(self._options.get("threads", 1)))
        command = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment.items())]
        command += [str(self._python), "-I"]
        import execnet  # here: a studio that speaks nothing need not wait for it

        self._group = execnet.Group()
        gateway = self._group.makegateway(f"popen//execmodel=main_thread_only//python={shlex.join(command)}")
        self._channel = gateway.remote_exec(far_side)
        self._channel.setcallback(self._receive, endmarker=None)
        self._channel.send(self._start)

    def _await_hello(self, work: Work) -> None:
        until = time.monotonic() + self._patience.start
        while True:
            work.cancel.check()
            try:
                self._pid = self._hello.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                if time.monotonic() > until:
                    raise EngineDied(f"The process did not start within {self._patience.start:.0f} s.") from None
                continue
            if self._pid is None:
                raise self._death()
            self._beat = time.monotonic()
            return

    def _receive(self, message: tuple[Any, ...] | None) -> None:
        """Called by execnet's thread for everything that comes; None is the end."""
        if message is None:
            self._ended.set()
            self._hello.put(None)
            return
        self._beat = time.monotonic()
        if message[0] == "hello":
            self._hello.put(message[1])
        elif message[0] != "beat":
            pending = self._pending.get(message[1])
            if pending:
                pending.progressed = self._beat
                pending.answers.put(message)

    # ------------------------------------------------------------ asking

    def _ask(self, message: dict[str, Any], work: Work, patience: float) -> Any:
        number = next(self._numbers)
        pending = self._pending[number] = _Pending()
        try:
            self._send({**message, "id": number})
            return self._await_answer(number, pending, work, patience)
        finally:
            del self._pending[number]
            self.used = time.monotonic()

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._channel.send(message)
        except OSError:
            self._ended.set()

    def _await_answer(self, number: int, pending: _Pending, work: Work, patience: float) -> Any:
        cancelled_at: float | None = None
        while True:
            answer = self._next_answer(pending)
            if answer and answer[0] == "progress":
                work.report(answer[2], answer[3])
            elif answer and cancelled_at is not None:
                work.cancel.check()
            elif answer and answer[0] == "done":
                return answer[2]
            elif answer:
                raise self._refusal(str(answer[2]), str(answer[3]), str(answer[4]))
            elif self._ended.is_set() and pending.answers.empty():
                work.cancel.check()
                raise self._death()
            cancelled_at = self._watch(number, pending, work, patience, cancelled_at)

    def _refusal(self, message: str, trace: str, code: str) -> EngineRequestFailed:
        _log.info("Engine %s refused a request: %s", self.name, trace)
        if code == "out_of_memory":
            return EngineOutOfMemory(
                f"The memory does not suffice for {self.name}: {message}",
                hint="Close other programs, shorten the sentence, or run the engine on a larger machine.",
            )
        return EngineRequestFailed(message, hint="Change the request, or see the studio's log.")

    def _next_answer(self, pending: _Pending) -> tuple[Any, ...] | None:
        try:
            return pending.answers.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            return None

    def _watch(
        self, number: int, pending: _Pending, work: Work, patience: float, cancelled_at: float | None
    ) -> float | None:
        """Pass on a Stop, and kill what does not react to it, does not beat or does not get on."""
        now = time.monotonic()
        if work.cancel.is_set() and cancelled_at is None:
            self._send({"do": "cancel", "id": number})
            return now
        if cancelled_at is not None and now - cancelled_at > self._patience.cancel:
            self._kill("It was ended because it did not react to Stop.")
        elif now - self._beat > self._patience.beat:
            self._kill(f"It did not answer for {self._patience.beat:.0f} s and was ended.")
        elif now - pending.progressed > patience:
            self._kill(f"It made no progress for {patience:.0f} s and was ended.")
        return cancelled_at

    # ------------------------------------------------------------ the end

    def _kill(self, because: str) -> None:
        with self._lock:
            if self._group is None:
                return
            group, self._group = self._group, None
            self._killed_because = because
            if self._pid is not None and not self._ended.is_set():
                _kill_group(self._pid)
            self._ended.set()
            group.terminate(timeout=1.0)
            # Else the interpreter keeps the group until it ends, and with it all that it points to.
            atexit.unregister(group._cleanup_atexit)
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _death(self) -> EngineError:
        """What to say about the end of the process."""
        reason = self._killed_because or f"Its process {self._how_it_ended()}."
        self._kill(reason)
        tail = self.log_tail()
        last_words = f" Its last words: {tail}" if tail else ""
        return EngineDied(
            f"The engine {self.name} stopped working. {reason}{last_words}",
            hint="Try again; if it happens again, free some memory or restart the studio.",
        )

    def _how_it_ended(self) -> str:
        status = _exit_status(self._pid)
        if status is None:
            return "ended without an answer"
        if status >= 0:
            return f"ended with exit status {status} without an answer"
        memory = " (out of memory?)" if -status == signal.SIGKILL else ""
        return f"was ended by {signal.Signals(-status).name}{memory}"

    def log_tail(self) -> str:
        """The end of what the engine printed."""
        try:
            text = self._log_path.read_text("utf-8", errors="replace")
        except OSError:
            return ""
        return text[-_TAIL_CHARACTERS:].strip()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _exit_status(pid: int | None) -> int | None:
    """Exit status of a child that is ending; negative for a signal."""
    if pid is None:
        return None
    try:
        return int(psutil.Process(pid).wait(timeout=2.0))
    except (psutil.Error, TypeError):
        return None
