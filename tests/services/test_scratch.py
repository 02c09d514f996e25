"""Folders for work in progress go away: at once, or when the next process starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backend.services.scratch import Scratch
from backend.settings import PROJECT

HOLD = """
import sys
from pathlib import Path
from backend.services.scratch import Scratch
with Scratch(Path(sys.argv[1])).folder() as folder:
    (folder / "half.mp4").write_bytes(b"half")
    print(folder, flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_gone_after_its_task_even_when_that_failed(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    with pytest.raises(ZeroDivisionError), scratch.folder() as folder:
        (folder / "file").touch()
        _ = 1 / 0
    assert not folder.exists()
    scratch.close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_killed_process_is_swept_and_that_of_a_live_one_is_not(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().strip())
    scratch = Scratch(tmp_path)
    scratch.sweep(lambda _: False)
    assert (folder / "half.mp4").exists()
    holder.kill()
    holder.communicate()
    scratch.sweep(lambda _: False)
    assert not folder.exists()


def test_the_folder_of_a_job_stays_until_the_job_has_ended(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    (tmp_path / "job_running").mkdir()
    (tmp_path / "job_done").mkdir()
    scratch.sweep(lambda job_id: job_id == "job_done")
    assert [path.name for path in tmp_path.iterdir()] == ["job_running"]


def test_a_folder_whose_maker_was_killed_before_it_had_its_name_is_swept(tmp_path: Path) -> None:
    (tmp_path / "new-half").mkdir()
    (tmp_path / "new-half" / "lock").touch()
    Scratch(tmp_path).sweep(lambda _: False)
    assert list(tmp_path.iterdir()) == []
