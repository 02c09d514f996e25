"""What ``get_video_info`` and ``get_audio_info`` answer."""

from __future__ import annotations

import math
from typing import Any

from backend.media.probe import MediaInfo


def describe_video(info: MediaInfo) -> dict[str, Any]:
    """``duration``, ``width``, ``height`` (as seen), ``fps``, ``aspect_ratio`` (e.g. ``9:16``) and ``codec``.

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
    }


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
