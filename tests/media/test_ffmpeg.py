from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from backend.errors import Cancelled, MediaFailed
from backend.media.ffmpeg import Ffmpeg, Finished, Guard, find_ffmpeg, run_child
from backend.work import Cancel, Work

ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", "-"]


StartedHere = Callable[[], list[psutil.Process]]


def _run(program: list[str], folder: Path, guard: Guard = Guard()) -> Finished:  # noqa: B008 - frozen
    return run_child(program, folder=folder, cancel=Cancel(), timeout=30, guard=guard)


def test_progress_goes_up_to_the_whole(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    seen: list[float] = []
    work = Work(lambda fraction, message, **details: seen.append(fraction))
    source = ["-f", "lavfi", "-i", "testsrc2=s=64x64:d=2"]
    ffmpeg.run([*source, "-f", "null", "-"], folder=tmp_path, work=work, seconds=2, timeout=60)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0, abs=0.05)


def test_a_refusal_says_why_and_names_no_folder(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    with pytest.raises(MediaFailed, match="No such file") as failed:
        ffmpeg.run(["-i", "file:missing.mp4", "-f", "null", "-"], folder=tmp_path, work=Work(), timeout=60)
    assert failed.value.hint
    assert str(tmp_path) not in str(failed.value)


def test_stop_ends_the_child_and_all_it_started(ffmpeg: Ffmpeg, tmp_path: Path, started_here: StartedHere) -> None:
    cancel = Cancel()
    threading.Timer(0.5, cancel.set).start()
    with pytest.raises(Cancelled):
        ffmpeg.run(ENDLESS, folder=tmp_path, work=Work(cancel=cancel), timeout=60)
    assert started_here() == []


def test_stop_ends_a_child_that_will_not_listen(tmp_path: Path, started_here: StartedHere) -> None:
    cancel = Cancel()
    started = threading.Event()
    stubborn = "trap '' TERM; (trap '' TERM; sleep 60)& echo ready; wait; sleep 60"

    def on_output(data: bytes) -> None:
        started.set()
        cancel.set()

    with pytest.raises(Cancelled):
        run_child(
            ["/bin/sh", "-c", stubborn], folder=tmp_path, cancel=cancel, timeout=60, guard=Guard(), on_output=on_output
        )
    assert started.is_set()
    assert started_here() == []


def test_a_raised_stop_starts_nothing(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.set()
    with pytest.raises(Cancelled):
        ffmpeg.run(["-y", "file:never"], folder=tmp_path, work=Work(cancel=cancel), timeout=60)


def test_time_is_limited(ffmpeg: Ffmpeg, tmp_path: Path, started_here: StartedHere) -> None:
    with pytest.raises(MediaFailed) as failed:
        ffmpeg.run(ENDLESS, folder=tmp_path, work=Work(), timeout=0.5)
    assert failed.value.code == "media_timeout"
    assert started_here() == []


def test_the_size_of_the_output_is_limited(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    noise = ["-f", "lavfi", "-i", "testsrc2=s=320x240:d=5", "-f", "rawvideo", "file:big"]
    with pytest.raises(MediaFailed) as failed:
        ffmpeg.run(noise, folder=tmp_path, work=Work(), timeout=60, output_bytes=100_000)
    assert failed.value.code == "output_too_large"
    assert (tmp_path / "big").stat().st_size <= 100_000


def test_memory_is_limited(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    large = ["-f", "lavfi", "-i", "color=s=8000x8000:d=1", "-f", "null", "-"]
    with pytest.raises(MediaFailed):
        ffmpeg.run(large, folder=tmp_path, work=Work(), timeout=60, memory_bytes=150_000_000)


def test_a_child_has_its_limits_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do-not-tell")
    guard = Guard(memory_bytes=2**30, open_files=100, cpu_seconds=77)
    said = _run(["/bin/sh", "-c", "ulimit -v; ulimit -n; ulimit -c; ulimit -t; env"], tmp_path, guard).output.decode()
    assert said.split()[:4] == [str(2**20), "100", "0", "77"]
    assert "do-not-tell" not in said


def test_a_program_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(MediaFailed, match="cannot be started"):
        Ffmpeg(tmp_path / "nothing").run([], folder=tmp_path, work=Work(), timeout=60)


def test_a_child_outlives_other_threads_that_end(tmp_path: Path) -> None:
    """The kernel's "die with your parent" goes by threads; ours must be the one that waits."""
    finished: list[Finished] = []
    runner = threading.Thread(
        target=lambda: finished.append(_run(["/bin/sh", "-c", "sleep 0.5; echo alive"], tmp_path))
    )
    starter = threading.Thread(target=runner.start)
    starter.start()
    starter.join()
    runner.join()
    assert finished[0].output == b"alive\n"


def _is_ffmpeg(process: psutil.Process) -> bool:
    try:
        return "ffmpeg" in process.name()
    except psutil.NoSuchProcess:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children of a killed process")
def test_no_child_survives_a_killed_studio(tmp_path: Path) -> None:
    studio = f"""
import threading
from pathlib import Path
from backend.media.ffmpeg import *
runs = lambda: Ffmpeg(find_ffmpeg(None)).run({ENDLESS!r}, folder=Path({str(tmp_path)!r}), work=Work(), timeout=60)
threading.Thread(target=runs).start()
"""
    process = subprocess.Popen([sys.executable, "-c", studio], cwd=Path(__file__).parents[2])
    children: list[psutil.Process] = []
    while not any(_is_ffmpeg(child) for child in children):
        assert process.poll() is None
        children = psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []


def test_the_preferred_ffmpeg_must_be_there_and_complete(tmp_path: Path) -> None:
    for preferred, words in ((tmp_path / "nothing", "names no file"), (Path("/bin/true"), "lacks ass")):
        with pytest.raises(MediaFailed, match=words) as failed:
            find_ffmpeg(preferred)
        assert failed.value.code == "ffmpeg_missing"


def test_an_incomplete_ffmpeg_on_the_path_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ffmpeg"
    fake.write_text("#!/bin/sh\necho 'ffmpeg version 1'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    find_ffmpeg.cache_clear()
    assert find_ffmpeg(None) != fake
    find_ffmpeg.cache_clear()


def test_it_tells_its_version(ffmpeg: Ffmpeg) -> None:
    assert ffmpeg.version
