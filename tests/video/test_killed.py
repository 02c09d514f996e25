"""A process that is killed in the middle of a render leaves nothing under a final name, and no renderer."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.media.makers import Maker

_RENDERS = """
import sys
from pathlib import Path
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.video import Clip, RenderRequest, render
from backend.work import Work

sound, clip, folder = map(Path, sys.argv[1:])
told = lambda fraction, message, **details: print(fraction, flush=True) if fraction > 0.1 else None
request = RenderRequest(sound, 60.0, (Clip(clip),), (270, 480))
render(request, Ffmpeg(find_ffmpeg(None)), folder, Work(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children of a killed process")
def test_nothing_has_a_final_name_after_a_kill(make: Maker, tmp_path: Path) -> None:
    sound = make.tone("minute.wav", seconds=60.0, rate=8000)
    program = [sys.executable, "-c", _RENDERS, str(sound), str(make.clip()), str(tmp_path)]
    with subprocess.Popen(program, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as studio:
        assert studio.stdout
        assert studio.stdout.readline()  # it is in the middle
        children = psutil.Process(studio.pid).children(recursive=True)
        studio.send_signal(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert children
    assert alive == []
    assert [path for path in tmp_path.iterdir() if path.suffix == ".mp4"] == []
