"""Who is there to work on jobs."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

from backend.jobs.presence import Presence, executors, remove
from tests.jobs.operations import until


def test_a_worker_is_there_from_enter_to_end(tmp_path: Path) -> None:
    presence = Presence(tmp_path / "run", "run_a")
    assert executors(tmp_path / "run") == {}
    presence.enter()
    assert executors(tmp_path / "run") == {"run_a": True}
    presence.end(forget=True)
    assert executors(tmp_path / "run") == {}


def test_one_that_leaves_work_behind_is_seen_to_be_gone(tmp_path: Path) -> None:
    presence = Presence(tmp_path, "run_a")
    presence.enter()
    presence.end(forget=False)
    assert executors(tmp_path) == {"run_a": False}
    remove(tmp_path, "run_a")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_left_behind_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "run_a.lock").write_text("4711\n")
    assert executors(tmp_path) == {"run_a": False}


def test_what_was_left_by_one_that_was_killed_as_it_came_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "run_a.new").touch()
    presence = Presence(tmp_path, "run_b")
    presence.enter()
    assert [path.name for path in tmp_path.iterdir()] == ["run_b.lock"]
    presence.end(forget=True)


def _stay(folder: Path) -> None:
    Presence(folder, "run_b").enter()
    time.sleep(600)


def test_a_killed_process_is_gone_at_once(tmp_path: Path) -> None:
    process = multiprocessing.get_context("forkserver").Process(target=_stay, args=(tmp_path,))
    process.start()
    until(lambda: executors(tmp_path))
    process.kill()
    process.join()
    process.close()
    assert executors(tmp_path) == {"run_b": False}
