"""However the studio ends, its engines end with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.conftest import MISBEHAVING
from tests.engines.test_host import is_gone, wait_for

PROJECT = Path(__file__).resolve().parents[2]
STUDIO = """
import sys, threading
from pathlib import Path
from backend.engines.host import Host
from backend.work import Work

name, text, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
host = Host(name, code=Path(sys.argv[4]) / name, models=None, log=folder / "log")
host.start(Work())
threading.Thread(target=host.ask, args=("speak", {"text": text}, Work()), daemon=True).start()
print(host.pid, flush=True)
threading.Event().wait()
"""


def studio_with(name: str, text: str, folder: Path) -> tuple[subprocess.Popen[str], int]:
    """A studio in a process of its own with a busy engine, and the engine's process id."""
    command = [sys.executable, "-c", STUDIO, name, text, str(folder), str(MISBEHAVING)]
    studio = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert studio.stdout
    return studio, int(studio.stdout.readline())


@pytest.mark.parametrize("text", ["asleep", "locked"])
def test_a_killed_studio_leaves_no_engine(tmp_path: Path, text: str) -> None:
    studio, engine = studio_with("hangs", text, tmp_path)
    with studio:
        assert not is_gone(engine)
        studio.kill()
    wait_for(lambda: is_gone(engine))


def test_a_killed_studio_leaves_nothing_that_its_engine_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    studio, _ = studio_with("has_children", str(pids), tmp_path)
    with studio:
        wait_for(pids.exists)
        studio.kill()
    for pid in pids.read_text().split():
        wait_for(lambda pid=pid: is_gone(int(pid)))  # type: ignore[misc]


def test_a_studio_that_is_asked_to_end_leaves_no_engine(tmp_path: Path) -> None:
    studio, engine = studio_with("hangs", "asleep", tmp_path)
    with studio:
        studio.terminate()
    wait_for(lambda: is_gone(engine))
