"""What ``get_video_info`` and ``get_audio_info`` answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from backend.errors import MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.video import hear
from backend.work import Work

MOST_MEASURED = 900.0
"""Seconds that are played to say how loud they are; it takes about five."""
_HDR = {16: "pq", 18: "hlg"}


def describe_video(info: MediaInfo) -> dict[str, Any]:
    """``duration``, ``width``, ``height`` (as seen), ``fps``, ``aspect_ratio`` (e.g. ``9:16``) and ``codec``;
    beside them ``frames``, ``bytes``, ``container``, ``rotation`` (degrees it is turned by to be upright), ``hdr``
    (``pq``, ``hlg`` or null) and ``audio`` (as `describe_audio`, null without sound).

    Raises:
        MediaRejected: ``no_video``.
    """
    video = info.require_video()
    width, height = video.display_size
    common = math.gcd(width, height)
    return {
        "duration": info.duration,
        "width": width,
        "height": height,
        "fps": video.fps,
        "aspect_ratio": f"{width // common}:{height // common}",
        "codec": video.codec,
        "frames": video.frames,
        "bytes": info.size,
        "container": info.form.name,
        "rotation": video.rotation,
        "hdr": _HDR.get(video.transfer),
        "audio": describe_audio(info) if info.audio else None,
    }


def audio_info(ffmpeg: Ffmpeg, path: Path, *, measure: bool) -> dict[str, Any]:
    """`describe_audio` of a file; measured, with ``loudness`` (LUFS) and ``true_peak`` (dBTP), null for silence.

    Raises:
        MediaRejected: as `probe` says, ``no_audio``, or too long to be measured.
        MediaFailed: it cannot be decoded.
    """
    info = probe(path)
    if not measure:
        return describe_audio(info)
    seconds = info.require_audio().duration
    if seconds > MOST_MEASURED:
        raise MediaRejected(
            f"The recording is {seconds / 60:.0f} min long; {MOST_MEASURED / 60:.0f} min is the most that is measured.",
            hint="Ask without measure, or cut it into parts.",
            code="media_too_long",
        )
    metered = hear(ffmpeg, path, info, Work())
    return {**describe_audio(info), "loudness": metered.loudness, "true_peak": metered.true_peak}


def describe_audio(info: MediaInfo) -> dict[str, Any]:
    """``duration``, ``channels``, ``sample_rate`` (Hz), ``codec`` and ``bitrate`` (bits a second, null if unknown).

    Raises:
        MediaRejected: ``no_audio``.
    """
    audio = info.require_audio()
    return {
        "duration": info.duration,
        "channels": audio.channels,
        "sample_rate": audio.sample_rate,
        "codec": audio.codec,
        "bitrate": audio.bit_rate or None,
    }
