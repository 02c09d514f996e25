"""Whether what was found in a media file is whole and within its limits, and what it means. Pure."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from backend.errors import MediaRejected
from backend.media import formats
from backend.media.formats import MediaFormat, WaveHeader
from backend.media.info import AudioStream, Limits, MediaInfo, VideoStream

GRACE = 1.001
"""What codecs pad their ends with makes nothing too long."""
_MISSING_SECONDS = 0.3
_MISSING_FRACTION = 0.05


def judge(facts: dict[str, Any], form: MediaFormat, size: int, limits: Limits) -> MediaInfo:
    """What the facts mean that `look_into` found.

    Raises:
        MediaRejected: ``media_damaged``, ``media_truncated``, ``media_too_long``, ``media_too_large``, ``no_content``.
    """
    videos = [fact for fact in facts["streams"] if fact["kind"] == "video"]
    audios = [fact for fact in facts["streams"] if fact["kind"] == "audio"]
    video = _video(videos[0], form) if videos else None
    if video:
        _check_picture(video, form, limits)  # first of all: of one that is too large nothing was read
        video = video if video.frames else None
    audio = _audio(audios[0]) if audios and audios[0]["packets"] else None
    if video is None and audio is None:
        raise MediaRejected(
            "There is neither sound nor picture in this file.", hint="Choose another.", code="no_content"
        )
    duration = max(video.duration if video else 0.0, audio.duration if audio else 0.0)
    if duration > limits.seconds * GRACE:  # first of all: no further was it read
        raise MediaRejected(
            f"The file is {_clock(max(duration, facts['header_seconds']))} long; {_clock(limits.seconds)} is the most.",
            hint="Cut it into parts.",
            code="media_too_long",
        )
    for fact in videos[:1] + audios[:1]:
        _check_whole(fact)
    if form is formats.MATROSKA and _is_short(duration, facts["header_seconds"]):
        raise truncated(duration, facts["header_seconds"])
    return MediaInfo(form, size, duration, video, audio)


def with_header(fact: dict[str, Any], header: WaveHeader | None) -> dict[str, Any]:
    """What was found in a WAV file beside what its header promises, which the library does not tell."""
    check_header(header)
    if header is None:
        return fact
    if header.seconds is None:
        # Its last packet ends where the file does, not where the header says: that is how it was meant.
        return {**fact, "corrupt": 0}
    return {**fact, "header_seconds": header.seconds} if fact["codec"].startswith("pcm_") else fact


def check_header(header: WaveHeader | None) -> None:
    """Refuse a WAV file whose header says nothing that could be played: ``media_damaged``."""
    if header and not (header.channels and header.sample_rate):
        hint = "Export it again from the program it comes from."
        raise MediaRejected("The WAV header is damaged.", hint=hint, code="media_damaged")


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
    check_sides(video.width, video.height, limits.picture_pixels if form.still else limits.video_pixels, limits)
    if form.still:
        return
    if video.fps > limits.frames_per_second * 1.02 and video.frames > 1:
        raise too_large(f"It has {video.fps:.0f} frames a second; {limits.frames_per_second:.0f} is the most.")
    if video.width * video.height * video.frames > limits.video_volume:
        most = limits.video_volume / (video.width * video.height)
        raise too_large(f"It has {video.frames:,} frames of {video.width}x{video.height}; {most:,.0f} are the most.")


def check_sides(width: int, height: int, most: int, limits: Limits) -> None:
    """Refuse a picture of more than ``most`` pixels, or with too long a side: ``media_too_large``."""
    if width * height > most:
        across = round(math.sqrt(most * 16 / 9))
        raise too_large(f"Its picture has {width}x{height} pixels; {across}x{most // across} is the most.")
    if max(width, height) > limits.side:
        raise too_large(f"Its picture has {width}x{height} pixels; {limits.side} is the longest side.")


def _check_whole(fact: dict[str, Any]) -> None:
    """Refuse a stream that ends long before its header says, or cannot be decoded at all."""
    said, found = fact["header_seconds"] or 0.0, _seconds(fact)
    if _is_short(found, said) or fact["corrupt"]:
        raise truncated(found, said)
    if fact["packets"] and not fact["decoded"]:
        raise MediaRejected(
            "The file is damaged: nothing in it can be decoded.",
            hint="Export it again.",
            code="media_damaged",
        )


def _is_short(found: float, said: float) -> bool:
    return said - found > max(_MISSING_SECONDS, said * _MISSING_FRACTION)


def truncated(found: float = 0.0, said: float = 0.0) -> MediaRejected:
    """Only ``found`` of the ``said`` seconds are there: ``media_truncated``."""
    message, hint = "The file is incomplete: its end is missing.", "Upload it again, or export it again."
    if _is_short(found, said):
        message += f" Only {found:.1f} of {said:.1f} s can be read."
        hint += f" To use the first {found:.1f} s, cut it to them in another program." if found >= 1 else ""
    return MediaRejected(message, hint=hint, code="media_truncated")


def too_large(detail: str) -> MediaRejected:
    """Why it is over a limit, as a sentence: ``media_too_large``."""
    hint = "Make it smaller, e.g. 1080p at 30 frames a second, and try again."
    return MediaRejected(f"The file is too large. {detail}", hint=hint, code="media_too_large")


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
