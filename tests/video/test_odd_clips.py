"""Clips as phones, cameras and screen recorders write them: each fills the frame, in its colours, at its time."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as Pictures

from backend.media.ffmpeg import Ffmpeg
from backend.models import Fit
from backend.video import RenderRequest, open_background, render, video_still
from backend.work import Work
from tests.media.makers import Maker

SIZE = (90, 160)
_GREY = "color=gray:s=128x72:r=30:d=0.3"
_WIDE = "setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020"
CLIPS = {
    "pq.mp4": [f"{_GREY},format=yuv420p10le,{_WIDE}:color_trc=smpte2084", "-c:v", "libx265"],
    "hlg.mp4": [f"{_GREY},format=yuv420p10le,{_WIDE}:color_trc=arib-std-b67", "-c:v", "libx265"],
    "ten-bits.mp4": [f"{_GREY},format=yuv420p10le", "-c:v", "libx264"],
    "full-range.mp4": [f"{_GREY},scale=out_range=pc,format=yuvj420p", "-color_range", "pc"],
    "anamorphic.mp4": [f"{_GREY},setsar=2/1", "-pix_fmt", "yuv420p"],
    "whole-colours.mkv": [f"{_GREY},format=yuv444p"],
    "rgb.mkv": [f"{_GREY},format=gbrp", "-c:v", "libx264rgb"],
    "grey.mkv": [f"{_GREY},format=gray", "-c:v", "libx264"],
    "interlaced.mp4": [_GREY, "-flags", "+ildct+ilme", "-c:v", "mpeg2video"],
    "odd.mkv": ["color=gray:s=121x73:r=24000/1001:d=0.3,format=yuv444p"],
    "tiny.mkv": ["color=gray:s=2x2:r=30:d=0.3,format=yuv444p"],
    "late.mp4": [_GREY, "-pix_fmt", "yuv420p", "-output_ts_offset", "5"],
    "moving.gif": ["color=gray:s=16x16:r=10:d=0.3"],
}


@pytest.mark.parametrize("name", CLIPS)
def test_a_grey_clip_of_any_kind_is_a_grey_background(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, name: str) -> None:
    clip = open_background(make.media(f"grey-{name}", "-f", "lavfi", "-i", *CLIPS[name]))
    edges: dict[Fit, int] = {"cover": 128, "blur": 75}
    for fit, edge in edges.items():
        request = RenderRequest(Path(), 0.3, (clip,), SIZE, fit)
        with Pictures.open(video_still(request, 0.1, ffmpeg, tmp_path, Work())) as picture:
            seen = np.asarray(picture).astype(int)
        assert np.abs(seen[80, 45] - 128).max() < 34, fit
        if name != "tiny.mkv" and "gif" not in name:
            assert np.abs(seen[4, 4] - edge).max() < 34, fit


def test_sound_of_six_channels_is_no_hindrance(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> None:
    noise = "anoisesrc=d=0.5,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"
    clip = make.media("six.mp4", *("-f", "lavfi", "-i", _GREY), *("-f", "lavfi", "-i", noise), "-pix_fmt", "yuv420p")
    made = render(RenderRequest(clip, 0.5, (open_background(clip),), SIZE), ffmpeg, tmp_path, Work())
    assert made.info.require_audio().channels == 2
    assert made.info.require_video().frames == 15


@pytest.mark.parametrize("fit", ["cover", "blur"])
def test_pictures_of_uneven_rate_are_shown_at_their_time(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, fit: Fit) -> None:
    """Each picture's level says when it was filmed; between two, the earlier one stays."""
    counting = "nullsrc=s=64x64:r=30:d=2,format=yuv420p,geq=lum='16+3*N':cb=128:cr=128"
    dropped = f"{counting},select='not(mod(n,7))+lt(mod(n,20),5)'"
    options = ["-fps_mode", "vfr", "-c:v", "libx264", "-qp", "0", "-bf", "0"]
    clip = open_background(make.media("uneven.mp4", "-f", "lavfi", "-i", dropped, *options))
    request = RenderRequest(make.tone("uneven.wav", seconds=2.0), 1.9, (clip,), (64, 64), fit)
    with av.open(str(render(request, ffmpeg, tmp_path, Work()).path)) as container:
        levels = [frame.to_ndarray()[:64].mean() for frame in container.decode(video=0)]
    kept = [number for number in range(60) if number % 7 == 0 or number % 20 < 5]
    filmed = [max(number for number in kept if number <= shown) for shown in range(57)]
    off = np.abs((np.array(levels) - 16) / 3 - filmed)
    assert np.percentile(off, 90) < 0.6
    assert off.max() <= 7, "one picture early or late at most"
