"""A studio's engines, loaded, unloaded and killed many times over, and what that leaves behind.

``python -m tests.engines.lives FOLDER COUNT [F5_WEIGHTS]`` prints a JSON line: what this process held before and after.
It is a process of its own, so that only the engines' traces are counted, not those of other tests.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from pathlib import Path

import psutil

from backend.engines import ENGINES, Engines, SpeakRequest
from backend.engines.weights import WEIGHTS
from backend.errors import Cancelled, EngineError
from backend.settings import Settings
from backend.work import Work
from tests.engines.real import make_reference, weights_in

MISBEHAVING = Path(__file__).with_name("misbehaving")
SLOW = SpeakRequest("Silence that takes its time.", options={"seconds_to_think": 3600.0})
QUICK = SpeakRequest("Silence.")

for _name in ("dies_in_speak", "dies_in_load", "exits_in_load", "fails_to_load", "has_children", "prints"):
    ENGINES[_name] = replace(ENGINES["silence"], name=_name, folder=str(MISBEHAVING / _name))


@dataclass(frozen=True)
class Held:
    """What a process has in its hands."""

    memory: int
    """Bytes."""
    files: int
    """Open files, pipes and sockets."""
    threads: int
    objects: int
    """Of Python, alive after a collection."""
    descendants: int
    """Processes that it or an engine of its started, wherever they hang now."""
    temporary: int
    """Files and folders of engines on disk."""


def main() -> None:
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    tempfile.tempdir = str(folder)
    engines = Engines(
        models_folder=folder / "models",
        engines_folder=Settings().engines_folder,
        run_folder=folder / "run",
        weights_folder=Path(sys.argv[3]) if len(sys.argv) > 3 else None,
        hub_offline=True,
        idle_seconds=3600,
        device="cpu",
        weights={**WEIGHTS, "f5": weights_in(Path(sys.argv[3]) / "f5", "f5")} if len(sys.argv) > 3 else WEIGHTS,
    )
    lives = list(_lives(engines, folder, with_f5=len(sys.argv) > 3))
    for live in lives * 2:  # what is made once and kept: imports, the keeper, pools, the allocator's arenas
        live()
    _unload_all(engines)
    before = _held(folder)
    for live in islice(cycle(lives), count):
        live()
    _unload_all(engines)
    after = _held(folder)
    engines.close()
    sys.stdout.write(json.dumps({"before": asdict(before), "after": asdict(after)}) + "\n")


def _held(folder: Path) -> Held:
    """What this process holds now; waits a moment for the kernel to bury what was killed."""
    deadline = time.monotonic() + 5
    while (living := _descendants(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    gc.collect()
    objects = len(gc.get_objects())
    this = psutil.Process()
    run = [path for path in (folder / "run").rglob("*") if not path.name.endswith(".lock")]
    return Held(this.memory_info().rss, this.num_fds(), this.num_threads(), objects, living, len(run))


def _descendants(folder: Path) -> int:
    """Children of this process, and whoever has the engines' temporary folder in its environment: a child that its
    parent lost hangs elsewhere."""
    mine = {child.pid for child in psutil.Process().children(recursive=True)}
    for process in psutil.process_iter():
        try:
            if process.environ().get("TMPDIR", "").startswith(str(folder)) and process.pid != os.getpid():
                mine.add(process.pid)
        except psutil.Error:
            continue
    return len(mine)


# ------------------------------------------------------------ ways to live and die


def _lives(engines: Engines, folder: Path, with_f5: bool) -> Iterator[Callable[[], None]]:
    """Each loads an engine and sees to its end."""
    yield lambda: _speak_and_unload(engines, "silence", QUICK)
    yield lambda: _kill_at_rest(engines, "silence", QUICK)
    yield lambda: _kill_at_work(engines, "silence", SLOW)
    yield lambda: _stop_at_work(engines, "silence", SLOW)
    yield lambda: _fails(engines, "dies_in_speak", SpeakRequest("exit 5"))
    yield lambda: _fails(engines, "dies_in_load", QUICK)
    yield lambda: _fails(engines, "exits_in_load", QUICK)
    yield lambda: _fails(engines, "fails_to_load", QUICK)
    yield lambda: _kill_at_work(engines, "has_children", SpeakRequest(str(folder / "children")))
    yield lambda: _speak_and_unload(engines, "prints", QUICK)
    if with_f5:
        spoken = SpeakRequest("One sentence.", reference=make_reference(folder / "voice.wav"), seed=1)
        long = replace(spoken, text="Many words, said slowly. " * 8, options={"nfe_step": 64})
        yield lambda: _speak_and_unload(engines, "f5", spoken)
        yield lambda: _kill_at_rest(engines, "f5", spoken)
        yield lambda: _kill_at_work(engines, "f5", long)
        yield lambda: _stop_at_work(engines, "f5", long)


def _speak_and_unload(engines: Engines, name: str, request: SpeakRequest) -> None:
    engines.speak(name, request, Work())
    engines._pools[name].end_idle()


def _kill_at_rest(engines: Engines, name: str, request: SpeakRequest) -> None:
    engines.speak(name, request, Work())
    _kill(engines, name)
    engines.speak(name, request, Work())  # which starts another
    _kill(engines, name)


def _kill_at_work(engines: Engines, name: str, request: SpeakRequest) -> None:
    """Kill it in the middle, and once more when the request is tried again."""
    asking = threading.Thread(target=_fails, args=(engines, name, request))
    asking.start()
    killed: set[int] = set()
    while asking.is_alive():
        busy = engines._pools[name]._hosts if name in engines._pools else []
        for host in busy:
            if host and host.pid and host.facts is not None and host.busy and host.pid not in killed:
                time.sleep(0.05)  # into the request
                killed.add(host.pid)
                psutil.Process(host.pid).kill()
        time.sleep(0.01)
    asking.join()


def _stop_at_work(engines: Engines, name: str, request: SpeakRequest) -> None:
    work = Work()
    threading.Timer(0.3, work.cancel.set).start()
    try:
        engines.speak(name, request, work)
    except Cancelled:
        engines._pools[name].end_idle()
    else:
        raise SystemExit("It was not stopped.")


def _fails(engines: Engines, name: str, request: SpeakRequest) -> None:
    try:
        engines.speak(name, request, Work())
    except EngineError:
        return
    raise SystemExit(f"{name} was meant to fail.")


def _kill(engines: Engines, name: str) -> None:
    for host in engines._pools[name]._hosts:
        if host and host.pid:
            psutil.Process(host.pid).kill()
            while host.alive:
                time.sleep(0.005)


def _unload_all(engines: Engines) -> None:
    for pool in engines._pools.values():
        pool.end_idle()


if __name__ == "__main__":
    main()
