"""Whether a video that was made is what was planned."""

from __future__ import annotations

from pathlib import Path

from backend.errors import MediaFailed, MediaRejected
from backend.media.formats import MP4
from backend.media.probe import Limits, MediaInfo, judge, look_into
from backend.work import Cancel

_SECONDS_OFF = 0.05
_LEAST_SECONDS = 60.0
"""To read a video, besides its own length: a machine may be busy."""
_NO_LIMITS = Limits(seconds=86_400, video_pixels=2**26, video_volume=float("inf"))


def verify(
    path: Path, frames: int, fps: int, size: tuple[int, int], *, sound: bool, cancel: Cancel | None = None
) -> MediaInfo:
    """Read a video that we made to its end and give what is in it.

    All packets are read and counted, all sound and every key frame decoded.

    Raises:
        MediaFailed: ``render_incomplete``, saying what is not as planned.
        Cancelled: stopped on request.
    """
    try:
        timeout = _LEAST_SECONDS + frames / fps
        facts = look_into(path, MP4, _NO_LIMITS, decode="key frames", cancel=cancel, timeout=timeout)
        info = judge(facts, MP4, path.stat().st_size, _NO_LIMITS)
    except (MediaRejected, OSError) as error:
        raise _incomplete("it cannot be read back") from error
    video, seconds = info.video, frames / fps
    if any(fact["undecodable"] for fact in facts["streams"]):
        raise _incomplete("parts of it cannot be decoded")
    if video is None or video.codec != "h264" or video.display_size != size or video.rotation:
        raise _incomplete("the picture is not as planned")
    if video.frames != frames or abs(video.duration - seconds) > max(_SECONDS_OFF, 1 / fps):
        raise _incomplete(f"it has {video.frames} frames and not {frames}")
    if sound and (info.audio is None or abs(info.audio.duration - seconds) > max(_SECONDS_OFF, 1 / fps)):
        raise _incomplete("its sound does not last as long as the picture")
    return info


def _incomplete(detail: str) -> MediaFailed:
    hint = "Try it again; if it happens again, try another background."
    return MediaFailed(f"The video did not come out right: {detail}.", hint=hint, code="render_incomplete")


def verify_copy(path: Path, frames: int, seconds: float, *, sound: bool) -> MediaInfo:
    """The same of a video whose packets were copied: that all of them are there, and what is in it.

    What is inside the packets is as it was; they are counted and not decoded, which makes copying worth while.

    Raises:
        MediaFailed: ``render_incomplete``.
    """
    try:
        facts = look_into(path, MP4, _NO_LIMITS)
        info = judge(facts, MP4, path.stat().st_size, _NO_LIMITS)
    except (MediaRejected, OSError) as error:
        raise _incomplete("it cannot be read back") from error
    if info.video is None or info.video.frames != frames or abs(info.video.duration - seconds) > _SECONDS_OFF:
        raise _incomplete("frames are missing")
    if sound and info.audio is None:
        raise _incomplete("it has no sound")
    return info
