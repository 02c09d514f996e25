"""Shots, drawn backgrounds and layers in several sizes from one run: each size is what it is alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pictures

from backend.captions import FONTS, Progress, put_beneath
from backend.layers import ImageLayer
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.models import FrameSize
from backend.shots import Shot
from backend.video import BACKGROUND_WORDS, Overlay, RenderRequest, open_background, render, render_sizes
from backend.video.encoding.encoders import x264
from backend.video.rendering.patching import find_nothing
from backend.work import Work
from tests.media.makers import Maker
from tests.video.test_overlays import whole_captions
from tests.video.test_patching import packets
from tests.video.test_sizes import Counting

SIZES: Sequence[FrameSize] = [(96, 160), (160, 96)]
SECONDS = 3.0


@pytest.fixture(scope="module")
def requests(make: Maker, tmp_path_factory: pytest.TempPathFactory) -> list[RenderRequest]:
    logo = tmp_path_factory.mktemp("logo") / "logo.png"
    Pictures.new("RGBA", (60, 40), (0, 255, 0, 128)).save(logo)
    clip = open_background(make.clip("everything.mp4", sound=False))
    whole = RenderRequest(
        audio=make.tone("everything.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(clip, BACKGROUND_WORDS["waveform"], BACKGROUND_WORDS["moving_gradient"]),
        shots=(Shot(trim_start=0.2, trim_end=0.5), Shot(), Shot()),
        overlays=(Overlay(logo, probe(logo), ImageLayer(kind="image", file="x", start=0.5)),),
        cuts=(1.0, 2.0),
        fonts=FONTS,
        encoder=x264("ultrafast"),
    )
    bar = [Progress(0.0, SECONDS, "#ff0000", "bottom", 0.02, 0.3)]
    return [replace(whole, size=size, ass=put_beneath(whole_captions(0.5, 1.5, size), bar, size)) for size in SIZES]


def test_each_size_is_what_it_is_alone(ffmpeg: Ffmpeg, requests: list[RenderRequest], tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    alone = [render(request, ffmpeg, tmp_path / "alone", Work()) for request in requests]
    made = render_sizes(requests, ffmpeg, tmp_path, Work(), [find_nothing] * len(requests))
    for one, other in zip(made, alone, strict=True):
        assert packets(one.path) == packets(other.path)
        assert one.prints == other.prints


def test_what_one_picture_shows_again_and_again_is_read_anew_each_time(
    ffmpeg: Ffmpeg, requests: list[RenderRequest], tmp_path: Path
) -> None:
    """Else everything between the first time and the last would wait in memory."""
    counting = Counting(ffmpeg.binary)
    render_sizes(requests, counting, tmp_path, Work(), [find_nothing] * len(requests))
    (arguments,) = counting.renders
    assert sum("background0" in argument for argument in arguments if argument.startswith("file:")) == 4
