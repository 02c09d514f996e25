"""Videos in other codecs and qualities, by encoders that were really tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import av
import numpy as np
import pytest

from backend.compositions import Codec, Quality
from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.video import Clip, Earlier, Encoders, Rendered, RenderRequest, render
from backend.video.encoding.encoders import HARDWARE, READ_AS, in_hardware, software
from backend.video.encoding.trying import try_encoder
from backend.work import Work
from tests.media.makers import Maker, frames_of
from tests.video.scenes import boxes
from tests.video.test_patching import packets

SIZE = (180, 320)
SECONDS = 5.0
CODECS: tuple[Codec, ...] = get_args(Codec)
QUALITIES: tuple[Quality, ...] = get_args(Quality)


class Counting(Ffmpeg):
    """The real ffmpeg; counts what it was asked to encode."""

    def __init__(self, binary: Path) -> None:
        super().__init__(binary)
        self.runs: list[Sequence[str]] = []

    def run(self, arguments: Sequence[str], **options: Any) -> str:
        self.runs.append(arguments)
        return super().run(arguments, **options)


@pytest.fixture
def request_of_three(make: Maker, fonts: Path) -> RenderRequest:
    return RenderRequest(
        audio=make.tone("five.wav", seconds=SECONDS),
        duration=SECONDS,
        backgrounds=(Clip(make.clip("coded.mp4", sound=False)),),
        size=SIZE,
        ass=boxes((0.5, 1.5), (2.5, 3.5), size=SIZE),
        fonts=fonts,
    )


@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_is_played_and_coloured_like_any_other_and_patched(
    ffmpeg: Ffmpeg, request_of_three: RenderRequest, tmp_path: Path, codec: Codec
) -> None:
    request = replace(request_of_three, encoder=software(codec, "draft"))
    first = render(request, ffmpeg, tmp_path, Work())
    video = first.info.require_video()
    assert video.codec in READ_AS[codec] and video.frames == SECONDS * 30
    assert [number for number, packet in enumerate(packets(first.path)) if packet[2]] == [0, 60, 120]
    with av.open(str(first.path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert context.codec_tag == {"h264": "avc1", "h265": "hvc1", "av1": "av01"}[codec]
    red = [frame[160, 90, 0] > 190 and frame[160, 90, 1] < 70 for frame in frames_of(first.path)]
    assert red == [0.5 <= number / 30 < 1.5 or 2.5 <= number / 30 < 3.5 for number in range(150)]
    _check_patch(replace(request, ass=boxes((0.5, 1.5), (2.5, 3.2), size=SIZE)), first, ffmpeg, tmp_path)


def _check_patch(request: RenderRequest, first: Rendered, ffmpeg: Ffmpeg, folder: Path) -> None:
    first.path.rename(folder / "first.mp4")
    earlier = Earlier(folder / "first.mp4", first.prints, first.metered)
    patched = render(request, ffmpeg, folder, Work(), lambda prints: earlier)
    assert patched.copied == 2
    old, new = packets(folder / "first.mp4"), packets(patched.path)
    assert new[:60] == old[:60] and new[120:] == old[120:] and new[60:120] != old[60:120]
    assert frames_of(patched.path)[94][160, 90, 0] > 190 > frames_of(patched.path)[100][160, 90, 0]


@pytest.mark.parametrize("codec", CODECS)
def test_a_better_quality_is_nearer_to_the_picture(ffmpeg: Ffmpeg, tmp_path: Path, codec: Codec) -> None:
    source = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=0.5,noise=alls=12:allf=t,format=yuv420p"]
    work = Work()
    ffmpeg.run([*source, "-f", "rawvideo", "-y", "file:raw"], folder=tmp_path, work=work, timeout=60)
    raw = np.frombuffer((tmp_path / "raw").read_bytes(), np.uint8).astype(int)
    read = [
        "-f",
        "rawvideo",
        "-pixel_format",
        "yuv420p",
        "-video_size",
        "320x180",
        "-framerate",
        "30",
        "-i",
        "file:raw",
    ]
    off = []
    for quality in QUALITIES:
        coded = [*read, *software(codec, quality).arguments(30), "-y", "file:coded.mp4"]
        ffmpeg.run(coded, folder=tmp_path, work=work, timeout=60)
        back = ["-i", "file:coded.mp4", "-pix_fmt", "yuv420p", "-f", "rawvideo", "-y", "file:back"]
        ffmpeg.run(back, folder=tmp_path, work=work, timeout=60)
        shown = np.frombuffer((tmp_path / "back").read_bytes(), np.uint8).astype(int)
        off.append(float(np.square(shown - raw).mean()))
    assert off[0] > off[1] > off[2]


def test_every_encoder_has_the_same_grid_and_colours() -> None:
    for codec in CODECS:
        for quality in QUALITIES:
            known = [in_hardware(kind, codec, quality) for kind in HARDWARE]
            for encoder in (software(codec, quality), *(one for one in known if one)):
                told = encoder.arguments(30)
                assert told[told.index("-g") + 1] == "60" and told[told.index("-r") + 1] == "30"
                assert "expr:gte(t,n_forced*2)" in told and told[told.index("-color_trc") + 1] == "bt709"
                assert ("hvc1" in told) == (codec == "h265")
    assert in_hardware("videotoolbox", "av1", "best") is None


def test_what_is_listed_is_tried_once_and_the_answer_kept(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    counting, file = Counting(ffmpeg.binary), tmp_path / "encoders.json"
    chosen = Encoders(counting, file).choose("h265", "draft", "software", Work())
    assert chosen.encoder.name == "libx265" and chosen.notice == "" and len(counting.runs) == 1
    assert Encoders(counting, file).choose("h265", "draft", "software", Work()) == chosen and len(counting.runs) == 1
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "machine": "another driver"}))
    assert Encoders(counting, file).choose("h265", "draft", "software", Work()) == chosen and len(counting.runs) == 2
    for damaged in ("", "[]", '{"machine": 1}', "\xff"):
        file.write_text(damaged, encoding="latin-1")
        assert Encoders(counting, file).choose("h265", "draft", "software", Work()) == chosen


def test_x264_needs_no_trial(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    counting = Counting(ffmpeg.binary)
    assert Encoders(counting, tmp_path / "e.json").choose("h264", "best", "software", Work()).encoder.name == "libx264"
    assert counting.runs == []


def test_hardware_is_used_if_it_encodes_and_else_the_processor_does_and_says_so(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    encoders = Encoders(ffmpeg, tmp_path / "encoders.json")
    chosen = encoders.choose("h264", "standard", "hardware", Work())
    if chosen.encoder.hardware:
        assert try_encoder(chosen.encoder, ffmpeg, Work()) and chosen.notice == ""
        encoders.failed(chosen.encoder)
        assert encoders.choose("h264", "standard", "hardware", Work()).encoder != chosen.encoder
    else:
        assert chosen.encoder.name == "libx264" and "No graphics card here can write H.264" in chosen.notice


class Lacking(Ffmpeg):
    """An ffmpeg without encoders of H.265 and AV1."""

    def run(self, arguments: Sequence[str], **options: Any) -> str:
        if {"libx265", "libsvtav1"} & set(arguments):
            raise MediaFailed("Unknown encoder", hint="")
        return super().run(arguments, **options)


@pytest.mark.parametrize(("codec", "called"), [("h265", "H.265"), ("av1", "AV1")])
def test_a_codec_that_this_ffmpeg_lacks_becomes_the_usual_one(
    ffmpeg: Ffmpeg, tmp_path: Path, codec: Codec, called: str
) -> None:
    lacking = Lacking(ffmpeg.binary)
    chosen = Encoders(lacking, tmp_path / "encoders.json").choose(codec, "best", "software", Work())
    assert chosen.encoder == software("h264", "best")
    assert called in chosen.notice and "H.264" in chosen.notice


def test_an_encoder_that_does_not_keep_what_it_is_told_is_refused(ffmpeg: Ffmpeg) -> None:
    good = software("h265", "draft")
    assert try_encoder(good, ffmpeg, Work())
    assert not try_encoder(replace(good, name="no_such_encoder"), ffmpeg, Work())
    assert not try_encoder(replace(good, codec="av1"), ffmpeg, Work())
