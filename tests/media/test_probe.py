from __future__ import annotations

import os
import shutil
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.errors import MediaRejected
from backend.media import formats
from backend.media.ffmpeg import Finished, run_child
from backend.media.info import DEFAULT_LIMITS, Limits
from backend.media.judging import frame_rate, judge
from backend.media.probe import probe
from tests.media.makers import Maker


def _code(path: Path, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(MediaRejected) as refused:
        probe(path, limits)
    assert refused.value.message
    assert refused.value.hint
    assert str(path) not in str(refused.value)
    return refused.value.code


def test_a_clip_is_described(make: Maker) -> None:
    info = probe(make.clip())
    assert info.kind == "video"
    assert info.video is not None
    assert (info.video.codec, info.video.display_size, info.video.frames) == ("h264", (160, 120), 30)
    assert info.video.fps == pytest.approx(30)
    assert info.audio is not None
    assert (info.audio.sample_rate, info.audio.channels) == (48_000, 1)
    assert info.duration == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("frames", "seconds", "rate"),
    [
        (7, 7 / 29.999999999999996, 30.0),
        (100, 100 * 1001 / 30_000, 30_000 / 1001),
        (300, 300 * 1001 / 24_000, 24_000 / 1001),
        (25, 1.0, 25.0),
        (3, 7.0, 3 / 7),
        (5, 0.0, 0.0),
    ],
)
def test_frames_a_second_are_the_number_that_people_write(frames: int, seconds: float, rate: float) -> None:
    assert frame_rate(frames, seconds) == rate


@pytest.mark.parametrize("fps", [24, 25, 30, 50])
def test_every_length_of_a_clip_has_its_rate_to_the_digit(fps: int) -> None:
    assert {frame_rate(frames, frames * 512 / (512 * fps)) for frames in range(1, 400)} == {float(fps)}


def test_a_clip_without_sound_has_none(make: Maker) -> None:
    info = probe(make.clip("mute.mp4", sound=False))
    with pytest.raises(MediaRejected) as refused:
        info.require_audio()
    assert refused.value.code == "no_audio"


def test_sound_alone_has_no_picture(make: Maker) -> None:
    info = probe(make.tone())
    assert info.kind == "audio"
    with pytest.raises(MediaRejected) as refused:
        info.require_video()
    assert refused.value.code == "no_video"


def test_cover_art_is_not_a_picture_of_the_recording(make: Maker) -> None:
    make.picture()
    make.tone()
    cover = ["-i", "in:tone.wav", "-i", "in:picture.png", "-map", "0", "-map", "1", "-c:v", "mjpeg"]
    info = probe(make.media("cover.mp3", *cover, "-disposition:v", "attached_pic"))
    assert info.kind == "audio"


@pytest.mark.parametrize("ending", ["mp3", "flac", "opus", "m4a", "ogg", "aac"])
def test_sound_formats_are_read(make: Maker, ending: str) -> None:
    make.tone()
    info = probe(make.media(f"tone.{ending}", "-i", "in:tone.wav"))
    assert info.require_audio().duration == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("ending", ["mp4", "mov", "mkv", "webm", "gif"])
def test_video_formats_are_read(make: Maker, ending: str) -> None:
    info = probe(make.clip(f"format.{ending}", seconds=0.5, size="64x64", sound=False))
    assert info.kind == "video"
    assert info.require_video().frames in (15, 16)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_picture_formats_are_read(make: Maker, ending: str) -> None:
    info = probe(make.picture(f"picture.{ending}"))
    assert info.kind == "image"
    assert (info.require_video().display_size, info.duration) == ((120, 90), 0.0)


def test_the_name_of_a_file_does_not_matter(make: Maker) -> None:
    path = make.folder / "a 'name\" with\nnewline; $(rm) ..mp4.txt"
    path.write_bytes(make.clip().read_bytes())
    assert probe(path).kind == "video"


def test_a_turned_phone_video_is_upright(make: Maker) -> None:
    assert probe(make.turned()).require_video().display_size == (120, 160)


def test_a_turned_picture_is_upright(make: Maker) -> None:
    assert probe(make.exif_picture()).require_video().display_size == (90, 120)


def test_one_frame_is_a_video(make: Maker) -> None:
    make.clip()
    info = probe(make.media("one.mp4", "-i", "in:clip.mp4", "-frames:v", "1", "-an"))
    assert info.require_video().frames == 1


def test_odd_sides_are_read(make: Maker) -> None:
    odd = make.media("odd.mp4", "-f", "lavfi", "-i", "color=red:s=161x121:d=0.2", "-pix_fmt", "yuv444p")
    assert probe(odd).require_video().display_size == (161, 121)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "tone.wav", "tone.flac", "picture.jpg", "picture.png"])
def test_a_file_without_its_end_is_refused(make: Maker, name: str) -> None:
    make.tone()
    if name == "tone.flac":
        make.media(name, "-i", "in:tone.wav")
    whole = make.clip(name) if "clip" in name else make.picture(name) if "picture" in name else make.folder / name
    assert probe(whole)
    assert _code(make.cut(f"cut-{name}", whole, 0.6)) in ("media_truncated", "media_damaged")


def test_a_cut_video_says_how_much_is_left(make: Maker) -> None:
    with pytest.raises(MediaRejected, match=r"Only 0\.\d of 1\.0 s can be read"):
        probe(make.cut("cut.mp4", make.clip(), 0.6))


def test_a_video_without_its_index_is_refused(make: Maker) -> None:
    make.clip()
    late = make.media("late.mp4", "-i", "in:clip.mp4", "-c", "copy")
    assert _code(make.cut("no-index.mp4", late, 0.5)) == "media_damaged"


def test_playlists_are_refused_whatever_their_name(make: Maker) -> None:
    clip = make.clip()
    assert _code(make.text("list.mp4", f"#EXTM3U\n#EXTINF:2,\n{clip.name}\n")) == "playlist_refused"
    assert _code(make.text("concat.mp4", f"ffconcat version 1.0\nfile {clip.name}\n")) == "playlist_refused"


def test_text_named_png_is_refused(make: Maker) -> None:
    assert _code(make.text("text.png", "hello")) == "not_media"
    assert _code(make.text("half.png", b"\x89PNG\r\n\x1a\nthe rest is a lie")) == "media_damaged"


def test_noise_is_refused(make: Maker) -> None:
    assert _code(make.text("noise.mp4", np.random.default_rng(1).bytes(5000))) == "not_media"
    header = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
    assert _code(make.text("noise2.mp4", header + np.random.default_rng(2).bytes(5000))) == "media_damaged"


def test_an_empty_file_and_a_missing_one_are_told_apart(make: Maker) -> None:
    assert _code(make.text("empty.mp4", "")) == "file_empty"
    assert _code(make.folder / "never-made.mp4") == "file_missing"


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_wave_that_does_not_say_how_long_it_is_is_read(make: Maker, size: int) -> None:
    data = bytearray(make.media("piped.wav", "-f", "lavfi", "-i", "sine=d=1.3").read_bytes())
    place = data.index(b"data") + 4
    data[place : place + 4] = size.to_bytes(4, "little")
    path = make.folder / f"piped-{size}.wav"
    path.write_bytes(data)
    assert probe(path).duration == pytest.approx(1.3, abs=0.05)


def test_a_header_without_sound_is_refused(make: Maker) -> None:
    make.tone()
    assert _code(make.media("header.wav", "-i", "in:tone.wav", "-t", "0")) == "no_content"


def test_only_regular_files_are_opened(make: Maker, tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe.wav", tmp_path / "link.wav"
    os.mkfifo(pipe)
    link.symlink_to(make.tone())
    assert [_code(path) for path in (pipe, link, tmp_path)] == ["not_media"] * 3


def test_too_long_is_refused(make: Maker) -> None:
    assert _code(make.tone(), Limits(seconds=0.5)) == "media_too_long"


def test_too_many_frames_a_second_are_refused(make: Maker) -> None:
    assert _code(make.clip("fast.mp4", fps=240, seconds=0.5, size="64x64", sound=False)) == "media_too_large"


def test_too_many_pixels_are_refused(make: Maker) -> None:
    assert _code(make.clip(), Limits(video_pixels=160 * 119)) == "media_too_large"
    assert _code(make.clip(), Limits(video_volume=160 * 120 * 29)) == "media_too_large"


def test_a_picture_of_a_billion_pixels_is_refused(make: Maker) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    row = zlib.compressobj()
    body = b"".join(row.compress(bytes(4001)) for _ in range(32_000)) + row.flush()
    header = struct.pack(">IIBBBBB", 32_000, 32_000, 1, 0, 0, 0, 0)
    path = make.text(
        "bomb.png",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b""),
    )
    assert _code(path) in ("media_too_large", "media_damaged")


def test_ten_thousand_pixels_a_side_are_refused_by_name(make: Maker) -> None:
    path = make.media("wide.png", "-f", "lavfi", "-i", "color=s=10000x4000", "-frames:v", "1", "-pix_fmt", "gray")
    with pytest.raises(MediaRejected, match="10000x4000"):
        probe(path)


def test_a_recording_in_a_browser_without_a_length_is_read() -> None:
    stream = {
        "kind": "audio", "codec": "opus", "header_seconds": None, "bit_rate": 0, "packets": 50, "start": 0.0,
        "end": 1.0, "corrupt": 0, "undecodable": 0, "decoded": True, "sample_rate": 48_000, "channels": 1, "invalid": 0,
    }  # fmt: skip
    info = judge({"streams": [stream], "header_seconds": 0.0}, formats.MATROSKA, 1000, DEFAULT_LIMITS)
    assert info.duration == 1.0


def test_a_file_that_stays_as_it_is_is_looked_into_once(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def counting(*given: Any, **more: Any) -> Finished:
        started.append(given)
        return run_child(*given, **more)

    monkeypatch.setattr(sys.modules[probe.__module__], "run_child", counting)
    path = shutil.copyfile(make.tone(), tmp_path / "tone.wav")
    assert probe(path) == probe(path) and len(started) == 1
    assert _code(path, Limits(seconds=0.5)) == "media_too_long"


def test_a_file_that_was_written_over_is_looked_into_anew_whatever_its_date_says(make: Maker, tmp_path: Path) -> None:
    path = shutil.copyfile(make.tone(), tmp_path / "tone.wav")
    before, state = probe(path).require_audio(), path.stat()
    slower = struct.pack("<I", before.sample_rate // 2)
    with path.open("r+b") as file:
        file.seek(24)
        file.write(slower)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert path.stat().st_size == state.st_size and path.stat().st_mtime_ns == state.st_mtime_ns
    assert probe(path).require_audio().sample_rate == before.sample_rate // 2


def test_a_picture_without_a_packet_is_none(make: Maker) -> None:
    facts = {
        "kind": "video", "codec": "vp8", "width": 0, "height": 0, "packets": 0, "start": None, "end": 0.0,
        "rotation": 0, "sample_aspect": 1.0, "pixel_format": "", "full_range": False, "matrix": 2, "transfer": 2,
        "longest_run": 0,
    }  # fmt: skip
    with pytest.raises(MediaRejected) as refused:
        judge({"streams": [facts], "header_seconds": 0.0}, formats.MATROSKA, 9, DEFAULT_LIMITS)
    assert refused.value.code == "no_content"
