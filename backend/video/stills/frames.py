"""Single pictures out of a video."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from backend.errors import MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo, VideoStream
from backend.media.probe import probe
from backend.models import Fit
from backend.video.backgrounds.kinds import Painted
from backend.video.picture.fitting import Size, contain_size, even, fitted
from backend.work import Work

_THUMBNAIL_SIDE = 480
_TIMEOUT = 120.0
_LAST_SECONDS = "5"
_MOST_PIXELS = 6e9
"""Decoded to see one frame: 24 s of 1080p at 120 a second, or 12 s of 2160p at 60, since their last key frame."""
JPEG_FILTERS = "scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=pc,format=yuvj420p,setsar=1"
"""From the graph's colours to those of a JPEG file."""


@dataclass(frozen=True)
class _Kind:
    """How a picture is written."""

    filters: tuple[str, ...]
    options: tuple[str, ...]


_JPEG = _Kind((JPEG_FILTERS,), ("-q:v", "3", "-f", "image2", "-update", "1"))
_RAW = _Kind((), ("-c:v", "rawvideo", "-f", "image2", "-update", "1"))


def extract_frame(ffmpeg: Ffmpeg, path: Path, timestamp: float, target: Path, work: Work | None = None) -> Path:
    """The picture shown at ``timestamp`` (seconds; past the end means the last one) as a JPEG at ``target``.

    Raises:
        MediaRejected: as `probe` says, or ``no_video``.
        MediaFailed: no picture could be read.
    """
    work = work or Work()
    info = probe(path, cancel=work.cancel)
    return _picture(ffmpeg, path, info, timestamp, _whole(info), "cover", _JPEG, target, work)


def thumbnail(
    ffmpeg: Ffmpeg,
    path: Path,
    target: Path,
    work: Work | None = None,
    *,
    timestamp: float = 1.0,
    info: MediaInfo | None = None,
) -> Path:
    """A small picture of a video or image, at most 480 pixels a side, as a JPEG at ``target``.

    Args:
        info: what is in it, where that is known.

    Raises:
        MediaRejected, MediaFailed: as `extract_frame`.
    """
    work = work or Work()
    info = info or probe(path, cancel=work.cancel)
    size = contain_size(info.require_video().display_size, (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    moment = min(timestamp, info.duration / 3)
    return _picture(ffmpeg, path, info, moment, size, "cover", _JPEG, target, work)


def frame_at(
    ffmpeg: Ffmpeg,
    path: Path,
    info: MediaInfo,
    timestamp: float,
    size: Size,
    folder: Path,
    work: Work,
    fit: Fit = "cover",
) -> Painted:
    """The picture shown at ``timestamp``, brought to ``size`` as the graph does it.

    Args:
        info: what `probe` said about ``path``.

    Raises:
        MediaRejected, MediaFailed: as `extract_frame`.
    """
    raw = _picture(ffmpeg, path, info, timestamp, size, fit, _RAW, folder / "frame.yuv", work)
    try:
        return Painted(raw.read_bytes())
    finally:
        raw.unlink()


def _whole(info: MediaInfo) -> Size:
    width, height = info.require_video().display_size
    return even(width), even(height)


def _picture(
    ffmpeg: Ffmpeg,
    path: Path,
    info: MediaInfo,
    timestamp: float,
    size: Size,
    fit: Fit,
    kind: _Kind,
    target: Path,
    work: Work,
) -> Path:
    video = info.require_video()
    _check_way(video, timestamp)
    filters = ",".join([fitted(video, size, fit, "f"), *kind.filters])
    output = ["-filter_complex", f"[0:v:0]{filters}[seen]", "-map", "[seen]", "-map_metadata", "-1"]
    turned = ["-noautorotate"] if video.still else []
    source = [*INPUT_GUARD, *turned, "-f", info.form.demuxer, "-i", "file:in"]
    begin = ["-ss", f"{timestamp:.6f}"] if 0 < timestamp < video.duration else []
    last = ["-sseof", f"-{_LAST_SECONDS}"] if not info.form.still else []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="frame-") as name:
        inner = Path(name)
        (inner / "in").symlink_to(path.absolute())
        # Each frame once: a film whose last one comes after an hour would be an hour of copies of the one before it.
        ends = [*kind.options, "-fps_mode", "vfr", "-y", "file:out"]
        tries = [[*begin, *source, *output, "-frames:v", "1", *ends], [*last, *source, *output, *ends]]
        for arguments in tries if begin or timestamp <= 0 else tries[1:]:
            ffmpeg.run(arguments, folder=inner, work=work, timeout=_TIMEOUT)
            if (inner / "out").exists() and (inner / "out").stat().st_size:
                return (inner / "out").replace(target)
    raise MediaFailed("No picture could be read from the video.", hint="Try another time or file.")


def _check_way(video: VideoStream, timestamp: float) -> None:
    """Refuse a moment that lies too many frames after the last one that can be decoded by itself."""
    frames = min(video.longest_run, math.ceil(timestamp * video.fps) + 1)
    if frames * video.width * video.height > _MOST_PIXELS:
        raise MediaRejected(
            f"To see this moment, {frames:,} frames of {video.width}x{video.height} would have to be decoded.",
            hint="Choose an earlier moment, or export the video again with a key frame every few seconds.",
            code="media_too_large",
        )
