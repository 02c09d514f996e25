"""The media formats the studio reads, known by their content, and what ffmpeg may use to read them. Pure.

A file's name is never trusted: its first bytes choose the one demuxer that may open it.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import BinaryIO, Literal

from backend.errors import MediaRejected

Kind = Literal["image", "video", "audio"]
SNIFFED_BYTES = 4096


@dataclass(frozen=True)
class MediaFormat:
    """A container the studio reads."""

    name: str
    """For people and file names, e.g. ``mp4``."""
    demuxer: str
    """ffmpeg's name of what opens it."""
    still: bool = False
    """Whether it holds exactly one picture."""


MP4 = MediaFormat("mp4", "mov")
MATROSKA = MediaFormat("mkv", "matroska")
WAV = MediaFormat("wav", "wav")
MP3 = MediaFormat("mp3", "mp3")
FLAC = MediaFormat("flac", "flac")
OGG = MediaFormat("ogg", "ogg")
AAC = MediaFormat("aac", "aac")
AIFF = MediaFormat("aiff", "aiff")
CAF = MediaFormat("caf", "caf")
AMR = MediaFormat("amr", "amr")
WMA = MediaFormat("wma", "asf")
PNG = MediaFormat("png", "png_pipe", still=True)
JPEG = MediaFormat("jpg", "jpeg_pipe", still=True)
WEBP = MediaFormat("webp", "webp_pipe", still=True)
GIF = MediaFormat("gif", "gif")

FORMATS = {
    form.name: form for form in (MP4, MATROSKA, WAV, MP3, FLAC, OGG, AAC, AIFF, CAF, AMR, WMA, PNG, JPEG, WEBP, GIF)
}
READABLE = "MP4, MOV, WebM, MKV, WAV, MP3, M4A, FLAC, Ogg, Opus, AAC, AIFF, CAF, AMR, WMA, 3GP, PNG, JPEG, WebP and GIF"

FORMAT_WHITELIST = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,wav,mp3,flac,ogg,aac,aiff,caf,amr,asf,gif,png_pipe,jpeg_pipe,webp_pipe"
)
"""For ``-format_whitelist``: everything above under all names the demuxers go by; no playlist among them."""
CODEC_WHITELIST = (
    "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,mpeg2video,h263,prores,mjpeg,png,webp,gif,theora,"
    "aac,mp3,mp3float,opus,libopus,vorbis,libvorbis,flac,alac,ac3,eac3,amrnb,amrwb,wmav1,wmav2,wmapro,"
    "pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,"
    "pcm_mulaw,pcm_alaw,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt"
)
"""For ``-codec_whitelist``: what phones, browsers, editors and recorders write."""
MAX_PIXELS = 33_177_600
"""Of a picture: 8K. ffmpeg gets it too, so that a lying header allocates nothing."""

INPUT_GUARD: tuple[str, ...] = (
    *("-protocol_whitelist", "file", "-format_whitelist", FORMAT_WHITELIST),
    *("-codec_whitelist", CODEC_WHITELIST, "-max_pixels", str(MAX_PIXELS)),
)
"""ffmpeg options that stand before every input that somebody gave us."""

_MAGIC = (
    (b"\x1a\x45\xdf\xa3", MATROSKA),
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"caff", CAF),
    (b"#!AMR\n", AMR),
    (b"#!AMR-WB\n", AMR),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", WMA),
    (b"ID3", MP3),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
_ENDLESS_BYTES = 0x7FFF0000
"""Programs that cannot know the length write the largest number they dare."""
_MOST_BOXES = 10_000
_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"<asx", b"<smil", b"<?xml", b"<mpd", b"http://", b"https://")


def sniff(start: bytes) -> MediaFormat:
    """The format of a file that begins with ``start`` (its first `SNIFFED_BYTES`).

    Raises:
        MediaRejected: ``file_empty``, ``playlist_refused`` (a list of other files, whatever its name) or ``not_media``.
    """
    if not start:
        raise MediaRejected("The file is empty.", hint="Choose another file.", code="file_empty")
    found = _by_magic(start)
    if found:
        return found
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(_PLAYLISTS) or b"\n#ext-x-" in text or b"\nffconcat " in text:
        hint = "Give the media file itself."
        raise MediaRejected("This is a list of other files, not media.", hint=hint, code="playlist_refused")
    raise MediaRejected(
        "This is not a picture, sound or video that can be read here.",
        hint=f"Use one of {READABLE}.",
        code="not_media",
    )


def _by_magic(start: bytes) -> MediaFormat | None:
    for magic, form in _MAGIC:
        if start.startswith(magic):
            return form
    if start[4:8] in _MP4_BOXES:
        return MP4
    if start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE":
        return WAV
    if start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"):
        return AIFF
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return WEBP
    return _by_sync_word(start)


def _by_sync_word(start: bytes) -> MediaFormat | None:
    """Bare MPEG audio: eleven set bits, then fields of which some values are forbidden."""
    if len(start) < 4 or start[0] != 0xFF or start[1] & 0xE0 != 0xE0:
        return None
    if start[1] & 0xF6 == 0xF0:  # ADTS: layer bits are always zero
        return AAC
    layer, bitrate, rate = start[1] >> 1 & 3, start[2] >> 4, start[2] >> 2 & 3
    return MP3 if layer == 1 and bitrate not in (0, 15) and rate != 3 else None


@dataclass(frozen=True)
class WaveHeader:
    """What a WAV file says of itself."""

    channels: int
    sample_rate: int
    """Hz."""
    seconds: float | None
    """None where it does not say: written to a pipe, or its recorder never came back."""


def wave_header(start: bytes) -> WaveHeader | None:
    """The header in the first bytes of a WAV file; None if they do not hold all of it."""
    place, channels, sample_rate, byte_rate = 12, 0, 0, 0
    while place + 8 <= len(start):
        size = int.from_bytes(start[place + 4 : place + 8], "little")
        body = start[place + 8 : place + 24]
        if start[place : place + 4] == b"fmt " and len(body) == 16:
            channels, sample_rate, byte_rate = struct.unpack("<HII", body[2:12])
        if start[place : place + 4] == b"data":
            ended = byte_rate and 0 < size < _ENDLESS_BYTES
            return WaveHeader(channels, sample_rate, size / byte_rate if ended else None)
        place += 8 + size + size % 2
    return None


def png_size(start: bytes) -> tuple[int, int]:
    """Width and height that the first bytes of a PNG file promise; 0 if they promise none."""
    if start[12:16] != b"IHDR" or len(start) < 24:
        return 0, 0
    width, height = struct.unpack(">II", start[16:24])
    return width, height


def mp4_has_index(file: BinaryIO) -> bool:
    """Whether an MP4 file has its table of contents, without which nothing in it can be found."""
    file.seek(0, 2)
    end, place = file.tell(), 0
    for _ in range(_MOST_BOXES):
        if place >= end:
            return False
        file.seek(place)
        head = file.read(16)
        if head[4:8] == b"moov":
            return place + int.from_bytes(head[:4], "big") <= end
        size = int.from_bytes(head[8:16] if head[:4] == b"\0\0\0\1" else head[:4], "big")
        if size < 8:
            return False
        place += size
    return True


def jpeg_is_whole(data: bytes | mmap.mmap) -> bool:
    """Whether a JPEG file goes on to the end of its picture; decoders fill a missing rest with grey."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return data.find(b"\xff\xd9", place) >= 0
