"""What is in a media file, found out safely, and the limits it has to keep.

Files come from anyone: they are looked into by a short-lived child under limits, opened by the one demuxer that
their first bytes call for, never by name, and every refusal says what to do.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import mmap
import os
import stat
import sys
import threading
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from backend.errors import MediaFailed, MediaRejected
from backend.media import formats
from backend.media.ffmpeg import GIB, Guard, run_child
from backend.media.formats import MediaFormat, WaveHeader
from backend.work import Cancel

_log = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("probe_child.py")
_PROBE_SECONDS = 60.0
_GUARD = Guard(memory_bytes=3 * GIB, output_bytes=0, open_files=64)
_MOST_STREAMS = 64
_GRACE = 1.001
"""What codecs pad their ends with makes nothing too long."""
_MISSING_SECONDS = 0.3
_MISSING_FRACTION = 0.05
_REMEMBERED = 512
"""Files of which it is known what is in them for as long as they stay as they are; 1 kB each."""


@dataclass(frozen=True)
class Limits:
    """How much media one file may hold."""

    seconds: float = 7200.0
    picture_pixels: int = formats.MAX_PIXELS
    video_pixels: int = 3840 * 2160
    side: int = 16_384
    """Pixels: no more can be encoded."""
    frames_per_second: float = 120.0
    video_volume: float = 7200.0 * 30 * 1920 * 1080 * 2
    """Pixels of all frames together: two hours of 1080p at 60 a second, or half an hour of 2160p."""


DEFAULT_LIMITS = Limits()
NO_LIMITS = Limits(seconds=86_400, video_pixels=2**26, video_volume=float("inf"))
"""For what we made ourselves."""


@dataclass(frozen=True)
class Stretches:
    """Parts of a file's streams."""

    pictures: tuple[tuple[float, float], ...]
    """Seconds, from and to."""
    sound: bool
    """All of it, or none."""


@dataclass(frozen=True)
class VideoStream:
    """The picture of a file, a still one or a moving one."""

    codec: str
    width: int
    """Pixels as stored, before turning."""
    height: int
    fps: float
    """Mean frames a second; 0 for a still picture."""
    frames: int
    duration: float
    """Seconds; 0 for a still picture."""
    still: bool = False
    rotation: int = 0
    """Degrees counter-clockwise that the stored picture is to be turned: 0, 90, 180 or 270."""
    sample_aspect: float = 1.0
    """Width of a stored pixel over its height."""
    alpha: bool = False
    """Whether it can be transparent."""
    full_range: bool = False
    """Whether 0 is black and 255 white (pictures), not 16 and 235 (video)."""
    matrix: int = 2
    """Colour matrix as in ITU-T H.273; 2 is unspecified."""
    transfer: int = 2
    """Transfer characteristic as in ITU-T H.273; 16 (PQ) and 18 (HLG) are high dynamic range."""
    longest_run: int = 1
    """Frames from a key frame to the next, at most: so many are decoded to see one of them."""

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as they are seen: turned upright, with square pixels."""
        width = max(1, round(self.width * self.sample_aspect))
        return (self.height, width) if self.rotation in (90, 270) else (width, self.height)


@dataclass(frozen=True)
class AudioStream:
    """The sound of a file."""

    codec: str
    sample_rate: int
    channels: int
    duration: float
    """Seconds."""
    bit_rate: int
    """Bits a second; 0 when unknown."""
    invalid_samples: int = 0
    """Those that are no numbers, or beyond any level: whoever uses the sound mutes them."""


@dataclass(frozen=True)
class MediaInfo:
    """What a media file holds."""

    form: MediaFormat
    size: int
    """Bytes."""
    duration: float
    """Seconds of its longest stream; 0 for a still picture."""
    video: VideoStream | None
    audio: AudioStream | None

    @property
    def kind(self) -> formats.Kind:
        if self.form.still:
            return "image"
        return "video" if self.video else "audio"

    def require_video(self) -> VideoStream:
        """The picture.

        Raises:
            MediaRejected: ``no_video``.
        """
        if self.video is None:
            hint = "Choose a picture or a video."
            raise MediaRejected("This file has sound but no picture.", hint=hint, code="no_video")
        return self.video

    def require_audio(self) -> AudioStream:
        """The sound.

        Raises:
            MediaRejected: ``no_audio``.
        """
        if self.audio is None:
            hint = "Choose a recording or a video with sound."
            raise MediaRejected("This file has no sound.", hint=hint, code="no_audio")
        return self.audio


def probe_sound(path: Path, most_seconds: float, cancel: Cancel | None = None) -> MediaInfo:
    """Look into a recording, or a video with sound, of at most so long.

    Raises:
        MediaRejected: what `probe` refuses, or ``no_audio``.
        Cancelled
    """
    info = probe(path, Limits(seconds=most_seconds), cancel)
    info.require_audio()
    return info


def probe(path: Path, limits: Limits = DEFAULT_LIMITS, cancel: Cancel | None = None) -> MediaInfo:
    """Look into a file that anybody may have made; about 0.2 s, and of one that did not change since, it is known.

    Raises:
        MediaRejected: ``file_missing``, ``file_empty``, ``not_media``, ``playlist_refused``, ``media_damaged``,
            ``media_truncated``, ``media_too_long``, ``media_too_large``, ``no_content``.
        Cancelled: stopped on request.
    """
    if cancel is not None:
        cancel.check()
    form, state, start = _identify(path)
    known = _known.find(state, limits)
    if known is None:
        known = _looked_into(path, form, state.st_size, start, limits, cancel)
        _known.keep(state, limits, known)
    return known


class _Known:
    """What was found in files, by their place on the disk and the moment they were last changed. Safe between threads.

    That moment is the system's own (``ctime``), which nobody sets back. Looking into a file takes many times longer
    than a tick of that clock, so a file that is written over after it was looked into is never taken for the old one.
    """

    def __init__(self) -> None:
        self._infos: dict[tuple[object, ...], MediaInfo] = {}
        self._lock = threading.Lock()

    def find(self, state: os.stat_result, limits: Limits) -> MediaInfo | None:
        """What is in a file in this state, which kept to these limits."""
        with self._lock:
            return self._infos.get(_key(state, limits))

    def keep(self, state: os.stat_result, limits: Limits, info: MediaInfo) -> None:
        """Remember it, and forget what was found longest ago."""
        with self._lock:
            self._infos[_key(state, limits)] = info
            while len(self._infos) > _REMEMBERED:
                del self._infos[next(iter(self._infos))]


def _key(state: os.stat_result, limits: Limits) -> tuple[object, ...]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns, limits


_known = _Known()


def _looked_into(
    path: Path, form: MediaFormat, size: int, start: bytes, limits: Limits, cancel: Cancel | None
) -> MediaInfo:
    """What is in a file of ``size`` bytes, the first of which are ``start``."""
    if form is formats.PNG:
        _check_sides(*formats.png_size(start), limits.picture_pixels, limits)
    facts = look_into(path, form, limits, cancel=cancel)
    if form is formats.WAV:
        facts["streams"] = [_with_header(fact, formats.wave_header(start)) for fact in facts["streams"]]
    if form is formats.JPEG and not _jpeg_is_whole(path):
        raise _truncated()
    return judge(facts, form, size, limits)


def question(
    path: Path, form: MediaFormat, limits: Limits, decode: str, only: Stretches | None = None
) -> dict[str, Any]:
    """What the child is asked about a file; arguments as those of `look_into`."""
    return {
        "path": str(path.absolute()),
        "demuxer": form.demuxer,
        "formats": formats.FORMAT_WHITELIST,
        "codecs": formats.CODEC_WHITELIST,
        "max_pixels": limits.picture_pixels if form.still else limits.video_pixels,
        "max_packets": int(limits.seconds * 500),
        "max_streams": _MOST_STREAMS,
        "max_seconds": limits.seconds * _GRACE,
        "decode": decode,
        "only": asdict(only) if only else None,
    }


def look_into(
    path: Path,
    form: MediaFormat,
    limits: Limits = DEFAULT_LIMITS,
    decode: str = "first",
    cancel: Cancel | None = None,
    timeout: float = _PROBE_SECONDS,
    only: Stretches | None = None,
) -> dict[str, Any]:
    """The bare facts about a file, from the child.

    Args:
        decode: ``first`` decodes a picture and a block of sound; ``everything`` is for files of our own.
        cancel: ends it.
        timeout: seconds of wall time, and of the processor's.
        only: where to decode; None is everywhere. All packets are counted, and the first ones decoded, whatever it is.

    Raises:
        MediaRejected: ``media_damaged`` or ``media_too_large``, when the child cannot make it out under its limits.
        Cancelled: stopped on request.
    """
    request = question(path, form, limits, decode, only)
    program = [sys.executable, "-I", str(_CHILD), json.dumps(request)]
    try:
        guard = replace(_GUARD, cpu_seconds=math.ceil(timeout))
        finished = run_child(program, folder=Path("/"), cancel=cancel or Cancel(), timeout=timeout, guard=guard)
    except MediaFailed as error:
        raise _too_large("It takes too long to read.") from error
    answer = json.loads(finished.output) if finished.status == 0 and finished.output else {"error": "it ended early"}
    if "error" in answer:
        raise _unreadable(path, form)
    return dict(answer)


def _identify(path: Path) -> tuple[MediaFormat, os.stat_result, bytes]:
    """Format by content, state and first bytes; only of a regular file that is no link."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        gone = error.errno in (errno.ENOENT, errno.ENOTDIR)
        raise MediaRejected(
            "The file is not there." if gone else "The file cannot be opened.",
            hint="Upload it again.",
            code="file_missing" if gone else "not_media",
        ) from error
    state = os.fstat(descriptor)
    if not stat.S_ISREG(state.st_mode):
        os.close(descriptor)
        raise MediaRejected("This is not a file.", hint="Choose a media file.", code="not_media")
    with os.fdopen(descriptor, "rb") as file:
        start = file.read(formats.SNIFFED_BYTES)
    try:
        return formats.sniff(start), state, start
    except MediaRejected as refused:
        if refused.code == "playlist_refused":
            _log.warning("Security: a list of other files was given as media and refused.")
        raise


def _unreadable(path: Path, form: MediaFormat) -> MediaRejected:
    """Why the child could make nothing of a file, as far as its structure tells."""
    with path.open("rb") as file:
        header = formats.wave_header(file.read(formats.SNIFFED_BYTES)) if form is formats.WAV else None
        if form is formats.MP4 and not formats.mp4_has_index(file):
            message = "The file is incomplete: its index, which comes last, is missing."
            return MediaRejected(message, hint="Upload it again, or export it again.", code="media_damaged")
    _check_header(header)
    return MediaRejected(
        "The file is damaged, or of a kind that cannot be read here.",
        hint=f"Open it in another program and export it again as one of {formats.READABLE}.",
        code="media_damaged",
    )


def _jpeg_is_whole(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return formats.jpeg_is_whole(data)


def _check_header(header: WaveHeader | None) -> None:
    if header and not (header.channels and header.sample_rate):
        hint = "Export it again from the program it comes from."
        raise MediaRejected("The WAV header is damaged.", hint=hint, code="media_damaged")


def _with_header(fact: dict[str, Any], header: WaveHeader | None) -> dict[str, Any]:
    """What was found in a WAV file beside what its header promises, which the library does not tell."""
    _check_header(header)
    if header is None:
        return fact
    if header.seconds is None:
        # Its last packet ends where the file does, not where the header says: that is how it was meant.
        return {**fact, "corrupt": 0}
    return {**fact, "header_seconds": header.seconds} if fact["codec"].startswith("pcm_") else fact


def judge(facts: dict[str, Any], form: MediaFormat, size: int, limits: Limits) -> MediaInfo:
    """What the facts mean; refused if damaged or over a limit. Pure."""
    videos = [fact for fact in facts["streams"] if fact["kind"] == "video"]
    audios = [fact for fact in facts["streams"] if fact["kind"] == "audio"]
    video = _video(videos[0], form) if videos and videos[0]["packets"] else None
    if video:
        _check_picture(video, form, limits)
    audio = _audio(audios[0]) if audios and audios[0]["packets"] else None
    if video is None and audio is None:
        raise MediaRejected(
            "There is neither sound nor picture in this file.", hint="Choose another.", code="no_content"
        )
    duration = max(video.duration if video else 0.0, audio.duration if audio else 0.0)
    if duration > limits.seconds * _GRACE:  # first of all: no further was it read
        raise MediaRejected(
            f"The file is {_clock(max(duration, facts['header_seconds']))} long; {_clock(limits.seconds)} is the most.",
            hint="Cut it into parts.",
            code="media_too_long",
        )
    for fact in videos[:1] + audios[:1]:
        _check_whole(fact)
    if form is formats.MATROSKA and _is_short(duration, facts["header_seconds"]):
        raise _truncated(duration, facts["header_seconds"])
    return MediaInfo(form, size, duration, video, audio)


def frame_rate(frames: int, seconds: float) -> float:
    """Frames a second as people write them: floats hold few lengths exactly, and 29.999999999999996 is 30.
    Broadcast's odd rates are multiples of 1/1001."""
    return float(Fraction(frames / seconds).limit_denominator(1001)) if seconds else 0.0


def _video(fact: dict[str, Any], form: MediaFormat) -> VideoStream:
    duration = 0.0 if form.still else _seconds(fact)
    return VideoStream(
        codec=fact["codec"],
        width=fact["width"],
        height=fact["height"],
        fps=frame_rate(fact["packets"], duration),
        frames=fact["packets"],
        duration=duration,
        still=form.still,
        rotation=round(fact["rotation"] / 90) * 90 % 360,
        sample_aspect=min(4.0, max(0.25, fact["sample_aspect"])),
        alpha=_has_alpha(fact["pixel_format"]),
        full_range=fact["full_range"],
        matrix=fact["matrix"],
        transfer=fact["transfer"],
        longest_run=fact["longest_run"],
    )


def _audio(fact: dict[str, Any]) -> AudioStream:
    rate, channels, invalid = fact["sample_rate"], fact["channels"], fact["invalid"]
    return AudioStream(fact["codec"], rate, channels, _seconds(fact), fact["bit_rate"], invalid)


def _seconds(fact: dict[str, Any]) -> float:
    return max(0.0, float(fact["end"] - max(0.0, fact["start"] or 0.0)))


def _has_alpha(pixel_format: str) -> bool:
    return pixel_format.startswith(("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16", "pal8"))


def _check_picture(video: VideoStream, form: MediaFormat, limits: Limits) -> None:
    _check_sides(video.width, video.height, limits.picture_pixels if form.still else limits.video_pixels, limits)
    if form.still:
        return
    if video.fps > limits.frames_per_second * 1.02 and video.frames > 1:
        raise _too_large(f"It has {video.fps:.0f} frames a second; {limits.frames_per_second:.0f} is the most.")
    if video.width * video.height * video.frames > limits.video_volume:
        most = limits.video_volume / (video.width * video.height)
        raise _too_large(f"It has {video.frames:,} frames of {video.width}x{video.height}; {most:,.0f} are the most.")


def _check_sides(width: int, height: int, most: int, limits: Limits) -> None:
    if width * height > most:
        across = round(math.sqrt(most * 16 / 9))
        raise _too_large(f"Its picture has {width}x{height} pixels; {across}x{most // across} is the most.")
    if max(width, height) > limits.side:
        raise _too_large(f"Its picture has {width}x{height} pixels; {limits.side} is the longest side.")


def _check_whole(fact: dict[str, Any]) -> None:
    """Refuse a stream that ends long before its header says, or cannot be decoded at all."""
    said, found = fact["header_seconds"] or 0.0, _seconds(fact)
    if _is_short(found, said) or fact["corrupt"]:
        raise _truncated(found, said)
    if fact["packets"] and not fact["decoded"]:
        raise MediaRejected(
            "The file is damaged: nothing in it can be decoded.",
            hint="Export it again.",
            code="media_damaged",
        )


def _is_short(found: float, said: float) -> bool:
    return said - found > max(_MISSING_SECONDS, said * _MISSING_FRACTION)


def _truncated(found: float = 0.0, said: float = 0.0) -> MediaRejected:
    message, hint = "The file is incomplete: its end is missing.", "Upload it again, or export it again."
    if _is_short(found, said):
        message += f" Only {found:.1f} of {said:.1f} s can be read."
        hint += f" To use the first {found:.1f} s, cut it to them in another program." if found >= 1 else ""
    return MediaRejected(message, hint=hint, code="media_truncated")


def _too_large(detail: str) -> MediaRejected:
    hint = "Make it smaller, e.g. 1080p at 30 frames a second, and try again."
    return MediaRejected(f"The file is too large. {detail}", hint=hint, code="media_too_large")


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
