"""Whether a video that was made is what was planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backend.compositions import Codec
from backend.errors import MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import MP4
from backend.media.info import NO_LIMITS, MediaInfo
from backend.media.judging import judge
from backend.media.probe import Stretches, look_into
from backend.video.encoding.encoders import READ_AS
from backend.video.sound.metering import Metered, meter
from backend.work import Cancel, Work

_SECONDS_OFF = 0.05
_LEAST_SECONDS = 60.0
"""To read a video, besides decoding it: a machine may be busy."""
_SLOWEST_DECODING = 30 * 1080 * 1920
"""Pixels a second of processor time; a core of today decodes 500 million."""
_SLOWEST_READING = 5_000_000
"""Bytes a second, of a disk under other work."""
_LOUDNESS_OFF = 3.0
"""LU that codecs may change: AAC takes away what nobody hears, and of white noise that is 1.5."""
_HIGHEST_PEAK = 0.0
"""dBTP; over it, players clip."""


def verify(
    path: Path,
    frames: int,
    fps: int,
    size: tuple[int, int],
    *,
    sound: bool,
    codec: Codec = "h264",
    new: Stretches | None = None,
    cancel: Cancel | None = None,
) -> MediaInfo:
    """Play a video that we made to its end and give what is in it: every frame and all sound is decoded and counted.

    Args:
        new: what of it was not decoded before, in another file; only that is then. None is all.

    Raises:
        MediaFailed: ``render_incomplete``, saying what is not as planned.
        Cancelled: stopped on request.
    """
    try:
        timeout = _LEAST_SECONDS + decoding_seconds(frames, size)
        facts = look_into(path, MP4, NO_LIMITS, decode="everything", only=new, cancel=cancel, timeout=timeout)
    except (MediaRejected, OSError) as error:
        raise _incomplete("it cannot be read back") from error
    return as_planned(facts, path, frames, fps, size, sound=sound, codec=codec)


def decoding_seconds(frames: int, size: tuple[int, int]) -> float:
    """The most that so many frames take to be decoded."""
    return frames * size[0] * size[1] / _SLOWEST_DECODING


def as_planned(
    facts: dict[str, Any],
    path: Path,
    frames: int,
    fps: int,
    size: tuple[int, int],
    *,
    sound: bool,
    codec: Codec = "h264",
) -> MediaInfo:
    """What is in a video that was played to its end, of which ``facts`` tells.

    Raises:
        MediaFailed: ``render_incomplete``, saying what is not as planned.
    """
    try:
        info = judge(facts, MP4, path.stat().st_size, NO_LIMITS)
    except (MediaRejected, OSError) as error:
        raise _incomplete("it cannot be read back") from error
    video, seconds = info.video, frames / fps
    if any(fact["undecodable"] for fact in facts["streams"]):
        raise _incomplete("parts of it cannot be decoded")
    if video is None or video.codec not in READ_AS[codec] or video.display_size != size or video.rotation:
        raise _incomplete("the picture is not as planned")
    fed, decoded = next((fact["fed"], fact["frames"]) for fact in facts["streams"] if fact["kind"] == "video")
    if decoded != fed:
        raise _incomplete(f"only {decoded} of {fed} frames can be decoded")
    if video.frames != frames or abs(video.duration - seconds) > max(_SECONDS_OFF, 1 / fps):
        raise _incomplete(f"it has {video.frames} frames and not {frames}")
    if sound and (info.audio is None or abs(info.audio.duration - seconds) > max(_SECONDS_OFF, 1 / fps)):
        raise _incomplete("its sound does not last as long as the picture")
    starts = [fact["start"] or 0.0 for fact in facts["streams"]]
    if max(starts) - min(0.0, *starts) > max(_SECONDS_OFF, 1 / fps):
        raise _incomplete("sound and picture do not begin together")
    return info


def verify_sound(ffmpeg: Ffmpeg, path: Path, seconds: float, work: Work, *, loudness: float | None = None) -> Metered:
    """Meter the sound of a video that we made.

    Args:
        seconds: that it lasts.
        loudness: LUFS that were planned; None where they were not.

    Raises:
        MediaFailed: ``render_incomplete``: it is not as loud as planned, or it clips.
        Cancelled: stopped on request.
    """
    heard = meter(ffmpeg, path, MP4.demuxer, (), seconds, work)
    if loudness is None:
        return heard
    if heard.loudness is None or abs(heard.loudness - loudness) > _LOUDNESS_OFF:
        found = "silent" if heard.loudness is None else f"at {heard.loudness:.1f} LUFS"
        raise _incomplete(f"its sound is {found} and not at {loudness:.1f}")
    if heard.true_peak is not None and heard.true_peak > _HIGHEST_PEAK:
        raise _incomplete("its sound clips")
    return heard


def _incomplete(detail: str) -> MediaFailed:
    hint = "Try it again; if it happens again, try another background."
    return MediaFailed(f"The video did not come out right: {detail}.", hint=hint, code="render_incomplete")


def verify_copy(path: Path, frames: int, seconds: float, *, sound: bool, cancel: Cancel | None = None) -> MediaInfo:
    """The same of a video whose packets were copied: that all of them are there, and what is in it.

    What is inside the packets is as it was; they are counted and not decoded, which makes copying worth while.

    Raises:
        MediaFailed: ``render_incomplete``.
        Cancelled: stopped on request.
    """
    try:
        timeout = _LEAST_SECONDS + path.stat().st_size / _SLOWEST_READING
        facts = look_into(path, MP4, NO_LIMITS, cancel=cancel, timeout=timeout)
        info = judge(facts, MP4, path.stat().st_size, NO_LIMITS)
    except (MediaRejected, OSError) as error:
        raise _incomplete("it cannot be read back") from error
    if info.video is None or info.video.frames != frames or abs(info.video.duration - seconds) > _SECONDS_OFF:
        raise _incomplete("frames are missing")
    if sound and info.audio is None:
        raise _incomplete("it has no sound")
    return info
