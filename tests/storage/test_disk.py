"""Files that are there whole or not at all, and what is left where a process was killed over one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend.settings import PROJECT
from backend.storage.disk import ABANDONED_SECONDS, sweep

STUDIO = """
import sys
from pathlib import Path
from backend.storage.disk import draft_beside, write_new, write_whole

def hold(file):
    file.write(b"half")
    file.flush()
    print(flush=True)
    sys.stdin.read()

target = Path(sys.argv[1])
{writing}
"""


@pytest.mark.parametrize("writing", ["write_whole(target, hold)", "write_whole(draft_beside(target), hold)"])
def test_what_a_killed_process_was_writing_goes_once_it_is_abandoned(tmp_path: Path, writing: str) -> None:
    target = tmp_path / "narrations" / "nar_1" / "1" / "audio.wav"
    command = [sys.executable, "-c", STUDIO.format(writing=writing), str(target)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline()
        process.kill()
    (draft,) = target.parent.iterdir()
    assert draft.read_bytes() == b"half"
    sweep(tmp_path)
    assert draft.exists()  # somebody may be about to write more
    os.utime(draft, (time.time() - ABANDONED_SECONDS - 1,) * 2)
    sweep(tmp_path)
    assert list(target.parent.iterdir()) == []


def test_only_drafts_are_swept(tmp_path: Path) -> None:
    kept = (".part", "clip.part", ".clip.part", f".clip.{'g' * 16}.part", "clip.0123456789abcdef.part")
    for name in kept:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1, 1))
    sweep(tmp_path)
    sweep(tmp_path / "nowhere")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
