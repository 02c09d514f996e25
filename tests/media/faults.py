"""Broken, odd and hostile media of every kind we know, made when a test asks, always the same bytes or samples.

Each has what the studio does about it: refuses it, by code and words, or takes it for what it is.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from tests.media.bombs import blank_png, repeat_frame, silent_flac
from tests.media.makers import Maker

SECRET = "do-not-read-me"
"""What stands in the file that disguised playlists name."""
_RATE = 48_000
_LOCAL_LIST = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nsecret.srt\n#EXT-X-ENDLIST\n"


@dataclass(frozen=True)
class Fault:
    """A file and what is to be done about it."""

    name: str
    make: Callable[[Maker, str], Path]
    code: str = ""
    """Of the refusal; empty for what is taken."""
    says: str = ""
    """A part of the refusal's message."""
    kind: str = "audio"
    """``audio``, ``video``, ``image`` or ``text``."""
    has: tuple[str, ...] = ()
    """``sound``, ``picture``."""


def _noise(count: int, channels: int = 1, level: float = 0.1) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = np.random.default_rng(3).uniform(-level, level, (count, channels)).astype(np.float32)
    return samples


def _sound(samples: NDArray[np.float32], rate: int = _RATE, subtype: str = "PCM_16") -> Callable[[Maker, str], Path]:
    def make(maker: Maker, name: str) -> Path:
        path = maker.folder / name
        soundfile.write(path, samples, rate, subtype, format="WAV")
        return path

    return make


def _bytes(content: bytes | str) -> Callable[[Maker, str], Path]:
    return lambda maker, name: maker.text(name, content)


def _ffmpeg(*arguments: str) -> Callable[[Maker, str], Path]:
    return lambda maker, name: maker.media(name, *arguments)


def _clip(size: str = "64x64", seconds: float = 1.0, *more: str) -> Callable[[Maker, str], Path]:
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=30:d={seconds}"]
    tone = ["-f", "lavfi", "-i", f"sine=d={seconds}:r=48000", "-c:a", "aac"]
    return _ffmpeg(*picture, *tone, "-preset", "ultrafast", "-pix_fmt", "yuv420p", *more)


def _wave_with(place: int, form: str, *values: int) -> Callable[[Maker, str], Path]:
    """A good WAV file with other values in its header."""

    def make(maker: Maker, name: str) -> Path:
        data = bytearray(_sound(_noise(_RATE))(maker, name).read_bytes())
        struct.pack_into(form, data, place, *values)
        return maker.text(name, bytes(data))

    return make


def _cut(share: float, *more: str) -> Callable[[Maker, str], Path]:
    """The beginning of a clip of four seconds."""

    def make(maker: Maker, name: str) -> Path:
        whole = _clip("64x64", 4.0, "-g", "15", *more)(maker, f"whole-{name}")
        return maker.cut(name, whole, share)

    return make


def _cut_wave(maker: Maker, name: str) -> Path:
    return maker.cut(name, _sound(_noise(2 * _RATE))(maker, f"whole-{name}"), 0.5)


def _fifo(maker: Maker, name: str) -> Path:
    path = maker.folder / name
    if not path.exists():
        os.mkfifo(path)
    return path


def _link(maker: Maker, name: str) -> Path:
    path = maker.folder / name
    if not path.is_symlink():
        path.symlink_to(maker.tone())
    return path


def _as_wave(maker: Maker, name: str) -> Path:
    maker.tone()
    return maker.text(name, maker.media("named.mp3", "-i", "in:tone.wav").read_bytes())


def _tagged_list(maker: Maker, name: str) -> Path:
    """An MP3 file whose tag is followed by a playlist, and only then by sound."""
    maker.tone()
    data = maker.media("named.mp3", "-i", "in:tone.wav").read_bytes()
    tag = 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(data[6:10]))
    return maker.text(name, data[:tag] + _LOCAL_LIST.encode() + data[tag:])


def _turned(maker: Maker, name: str) -> Path:
    return maker.text(name, maker.turned().read_bytes())


def _attached(maker: Maker, name: str) -> Path:
    maker.clip()
    font = maker.text("evil.ttf", b"\0\1\0\0" + bytes(200))
    attachment = ["-attach", f"file:{font.name}", "-metadata:s:t", "mimetype=font/ttf"]
    return maker.media(name, "-i", "in:clip.mp4", "-c", "copy", *attachment)


def _unknown_codec(tracks: int) -> Callable[[Maker, str], Path]:
    """So many times the same sound, the last in a codec that nobody knows, as phones add one."""

    def make(maker: Maker, name: str) -> Path:
        maker.tone()
        known = maker.media(
            f"known-{name}", "-i", "in:tone.wav", *["-map", "0:a"] * tracks, "-c:a", "pcm_s16le"
        ).read_bytes()
        before, _, after = known.rpartition(b"sowt")
        return maker.text(name, before + b"what" + after)

    return make


def _text_track(maker: Maker, name: str) -> Path:
    maker.text("two-cues.srt", _TWO_CUES.format("One"))
    return maker.media(name, "-i", "in:two-cues.srt", "-c:s", "mov_text")


def _unfolding(times: int, seconds_each: float) -> Callable[[Maker, str], Path]:
    def make(maker: Maker, name: str) -> Path:
        one = maker.media(
            "one-4k.mp4", "-f", "lavfi", "-i", "color=black:s=3840x2160:r=1", "-frames:v", "1", "-preset", "ultrafast"
        )  # fmt: skip
        return maker.text(name, repeat_frame(one.read_bytes(), times, seconds_each))

    return make


def _invalid() -> NDArray[np.float32]:
    samples = _noise(_RATE)
    samples[1000], samples[2000], samples[3000] = np.nan, np.inf, -np.inf
    return samples


_BOTH = ("sound", "picture")
_LIST = ("playlist_refused", "This is a list of other files")
_TWO_CUES = "1\n00:00:00,000 --> 00:00:01,000\n{}\n\n2\n00:00:01,000 --> 00:00:02,000\nTwo\n"

FAULTS: tuple[Fault, ...] = (
    # Nothing, or not what it says
    Fault("empty.wav", _bytes(b""), "file_empty", "The file is empty."),
    Fault("empty.mp4", _bytes(b""), "file_empty", "The file is empty.", "video"),
    Fault("hdr_only.wav", _sound(np.zeros((0, 1), np.float32)), "no_content", "neither sound nor picture"),
    Fault("random.mp4", _bytes(np.random.default_rng(1).bytes(4096)), "not_media", "not a picture, sound or video"),
    Fault("text.png", _bytes("this is only text"), "not_media", "not a picture, sound or video", "image"),
    Fault("fifo.wav", _fifo, "not_media", "This is not a file."),
    Fault("link.wav", _link, "not_media", "The file cannot be opened."),
    Fault("as_wav.wav", _as_wave, has=("sound",)),
    # Lists of other files
    Fault("hls_local.mp4", _bytes(_LOCAL_LIST), *_LIST, "video"),
    Fault("hls_local.wav", _bytes(_LOCAL_LIST), *_LIST),
    Fault("hls_http.mp4", _bytes("#EXTM3U\n#EXTINF:4,\nhttp://127.0.0.1:1/x.ts\n#EXT-X-ENDLIST\n"), *_LIST, "video"),
    Fault("concat.mp4", _bytes("ffconcat version 1.0\nfile secret.srt\n"), *_LIST, "video"),
    Fault("tagged_list.mp3", _tagged_list, has=("sound",)),
    Fault("concat.srt", _bytes("ffconcat version 1.0\nfile secret.srt\n"), "subtitles_empty", "no captions", "text"),
    # Headers that lie
    Fault("zero_rate.wav", _wave_with(24, "<I", 0), "media_damaged", "The WAV header is damaged."),
    Fault("zero_ch.wav", _wave_with(22, "<H", 0), "media_damaged", "The WAV header is damaged."),
    Fault("lying_size.wav", _wave_with(40, "<I", 0x10000000), "media_truncated", "Only 1.0 of"),
    Fault("huge_box.mp4", _bytes(b"\0\0\0\x10ftypisom" + bytes(4) + b"\0\0\0\1mdat" + b"\xff" * 8 + bytes(64)),
          "media_damaged", "its index, which comes last, is missing.", "video"),
    # Cut off
    Fault("cut.wav", _cut_wave, "media_truncated", "Only 1.0 of 2.0 s"),
    Fault("trunc_nomoov.mp4", _cut(0.5), "media_damaged", "its index, which comes last, is missing.", "video"),
    Fault("trunc_mdat.mp4", _cut(0.6, "-movflags", "+faststart"), "media_truncated", "of 4.0 s", "video"),
    # Streams that nobody can use
    Fault("unknown_codec.mov", _unknown_codec(1), "media_damaged", "of a kind that cannot be read here."),
    Fault("unknown_second.mov", _unknown_codec(2), has=("sound",)),
    Fault("text_track.mp4", _text_track, "no_content", "neither sound nor picture"),
    # Sound that is odd
    Fault("silent.wav", _sound(np.zeros((_RATE, 1), np.float32)), has=("sound",)),
    Fault("nan_inf.wav", _sound(_invalid(), subtype="FLOAT"), has=("sound",)),
    Fault("surround51.wav", _sound(_noise(_RATE, 6)), has=("sound",)),
    Fault("tel8k.wav", _sound(_noise(8000), 8000), has=("sound",)),
    Fault("hires192f.wav", _sound(_noise(192_000, 2), 192_000, "FLOAT"), has=("sound",)),
    Fault("short.wav", _sound(_noise(2)), has=("sound",)),
    # Pictures that are odd
    Fault("noaudio.mp4", _clip("64x64", 1.0, "-an"), kind="video", has=("picture",)),
    Fault("audio_only.mp4", _clip("64x64", 1.0, "-vn"), has=("sound",)),
    Fault("vfr.mp4", _clip("64x64", 1.0, "-vf", "select='lt(n,10)+not(mod(n,3))'", "-fps_mode", "vfr"),
          kind="video", has=_BOTH),
    Fault("rot90.mp4", _turned, kind="video", has=("picture",)),
    Fault("odd639x359.mp4", _clip("640x360", 0.5, "-vf", "scale=639:359", "-pix_fmt", "yuv444p"),
          kind="video", has=_BOTH),
    Fault("one_frame.mp4", _clip("64x64", 1.0, "-frames:v", "1", "-an"), kind="video", has=("picture",)),
    Fault("tiny16.mp4", _clip("16x16", 0.5), kind="video", has=_BOTH),
    Fault("narrow.png", _ffmpeg("-f", "lavfi", "-i", "color=red:s=2x10000", "-frames:v", "1"),
          kind="image", has=("picture",)),
    Fault("meta_xss.mp4", _clip("64x64", 1.0, "-metadata", "title=<img src=x onerror=alert(1)>"),
          kind="video", has=_BOTH),
    Fault("attachment.mkv", _attached, kind="video", has=_BOTH),
    # Too much
    Fault("8k.mp4", _ffmpeg("-f", "lavfi", "-i", "color=black:s=7680x4320", "-frames:v", "1", "-preset", "ultrafast"),
          "media_too_large", "7680x4320", "video"),
    Fault("narrow100000.png", _ffmpeg("-f", "lavfi", "-i", "color=red:s=2x100000", "-frames:v", "1"),
          "media_too_large", "2x100000", "image"),
    Fault("bomb32000.png", lambda maker, name: maker.text(name, blank_png(32_000)), "media_too_large", "32000x32000",
          "image"),
    Fault("long2h.flac", lambda maker, name: maker.text(name, silent_flac(7200)), has=("sound",)),
    Fault("bomb24h.flac", lambda maker, name: maker.text(name, silent_flac(86_400)), "media_too_long", "24 h"),
    Fault("sparse4k_1h.mp4", _unfolding(360, 10.0), kind="video", has=("picture",)),
    Fault("bomb4k_1h.mp4", _unfolding(108_001, 1 / 30), "media_too_large", "108,001 frames of 3840x2160", "video"),
    # Subtitles
    Fault("crlf_override.srt", _bytes(_TWO_CUES.format(r"{\p1}m 0 0 l 9 9{\fs9999}One").replace("\n", "\r\n")),
          kind="text"),
    Fault("utf16.srt", _bytes(b"\xff\xfe" + _TWO_CUES.format("Żółć").encode("utf-16-le")), kind="text"),
    Fault("nul_bidi.srt", _bytes(_TWO_CUES.format("O\0n\u202ee\u2066")), kind="text"),
    Fault("badtimes.srt", _bytes("1\n00:00:02,000 --> 00:00:01,000\nOne\n\n2\n99:99:99,999 --> -1\nTwo\n"),
          "subtitles_bad_time", "Line 2: the end is before the start.", "text"),
)  # fmt: skip
