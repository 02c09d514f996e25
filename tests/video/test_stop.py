"""Stop at any moment of a render leaves no process, no file and no open descriptor."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from backend.errors import Cancelled, MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.video import Clip, RenderRequest, extract_frame, preview_clip, render
from backend.video.encoding.encoders import x264
from backend.video.joining.joining import JoinRequest, join
from backend.video.keying.keying import OverlayRequest, overlay_video
from backend.work import Cancel, Work
from tests.media.makers import Maker
from tests.video.scenes import boxes

StartedHere = Callable[[], list[psutil.Process]]
Moment = Callable[[list[str], float], bool]
SIZE = (270, 480)


def _runs(program: str) -> Moment:
    return lambda programs, fraction: any(program in one for one in programs)


MOMENTS: dict[str, Moment] = {
    "before anything": lambda programs, fraction: True,
    "while files are looked into": _runs("probe_child"),
    "when the renderer starts": _runs("ffmpeg"),
    "when the first frames are there": lambda programs, fraction: fraction > 0,
    "in the middle": lambda programs, fraction: fraction > 0.5,
    "while the video is checked": lambda programs, fraction: (
        fraction > 0.89 and _runs("probe_child")(programs, fraction)
    ),
}


def _programs(children: list[psutil.Process]) -> list[str]:
    """What the children are, as far as they can be asked."""
    found = []
    for child in children:
        try:
            found.append(" ".join(child.cmdline()))
        except psutil.Error:
            continue
    return found


@contextmanager
def stopping(moment: Moment, started_here: StartedHere) -> Iterator[Work]:
    """Work that is stopped as soon as this moment has come; if it never comes, the test sees no `Cancelled`."""
    cancel, over = Cancel(), threading.Event()
    reached = [0.0]

    def watch() -> None:
        while not over.is_set() and not moment(_programs(started_here()), reached[0]):
            time.sleep(0.005)
        cancel.set()

    def report(fraction: float, message: str, **details: object) -> None:
        reached[0] = fraction

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield Work(report, cancel)
    finally:
        over.set()
        watcher.join()


def as_new(*paths: Path) -> None:
    """Let nothing be known of these files: what did not change is not looked into again."""
    for path in paths:
        os.utime(path)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted in /proc")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_render_that_is_stopped_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path, started_here: StartedHere, moment: str
) -> None:
    request = RenderRequest(
        make.tone("long.wav", seconds=20.0), 20.0, (Clip(make.clip()),), SIZE,
        ass=boxes((0.2, 19.0)), fonts=fonts, music=make.tone(), speech=((1.0, 5.0),), encoder=x264("ultrafast"),
    )  # fmt: skip
    as_new(*make.folder.iterdir())
    before = descriptors()
    with stopping(MOMENTS[moment], started_here) as work, pytest.raises(Cancelled):
        render(request, ffmpeg, tmp_path, work)
    assert started_here() == []
    assert list(tmp_path.iterdir()) == []
    assert descriptors() == before


@pytest.mark.parametrize("moment", ["while files are looked into", "when the renderer starts"])
def test_a_preview_or_a_frame_that_is_stopped_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path, started_here: StartedHere, moment: str
) -> None:
    clip = make.clip("half.mp4", seconds=5.0, size="640x360")

    def preview(work: Work) -> object:
        return preview_clip(None, fonts, (540, 960), 0.0, Clip(clip), ffmpeg, tmp_path, work, seconds=5.0)

    def frame(work: Work) -> object:
        return extract_frame(ffmpeg, clip, 4.9, tmp_path / "frame.jpg", work)

    for action in (preview, frame):
        as_new(clip)
        with stopping(MOMENTS[moment], started_here) as work, pytest.raises(Cancelled):
            action(work)
        assert started_here() == []
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["while files are looked into", "when the renderer starts", "in the middle"])
def test_joining_or_overlaying_that_is_stopped_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, started_here: StartedHere, moment: str
) -> None:
    clip, tall = make.clip("half.mp4", seconds=5.0, size="640x360"), make.clip("tall.mp4", seconds=5.0, size="180x320")

    def joining(work: Work) -> object:
        return join(JoinRequest((clip, tall, clip), make.tone(), transition="fade"), ffmpeg, tmp_path, work)

    def overlaying(work: Work) -> object:
        return overlay_video(OverlayRequest(clip, tall, colour="#00ff00"), ffmpeg, tmp_path, work)

    for action in (joining, overlaying):
        as_new(clip, tall)
        with stopping(MOMENTS[moment], started_here) as work, pytest.raises(Cancelled):
            action(work)
        assert started_here() == []
        assert list(tmp_path.iterdir()) == []


def test_a_render_that_fails_leaves_nothing(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, started_here: StartedHere
) -> None:
    """A clip that is another one by the time it is read than when it was looked into."""
    changed = Clip(make.text("changed.mp4", b"no clip any more"), probe(make.clip()))
    with pytest.raises(MediaFailed):
        render(RenderRequest(make.tone(), 1.0, (changed,), SIZE), ffmpeg, tmp_path, Work())
    assert list(tmp_path.iterdir()) == []
    assert started_here() == []
