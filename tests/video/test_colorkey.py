from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backend.errors import InvalidRequest, StudioError
from backend.media.ffmpeg import Ffmpeg
from backend.video.keying.keying import OverlaidVideo, OverlayRequest, look_at, overlay_video, plan_overlay
from backend.work import Work
from tests.media.makers import Maker, frames_of, samples_of

Overlays = Callable[..., OverlaidVideo]
SIZE = (160, 120)
SCREEN, BASE, THING = "#12a63c", (90, 20, 140), (220, 220, 220)


@pytest.fixture
def overlays(ffmpeg: Ffmpeg, tmp_path: Path) -> Overlays:
    """Lays videos over others, quickly."""

    def run(video: Path, overlay: Path, **options: object) -> OverlaidVideo:
        request = OverlayRequest(video, overlay, preset="ultrafast", **options)  # type: ignore[arg-type]
        return overlay_video(request, ffmpeg, tmp_path, Work())

    return run


@pytest.fixture
def base(make: Maker) -> Path:
    """Two seconds of one colour, with a tone."""
    picture = ["-f", "lavfi", "-i", "color=0x5a148c:s=160x120:r=30:d=2,format=yuv420p"]
    return make.media("base.mp4", *picture, "-f", "lavfi", "-i", "sine=500:r=48000:d=2", "-c:a", "aac")


@pytest.fixture
def overlay(make: Maker) -> Path:
    """Half a second of a bright square on a green screen; it goes from left to right."""
    drawing = (
        f"color={SCREEN}:s=160x120:r=30:d=0.5[a];color=0xdcdcdc:s=40x40:r=30[b];[a][b]overlay=x=10+n*6:y=40:shortest=1"
    )
    return make.media("screen.mp4", "-filter_complex", f"{drawing},format=yuv420p[v]", "-map", "[v]", "-crf", "8")


def at(frame: np.ndarray, x: int, y: int) -> tuple[int, ...]:
    return tuple(int(value) for value in frame[y, x])


def near(pixel: tuple[int, ...], other: tuple[int, ...], off: int = 14) -> bool:
    return max(abs(one - two) for one, two in zip(pixel, other, strict=True)) <= off


def test_the_screen_is_found_and_taken_out_and_the_rest_stays(overlays: Overlays, base: Path, overlay: Path) -> None:
    done = overlays(base, overlay)
    frames = frames_of(done.path)
    assert np.abs(np.array(done.screen.rgb) - (0x12, 0xA6, 0x3C)).max() <= 6
    assert (len(frames), frames[0].shape) == (60, (120, 160, 3))
    for number, frame in enumerate(frames):
        left = 10 + number % 15 * 6
        assert near(at(frame, left + 20, 60), THING)
        assert near(at(frame, 5, 110), BASE)
    samples, _ = samples_of(done.path)
    assert len(samples) == pytest.approx(2 * 48_000, abs=2048)
    assert np.abs(samples).max() > 0.05


def test_nothing_is_green_along_the_edges(overlays: Overlays, base: Path, overlay: Path) -> None:
    for frame in frames_of(overlays(base, overlay).path)[3:12]:
        red, green, blue = (frame[..., channel].astype(int) for channel in range(3))
        assert (green - np.maximum(red, blue)).max() < 16


def test_a_pure_green_is_taken_out_by_its_number(overlays: Overlays, base: Path, make: Maker) -> None:
    pure = make.media("pure.mp4", "-f", "lavfi", "-i", "color=0x00ff00:s=160x120:r=25:d=0.2", "-pix_fmt", "yuv420p")
    for colour in ("0x00ff00", "lime"):
        assert near(at(frames_of(overlays(base, pure, colour=colour).path)[4], 80, 60), BASE)
    assert not near(at(frames_of(overlays(base, pure, colour="red").path)[4], 80, 60), BASE)


def test_it_comes_and_goes_to_the_frame(overlays: Overlays, base: Path, overlay: Path) -> None:
    frames = frames_of(overlays(base, overlay, start=0.5, end=1.3).path)
    seen = [
        number for number, frame in enumerate(frames) if near(at(frame, 10 + (number - 15) % 15 * 6 + 20, 60), THING)
    ]
    assert seen == [*range(15, 39)]
    once = frames_of(overlays(base, overlay, start=0.5, loop=False).path)
    shown = [
        number for number, frame in enumerate(once) if not near(at(frame, 10 + (number - 15) % 15 * 6 + 20, 60), BASE)
    ]
    assert shown == [*range(15, 30)]


@pytest.mark.parametrize(("position", "corner"), [("bottom_right", (80, 60)), ("center", (40, 30))])
def test_it_lies_where_it_is_put_in_the_size_that_is_asked_for(
    overlays: Overlays, base: Path, overlay: Path, position: str, corner: tuple[int, int]
) -> None:
    frame = frames_of(overlays(base, overlay, position=position, scale=0.5, end=0.2).path)[2]
    x, y = corner[0] + (10 + 12) // 2, corner[1] + 20
    assert near(at(frame, x + 10, y + 10), THING)
    assert near(at(frame, x - 5, y + 10), BASE)
    assert near(at(frame, x + 10, y - 5), BASE)


def test_an_overlay_of_another_shape_and_rate_fits_into_the_frame(overlays: Overlays, make: Maker, base: Path) -> None:
    tall = f"color={SCREEN}:s=91x161:r=50:d=0.3,drawbox=x=0:y=0:w=91:h=20:color=white:t=fill"
    path = make.media("tall.webm", "-f", "lavfi", "-i", tall, "-c:v", "libvpx-vp9", "-crf", "10", "-b:v", "0")
    frame = frames_of(overlays(base, path, end=0.4).path)[5]
    assert near(at(frame, 80, 5), (255, 255, 255), 30)
    assert near(at(frame, 80, 60), BASE)
    assert near(at(frame, 20, 5), BASE)


def test_a_picture_can_lie_over_a_video(overlays: Overlays, make: Maker, base: Path) -> None:
    frames = frames_of(overlays(base, make.picture("sticker.png", size=(160, 120)), colour="#0000ff", start=1.0).path)
    assert [near(at(frame, 40, 60), (255, 0, 0), 20) for frame in frames] == [False] * 30 + [True] * 30
    assert all(near(at(frame, 120, 60), BASE) for frame in frames)


def test_black_is_taken_out_by_its_brightness(overlays: Overlays, make: Maker, base: Path) -> None:
    fire = "color=black:s=160x120:r=30:d=0.2,drawbox=x=60:y=40:w=40:h=40:color=orange:t=fill"
    path = make.media("fire.mp4", "-f", "lavfi", "-i", fire, "-pix_fmt", "yuv420p")
    frame = frames_of(overlays(base, path, colour="black", end=0.2).path)[2]
    assert near(at(frame, 80, 60), (255, 165, 0), 24)
    assert near(at(frame, 20, 20), BASE)


@pytest.mark.parametrize("time", [0.7, 50.0])
def test_a_look_is_the_frame_that_is_rendered(
    overlays: Overlays, ffmpeg: Ffmpeg, base: Path, overlay: Path, tmp_path: Path, time: float
) -> None:
    request = OverlayRequest(base, overlay, preset="ultrafast", start=0.5)
    picture, screen = look_at(request, plan_overlay(request), time, "result", 720, ffmpeg, tmp_path)
    rendered = overlays(base, overlay, start=0.5)
    frames = frames_of(rendered.path)
    look = frames_of(picture)[0].astype(int)
    assert screen == rendered.screen
    assert np.abs(look - frames[min(59, int(time * 30))]).mean() < 6


def test_the_matte_shows_what_stays(ffmpeg: Ffmpeg, base: Path, overlay: Path, tmp_path: Path) -> None:
    request = OverlayRequest(base, overlay)
    picture, _ = look_at(request, plan_overlay(request), 0.1, "matte", 720, ffmpeg, tmp_path)
    frame = frames_of(picture)[0]
    assert near(at(frame, 10 + 18 + 20, 60), (255, 255, 255))
    assert near(at(frame, 5, 110), (0, 0, 0))


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"colour": "grn"}, "unknown_colour"),
        ({"colour": "green'[x];movie=/etc/passwd"}, "unknown_colour"),
        ({"start": 3.0}, "invalid_start"),
        ({"start": 1.0, "end": 0.5}, "invalid_end"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    overlays: Overlays, base: Path, overlay: Path, tmp_path: Path, options: dict[str, object], code: str
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        overlays(base, overlay, **options)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_it_is_said_which_file_is_wrong(overlays: Overlays, make: Maker, base: Path) -> None:
    with pytest.raises(StudioError, match="The overlay: This file has sound but no picture"):
        overlays(base, make.tone())
    with pytest.raises(StudioError, match="The video is a picture"):
        overlays(make.picture(), base)
