"""Inputs that are odd but right are rendered for what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.media.ffmpeg import Ffmpeg
from backend.models import Fit, ImageEffect
from backend.video import Background, Clip, Colour, Image, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.work import Work
from tests.media.makers import Maker, frames_of, samples_of

Renders = Callable[..., Path]
SIZE = (108, 192)


@pytest.fixture
def renders(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path) -> Renders:
    def run(background: Background, **options: object) -> Path:
        chosen = {"audio": make.tone(), "duration": 0.2, "size": SIZE, "encoder": x264("ultrafast"), **options}
        return render(RenderRequest(backgrounds=(background,), **chosen), ffmpeg, tmp_path, Work()).path  # type: ignore[arg-type]

    return run


@pytest.mark.parametrize("shape", [(2, 16_000), (16_000, 2)])
@pytest.mark.parametrize(
    ("fit", "effect"), [("cover", "none"), ("cover", "pan"), ("blur", "ken_burns"), ("contain", "none")]
)
def test_a_picture_as_thin_as_a_thread_is_shown(
    renders: Renders, make: Maker, shape: tuple[int, int], fit: Fit, effect: ImageEffect
) -> None:
    """Scaled as a whole until it covers the frame, it would have a billion pixels."""
    thread = make.picture(f"{shape[0]}x{shape[1]}.png", size=shape)
    frames = frames_of(renders(Image(thread), fit=fit, effect=effect))
    assert len(frames) == 6
    assert max(int(frame.max()) for frame in frames) > 100 or fit == "contain"


def test_a_panorama_shows_its_middle(renders: Renders, make: Maker) -> None:
    """Red on the left, blue on the right: the edge between them is in the middle of the frame."""
    frame = frames_of(renders(Image(make.picture("panorama.png", size=(12_000, 100)))))[2].astype(int)
    red = frame[SIZE[1] // 2, :, 0] > 128
    assert abs(int(np.count_nonzero(red)) - SIZE[0] // 2) <= 3


def test_a_wide_clip_shows_its_middle_unbent(renders: Renders, make: Maker) -> None:
    """A white square of 300 pixels in the middle of a clip of 1280x720 is a square in the middle of the frame."""
    drawing = "color=black:s=1280x720:r=30:d=0.2,drawbox=490:210:300:300:white:fill"
    clip = make.media("square.mp4", "-f", "lavfi", "-i", drawing, "-pix_fmt", "yuv420p")
    frame = frames_of(renders(Clip(clip), size=(540, 960)))[2][:, :, 1] > 128
    rows, columns = np.flatnonzero(frame[:, 270]), np.flatnonzero(frame[480])
    assert abs(len(rows) - 400) <= 2
    assert abs(len(columns) - 400) <= 2
    assert abs(rows.mean() - 479.5) <= 1
    assert abs(columns.mean() - 269.5) <= 1.5


def test_samples_that_are_no_numbers_are_silent_in_the_video(renders: Renders, tmp_path: Path) -> None:
    samples = np.full(48_000, 0.0, np.float32)
    samples[20_000:28_000] = 0.25 * np.sin(np.arange(8_000) / 10)
    samples[[5_000, 6_000, 7_000]] = np.nan, np.inf, 1e30
    soundfile.write(tmp_path / "bad.wav", samples, 48_000, "FLOAT")
    bad = tmp_path / "bad.wav"
    heard, rate = samples_of(renders(Colour("#000000"), audio=bad, duration=1.0, music=bad))
    assert rate == 48_000
    assert np.isfinite(heard).all()
    assert np.abs(heard[:15_000]).max() < 0.01
    assert np.abs(heard[20_000:28_000]).max() > 0.05


@pytest.mark.parametrize("loudness", [None, -14.0])
@pytest.mark.parametrize("sound", ["noise", "square"])
def test_a_recording_at_full_scale_is_rendered(
    renders: Renders, tmp_path: Path, sound: str, loudness: float | None
) -> None:
    samples = np.random.default_rng(1).choice([-1.0, 1.0], 48_000)
    if sound == "square":
        samples = np.sign(np.sin(np.arange(48_000) / 17))
    soundfile.write(tmp_path / "loud.wav", samples, 48_000, "FLOAT")
    path = renders(Colour("#000000"), audio=tmp_path / "loud.wav", duration=1.0, loudness=loudness)
    heard, _ = samples_of(path)
    assert np.abs(heard).max() > 0.1


@pytest.mark.parametrize("seconds", [0.02, 0.2, 0.46])
def test_a_video_of_less_than_half_a_second_is_rendered(renders: Renders, seconds: float) -> None:
    assert len(frames_of(renders(Colour("#203040"), duration=seconds))) == -int(-seconds * 30 // 1)
