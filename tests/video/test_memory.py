"""What a render takes of memory: the studio hardly any, however long the video is, ffmpeg a bounded amount."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from backend.media.ffmpeg import Ffmpeg
from backend.video import Background, Clip, Image, RenderRequest, render
from backend.work import Work
from tests.media.makers import Maker
from tests.video.scenes import boxes

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="peaks are read in /proc"),
]
MOST_OF_THE_STUDIO = 50.0
"""Megabytes more than before, while an hour is rendered."""
MOST_OF_FFMPEG = 1500.0
"""Megabytes, at 1080x1920."""
HOUR = 3600.0


@pytest.mark.timeout(10_800)
@pytest.mark.parametrize("size", ["180x320", "1080x1920"])
def test_an_hour_takes_no_more_memory_than_a_moment(tmp_path: Path, size: str) -> None:
    program = [sys.executable, "-m", "tests.video.an_hour", str(tmp_path / "home"), str(HOUR), size]
    said = subprocess.run(program, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, check=True).stdout
    found = json.loads(said)
    assert found["seconds"] == pytest.approx(HOUR, abs=0.1)
    assert found["peak"] - found["before"] <= MOST_OF_THE_STUDIO, found
    assert 50 < found["child"] <= MOST_OF_FFMPEG, found


@contextmanager
def watching(started_here: Callable[[], list[psutil.Process]]) -> Iterator[dict[str, float]]:
    """The most that any child process held, in megabytes, under ``peak``."""
    found, over = {"peak": 0.0}, threading.Event()

    def watch() -> None:
        while not over.is_set():
            for child in started_here():
                try:
                    status = Path(f"/proc/{child.pid}/status").read_text()
                except OSError:
                    continue
                peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
                found["peak"] = max([found["peak"], *(int(peak) / 1024 for peak in peaks)])
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _film(make: Maker, name: str, *more: str) -> Background:
    drawing = ["-f", "lavfi", "-i", "testsrc2=s=3840x2160:r=60:d=0.5", "-preset", "ultrafast", *more]
    return Clip(make.media(name, *drawing))


def _phone_film(make: Maker) -> Background:
    """As phones film: 10 bits in HLG, which has to be brought down."""
    colours = "format=yuv420p10le,setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67"
    return _film(make, "phone.mp4", "-vf", colours, "-c:v", "libx265", "-x265-params", "log-level=error")


def _photos(make: Maker) -> list[Background]:
    return [Image(make.picture(f"photo{number}.jpg", size=(4000, 3000 + 2 * number))) for number in range(12)]


def _clips(make: Maker) -> list[Background]:
    clip = make.clip("full.mp4", size="1920x1080", sound=False)
    return [Clip(clip) for _ in range(40)]


SCENES: dict[str, Callable[[Maker], tuple[list[Background], dict[str, object]]]] = {
    "a film in 2160p": lambda make: ([_film(make, "film.mp4", "-pix_fmt", "yuv420p")], {"fit": "blur"}),
    "a film of a phone in 2160p": lambda make: ([_phone_film(make)], {"fit": "cover"}),
    "a dozen photos that move over their blurred selves": lambda make: (
        _photos(make),
        {"fit": "blur", "effect": "ken_burns"},
    ),
    "forty clips": lambda make: (_clips(make), {"fit": "cover"}),
}


@pytest.mark.parametrize("scene", SCENES)
def test_ffmpeg_keeps_to_its_memory(
    ffmpeg: Ffmpeg,
    make: Maker,
    fonts: Path,
    tmp_path: Path,
    started_here: Callable[[], list[psutil.Process]],
    scene: str,
) -> None:
    backgrounds, options = SCENES[scene](make)
    seconds = 4.0
    request = RenderRequest(
        make.tone("four.wav", seconds=seconds), seconds, tuple(backgrounds), (1080, 1920),
        ass=boxes((0.2, 3.5)), fonts=fonts, music=make.tone(), **options,  # type: ignore[arg-type]
    )  # fmt: skip
    with watching(started_here) as found:
        render(request, ffmpeg, tmp_path, Work())
    assert 50 < found["peak"] <= MOST_OF_FFMPEG
