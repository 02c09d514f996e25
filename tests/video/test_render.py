from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from backend.errors import Cancelled, MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe
from backend.models import Fit
from backend.video import Background, Clip, Colour, Gradient, Image, Rendered, RenderRequest, render
from backend.video.encoding.encoders import x264
from backend.work import Cancel, Work
from tests.media.makers import Maker, frames_of
from tests.video.scenes import SIZE, boxes

Renders = Callable[..., Rendered]


@pytest.fixture
def renders(ffmpeg: Ffmpeg, make: Maker, fonts: Path, tmp_path: Path) -> Renders:
    """Renders a second in a small size, with whatever the test asks for."""

    def run(*backgrounds: Background, work: Work | None = None, **options: object) -> Rendered:
        chosen = {
            "audio": make.tone(),
            "duration": 1.0,
            "size": SIZE,
            "fonts": fonts,
            "encoder": x264("ultrafast"),
            **options,
        }
        return render(RenderRequest(backgrounds=backgrounds, **chosen), ffmpeg, tmp_path, work or Work())  # type: ignore[arg-type]

    return run


def _pixel(frame: np.ndarray, x: float, y: float) -> tuple[int, int, int]:
    """The colour at a place given in shares of the frame."""
    height, width, _ = frame.shape
    return tuple(int(value) for value in frame[int(y * (height - 1)), int(x * (width - 1))])  # type: ignore[return-value]


def _is(pixel: tuple[int, int, int], colour: tuple[int, int, int], off: int = 14) -> bool:
    return max(abs(one - other) for one, other in zip(pixel, colour, strict=True)) <= off


RED, BLUE, BLACK = (255, 0, 0), (0, 0, 255), (0, 0, 0)


def test_a_video_is_made_as_planned(renders: Renders, tmp_path: Path) -> None:
    done = renders(Gradient(), ass=boxes((0.2, 0.6)))
    assert done.path == tmp_path / "270x480.mp4"
    assert list(tmp_path.iterdir()) == [done.path]
    video, audio = done.info.require_video(), done.info.require_audio()
    assert (video.display_size, video.frames, video.fps, video.matrix) == (SIZE, 30, 30.0, 1)
    assert (audio.codec, audio.sample_rate, audio.channels) == ("aac", 48_000, 2)
    assert done.info.duration == pytest.approx(1.0, abs=0.03)
    assert len(frames_of(done.path)) == 30


def test_captions_are_there_exactly_while_their_word_is_spoken(renders: Renders) -> None:
    frames = frames_of(renders(Colour("#000000"), ass=boxes((0.2, 0.5), (0.7, 0.8), colour="2B45F2")).path)
    shown = [number for number, frame in enumerate(frames) if _is(_pixel(frame, 0.5, 0.5), (242, 69, 43))]
    assert shown == [*range(6, 15), *range(21, 24)]


@pytest.mark.parametrize("colour", ["2B45F2", "00E5FF", "A06030", "FFFFFF"])
def test_caption_colours_come_out_as_designed(renders: Renders, colour: str) -> None:
    frame = frames_of(renders(Colour("#000000"), ass=boxes((0, 1), colour=colour), duration=0.1).path)[1]
    wanted = (int(colour[4:], 16), int(colour[2:4], 16), int(colour[:2], 16))
    assert _is(_pixel(frame, 0.5, 0.5), wanted, off=8)


def test_a_colour_comes_out_as_asked(renders: Renders) -> None:
    frame = frames_of(renders(Colour("#c84b32"), duration=0.1).path)[0]
    assert _is(_pixel(frame, 0.5, 0.9), (0xC8, 0x4B, 0x32), off=6)


def test_the_video_lasts_until_the_sound_has_ended(renders: Renders) -> None:
    assert renders(Gradient(), duration=0.51).info.require_video().frames == 16


@pytest.mark.parametrize(
    ("fit", "above", "left"),
    [("cover", RED, RED), ("contain", BLACK, RED), ("blur", (153, 0, 0), RED)],
)
def test_a_wide_picture_fits_a_tall_frame(
    renders: Renders, make: Maker, fit: Fit, above: tuple[int, int, int], left: tuple[int, int, int]
) -> None:
    frame = frames_of(renders(Image(make.picture("wide.png", size=(400, 200))), fit=fit, duration=0.1).path)[2]
    assert _is(_pixel(frame, 0.1, 0.1), above, off=20)
    assert _is(_pixel(frame, 0.1, 0.5), left)
    assert _is(_pixel(frame, 0.9, 0.5), BLUE)


def test_a_turned_phone_video_is_upright(renders: Renders, make: Maker) -> None:
    frame = frames_of(renders(Clip(make.turned()), fit="contain", duration=0.2).path)[2]
    assert _is(_pixel(frame, 0.1, 0.5), RED)
    assert _is(_pixel(frame, 0.9, 0.5), BLUE)


def test_a_turned_picture_is_upright_and_stays_so(renders: Renders, make: Maker) -> None:
    """EXIF orientation 6: what is stored left is seen above. The video itself must not be marked as turned again."""
    done = renders(Image(make.exif_picture()), duration=0.1)
    frame = frames_of(done.path)[1]
    assert done.info.require_video().rotation == 0
    assert _is(_pixel(frame, 0.5, 0.1), RED)
    assert _is(_pixel(frame, 0.5, 0.9), BLUE)


def test_high_dynamic_range_is_brought_down_to_what_screens_show(renders: Renders, make: Maker) -> None:
    """A grey of half the signal in HLG, as phones film, is neither washed out nor black."""
    colours = "setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67"
    drawing = f"color=gray:s=64x64:r=30:d=0.2,format=yuv420p10le,{colours}"
    phone = make.media("hlg.mp4", "-f", "lavfi", "-i", drawing, "-c:v", "libx265")
    assert probe(phone).require_video().transfer == 18
    frame = frames_of(renders(Clip(phone), duration=0.1).path)[1]
    assert 90 < _pixel(frame, 0.5, 0.5)[1] < 200


def test_a_picture_over_its_blurred_self_can_move(renders: Renders, make: Maker) -> None:
    path = renders(Image(make.picture("wide.png", size=(400, 200))), fit="blur", effect="ken_burns").path
    first, *_, last = frames_of(path)
    assert np.abs(first.astype(int) - last).max() > 60


def test_transparency_becomes_black(renders: Renders, make: Maker, tmp_path: Path) -> None:
    glass = make.media("glass.png", "-f", "lavfi", "-i", "color=red@0.0:s=64x64,format=rgba", "-frames:v", "1")
    assert _is(_pixel(frames_of(renders(Image(glass), duration=0.1).path)[0], 0.5, 0.5), BLACK)


@pytest.mark.parametrize("name", ["mute-short.mp4", "one.mp4", "odd.mkv", "slow.mp4", "varying.mp4", "moving.gif"])
def test_unusual_clips_fill_the_time(renders: Renders, make: Maker, name: str) -> None:
    make.clip()
    path = {
        "mute-short.mp4": lambda: make.clip("mute-short.mp4", sound=False, seconds=0.4),
        "one.mp4": lambda: make.media("one.mp4", "-i", "in:clip.mp4", "-frames:v", "1", "-an"),
        "odd.mkv": lambda: make.clip("odd.mkv", size="161x121", pixel_format="yuv444p", sound=False),
        "slow.mp4": lambda: make.clip("slow.mp4", fps=7, sound=False),
        "varying.mp4": lambda: make.media(
            "varying.mp4", "-i", "in:clip.mp4", "-vf", "select='lt(n,10)+not(mod(n,3))'", "-fps_mode", "vfr", "-an"
        ),
        "moving.gif": lambda: make.clip("moving.gif", size="64x64", sound=False),
    }[name]()
    assert renders(Clip(path), duration=1.3).info.require_video().frames == 39


def test_a_short_clip_is_shown_again(renders: Renders, make: Maker) -> None:
    frames = frames_of(renders(Clip(make.clip("short.mp4", seconds=0.5, sound=False)), duration=1.0).path)
    assert np.abs(frames[2].astype(int) - frames[17]).mean() < 4
    assert np.abs(frames[2].astype(int) - frames[9]).mean() > 4


def test_backgrounds_change_where_sentences_end(renders: Renders, make: Maker) -> None:
    backgrounds = (Colour("#ff0000"), Clip(make.clip()), Colour("#0000ff"))
    frames = frames_of(renders(*backgrounds, cuts=(0.3, 0.8)).path)
    assert [number for number, frame in enumerate(frames) if _is(_pixel(frame, 0.5, 0.5), RED)] == [*range(9)]
    assert [number for number, frame in enumerate(frames) if _is(_pixel(frame, 0.5, 0.5), BLUE)][-6:] == [
        *range(24, 30)
    ]


def test_names_of_files_never_reach_the_graph(renders: Renders, make: Maker, tmp_path: Path) -> None:
    folder = tmp_path / "it's [a]; 'folder'\n,with=all:of%it\\"
    folder.mkdir()
    hostile = folder / "-i ..';movie=x.png"
    hostile.write_bytes(make.picture().read_bytes())
    music = folder / '"\n.mp3'
    music.write_bytes(make.tone().read_bytes())
    assert renders(Image(hostile), music=music, ass=boxes((0, 1)), duration=0.2).info.require_video().frames == 6


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"hello", "not_media"), (b"#EXTM3U\nclip.mp4\n", "playlist_refused"), (b"", "file_empty")],
)
def test_bad_backgrounds_are_refused_and_leave_nothing(
    renders: Renders, make: Maker, tmp_path: Path, content: bytes, code: str
) -> None:
    with pytest.raises(MediaRejected) as refused:
        renders(Image(make.text("bad.png", content)))
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_progress_goes_up_to_the_whole(renders: Renders) -> None:
    seen: list[float] = []
    renders(Gradient(), work=Work(lambda fraction, message, **details: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_stop_ends_the_rendering_and_leaves_nothing(
    renders: Renders, make: Maker, tmp_path: Path, started_here: Callable[[], list[psutil.Process]]
) -> None:
    cancel = Cancel()
    threading.Timer(1.0, cancel.set).start()
    with pytest.raises(Cancelled):
        renders(Clip(make.clip()), work=Work(cancel=cancel), duration=60.0, size=(1080, 1920), encoder=x264("slow"))
    assert list(tmp_path.iterdir()) == []
    assert started_here() == []


def test_a_full_disk_is_told_before_anything_starts(renders: Renders, tmp_path: Path) -> None:
    with pytest.raises(MediaFailed) as failed:
        renders(Gradient(), duration=1e9)
    assert failed.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_captions_without_fonts_are_a_mistake(make: Maker) -> None:
    with pytest.raises(ValueError, match="fonts"):
        RenderRequest(make.tone(), 1.0, ass=boxes((0, 1)))


def test_sound_that_is_none_is_refused(renders: Renders, make: Maker) -> None:
    with pytest.raises(MediaRejected) as refused:
        renders(Gradient(), audio=make.picture())
    assert refused.value.code == "no_audio"
    assert probe(make.tone()).audio


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_a_moment_is_a_video_too(ffmpeg: Ffmpeg, make: Maker, tmp_path: Path, seconds: float) -> None:
    said = make.tone(f"moment-{seconds}.wav", seconds=seconds)
    made = render(
        RenderRequest(said, seconds, (Colour("#204060"),), (64, 64), loudness=-14.0), ffmpeg, tmp_path, Work()
    )
    assert made.info.require_video().frames == round(seconds * 30 + 0.49)
