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
from pathlib import Path
from typing import Any

from backend.errors import MediaFailed, MediaRejected
from backend.media import formats
from backend.media.ffmpeg import GIB, Guard, run_child
from backend.media.formats import MediaFormat
from backend.media.info import DEFAULT_LIMITS, Limits, MediaInfo
from backend.media.judging import GRACE, check_header, check_sides, judge, too_large, truncated, with_header
from backend.work import Cancel

_log = logging.getLogger(__name__)
_CHILD = Path(__file__).with_name("probe_child.py")
_PROBE_SECONDS = 60.0
_GUARD = Guard(memory_bytes=3 * GIB, output_bytes=0, open_files=64)
_MOST_STREAMS = 64
_REMEMBERED = 512
"""Files of which it is known what is in them for as long as they stay as they are; 1 kB each."""


@dataclass(frozen=True)
class Stretches:
    """Parts of a file's streams."""

    pictures: tuple[tuple[float, float], ...]
    """Seconds, from and to."""
    sound: bool
    """All of it, or none."""


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
        check_sides(*formats.png_size(start), limits.picture_pixels, limits)
    facts = look_into(path, form, limits, cancel=cancel)
    if form is formats.WAV:
        facts["streams"] = [with_header(fact, formats.wave_header(start)) for fact in facts["streams"]]
    if form is formats.JPEG and not _jpeg_is_whole(path):
        raise truncated()
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
        "max_seconds": limits.seconds * GRACE,
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
        raise too_large("It takes too long to read.") from error
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
    check_header(header)
    return MediaRejected(
        "The file is damaged, or of a kind that cannot be read here.",
        hint=f"Open it in another program and export it again as one of {formats.READABLE}.",
        code="media_damaged",
    )


def _jpeg_is_whole(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return formats.jpeg_is_whole(data)
