"""A frame drawn alone is the frame of the whole video: with several backgrounds, with clips, and with their motion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Picture

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.video import Clip, Colour, Image, RenderRequest, render, video_still
from backend.video.picture.graph import Scene, Segment, Source, picture_graph, picture_inputs
from backend.video.picture.window import window
from backend.video.rendering.stage import place_source
from backend.work import Work
from tests.media.makers import Maker
from tests.video.scenes import SIZE, boxes
from tests.video.test_preview_is_the_render import Tapped

_SECONDS, _SIZE = 3.0, (180, 320)


def _scene() -> Scene:
    shown = (("a", 30, 0), ("b", 40, 1), ("c", 20, 2))
    segments = (Segment(Source(name, None), frames, 0, frames, turn) for name, frames, turn in shown)
    return Scene(SIZE, 30, tuple(segments))


def test_a_window_keeps_only_what_it_shows_and_where_that_was() -> None:
    part = window(_scene(), 25, 10)
    assert [(each.source.name, each.first, each.frames, each.total, each.turn) for each in part.segments] == [
        ("a", 25, 5, 30, 0),
        ("b", 0, 5, 40, 1),
    ]
    assert part.first_frame == 25
    assert part.frames == 10


def test_a_window_of_a_window_is_a_window_of_the_whole() -> None:
    assert window(window(_scene(), 25, 40), 10, 3) == window(_scene(), 35, 3)


def _request(make: Maker, fonts: Path) -> RenderRequest:
    moving = Image(make.picture())
    return RenderRequest(
        audio=make.tone("window-tone.wav", seconds=_SECONDS),
        duration=_SECONDS,
        backgrounds=(moving, Clip(make.clip()), Colour("#204060"), moving),
        size=_SIZE,
        effect="ken_burns",
        ass=boxes((0.2, 1.1), (2.3, 2.9), size=_SIZE),
        fonts=fonts,
    )


def test_frames_drawn_alone_are_those_of_the_whole_video(
    ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path
) -> None:
    tapped, request = Tapped(ffmpeg.binary), _request(make, fonts)
    with pytest.raises(MediaFailed, match="Nothing was encoded"):
        render(request, tapped, tmp_path, Work())
    whole = tapped.seen
    assert len(whole) == 90
    for number in (11, 22, 23, 40, 50, 68, 89):
        with pytest.raises(MediaFailed, match="Nothing was encoded"):
            video_still(request, number / 30, tapped, tmp_path, Work())
        assert tapped.seen == [whole[number]], f"frame {number}"


def test_a_picture_is_the_frame_or_as_wide_as_asked(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    request = replace(_request(make, fonts), backgrounds=(Colour("#b02040"),), ass=None)
    for width, kind, size in ((None, "PNG", _SIZE), (90, "JPEG", (90, 160))):
        with Picture.open(video_still(request, 1.0, ffmpeg, tmp_path, Work(), width=width)) as picture:
            assert (picture.format, picture.size) == (kind, size)
            shown = picture.convert("RGB").getpixel((45, 80))
        assert isinstance(shown, tuple)
        assert max(abs(one - other) for one, other in zip(shown, (0xB0, 0x20, 0x40), strict=True)) < 4, kind


def test_past_the_end_is_the_last_frame(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> None:
    request = replace(_request(make, fonts), backgrounds=(), ass=None)
    last = video_still(request, 89 / 30, ffmpeg, tmp_path, Work()).read_bytes()
    assert video_still(request, 500.0, ffmpeg, tmp_path, Work()).read_bytes() == last


def _odd_clips(make: Maker) -> dict[str, Path]:
    pattern = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r={rate}:d={seconds}", "-preset", "ultrafast", "-an"]

    def clip(name: str, rate: str, seconds: float, *more: str) -> Path:
        return make.media(name, *(part.format(rate=rate, seconds=seconds) for part in pattern), *more)

    gaps = ["-vf", "select='lt(n,20)+not(mod(n,37))'", "-fps_mode", "vfr"]
    return {
        "film": clip("film.mp4", "24000/1001", 5),
        "fast": clip("fast.mp4", "60", 5),
        "with gaps": clip("gaps.mp4", "30", 5, *gaps),
        "short": clip("repeated.mp4", "25", 1.3, "-g", "10"),
        "short film": clip("repeated.mkv", "24000/1001", 1.3, "-g", "10"),
        "moving picture": make.clip("moving.gif", size="64x64", sound=False),
    }


@pytest.mark.parametrize("name", ["film", "fast", "with gaps", "short", "short film", "moving picture"])
def test_a_part_of_an_odd_clip_is_that_part_of_the_whole(
    ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, name: str
) -> None:
    """Whatever its rate, and however often it is repeated: the very frames, also those where it begins again."""
    source = place_source(Clip(_odd_clips(make)[name]), SIZE, tmp_path)
    whole = Scene(SIZE, 30, (Segment(source, 132, 0, 132),))
    wanted = _hashes(whole, ffmpeg, tmp_path)
    assert len(wanted) == 132 and len(set(wanted)) > 5
    for first in (7, 60, 120):
        frames = min(60, 132 - first)
        assert _hashes(window(whole, first, frames), ffmpeg, tmp_path) == wanted[first : first + frames]


def _hashes(scene: Scene, ffmpeg: Ffmpeg, folder: Path) -> list[str]:
    """Of each frame."""
    graph = ["-filter_complex", picture_graph(scene), "-map", "[picture]", "-f", "framemd5", "-y", "file:hashes"]
    ffmpeg.run([*picture_inputs(scene), *graph], folder=folder, work=Work(), timeout=60)
    lines = (folder / "hashes").read_text("utf-8").splitlines()
    return [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]
