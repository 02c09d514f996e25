"""What is heard and what is seen stay together, however long the video is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from backend.media.audio import write_wave
from backend.media.ffmpeg import Ffmpeg
from backend.video import Colour, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.work import Work
from tests.media.makers import Maker, samples_of
from tests.video.scenes import boxes

RATE = 24_000
SIDE = (64, 64)


def rendered(ffmpeg: Ffmpeg, make: Maker, fonts: Path, folder: Path, seconds: float, moments: list[float]) -> Path:
    """A video with a click and a box at each of these moments, and music under it."""
    clicks = np.zeros(int(seconds * RATE), np.float32)
    for moment in moments:
        clicks[int(moment * RATE) : int(moment * RATE) + 48] = 0.5
    write_wave(folder / "clicks.wav", clicks, RATE)
    request = RenderRequest(
        folder / "clicks.wav",
        seconds,
        (Colour("#000000"),),
        SIDE,
        ass=boxes(*((moment, moment + 0.2) for moment in moments), size=SIDE, colour="FFFFFF"),
        fonts=fonts,
        music=make.tone_of("hum.wav", 100, seconds=3.0, level=0.05),
        music_volume=0.1,
        speech=tuple((moment, moment + 0.2) for moment in moments),
        loudness=-14.0,
        encoder=x264("ultrafast"),
    )
    return render(request, ffmpeg, folder, Work()).path


def seen(path: Path, moments: list[float]) -> list[float]:
    """When the box comes up near each moment, in seconds."""
    with av.open(str(path)) as container:
        lit = [
            (frame.time or 0.0, frame.to_ndarray(format="gray")[32, 32] > 128) for frame in container.decode(video=0)
        ]
    rises = [time for (_, before), (time, now) in pairwise(lit) if now and not before]
    assert len(rises) == len(moments)
    return rises


def heard(path: Path, moments: list[float]) -> list[float]:
    """When the click is, in seconds."""
    samples = np.abs(samples_of(path)[0][:, 0])
    found = []
    for moment in moments:
        first = int((moment - 0.1) * 48_000)
        part = samples[first : first + 9_600]
        found.append((first + int((part > part.max() / 2).argmax())) / 48_000)
    return found


def check(path: Path, moments: list[float]) -> None:
    for moment, eye, ear in zip(moments, seen(path, moments), heard(path, moments), strict=True):
        assert abs(ear - moment) < 0.005
        assert abs(eye - ear) <= 1 / 30 + 0.005


def test_clicks_and_boxes_come_together(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    moments = [0.5, 3.333, 5.9]
    check(rendered(ffmpeg, make, fonts, tmp_path, 6.5, moments), moments)


@pytest.mark.faults
def test_after_ten_minutes_they_still_do(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    moments = [1.0 + 59.77 * number for number in range(11)]
    check(rendered(ffmpeg, make, fonts, tmp_path, 601.0, moments), moments)
