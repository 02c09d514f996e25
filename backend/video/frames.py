"""Single pictures out of a video."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from backend.errors import MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.probe import MediaInfo, VideoStream, probe
from backend.video.picture import contain_size, even, toned, upright
from backend.work import Work

_THUMBNAIL_SIDE = 480
_TIMEOUT = 120.0
_LAST_SECONDS = "5"
_MOST_PIXELS = 6e9
"""Decoded to see one frame: 24 s of 1080p at 120 a second, or 12 s of 2160p at 60, since their last key frame."""


def extract_frame(ffmpeg: Ffmpeg, path: Path, timestamp: float, target: Path, work: Work | None = None) -> Path:
    """The picture shown at ``timestamp`` (seconds; past the end means the last one) as a JPEG at ``target``.

    Raises:
        MediaRejected: as `probe` says, or ``no_video``.
        MediaFailed: no picture could be read.
    """
    work = work or Work()
    info = probe(path, cancel=work.cancel)
    size = info.require_video().display_size
    return _picture(ffmpeg, path, info, timestamp, (even(size[0]), even(size[1])), target, work)


def thumbnail(ffmpeg: Ffmpeg, path: Path, target: Path, work: Work | None = None, *, timestamp: float = 1.0) -> Path:
    """A small picture of a video or image, at most 480 pixels a side, as a JPEG at ``target``.

    Raises:
        MediaRejected, MediaFailed: as `extract_frame`.
    """
    work = work or Work()
    info = probe(path, cancel=work.cancel)
    most = (_THUMBNAIL_SIDE, _THUMBNAIL_SIDE)
    size = contain_size(info.require_video().display_size, most)
    return _picture(ffmpeg, path, info, min(timestamp, info.duration / 3), size, target, work)


def _picture(
    ffmpeg: Ffmpeg, path: Path, info: MediaInfo, timestamp: float, size: tuple[int, int], target: Path, work: Work
) -> Path:
    video = info.require_video()
    _check_way(video, timestamp)
    filters = ",".join(
        [*upright(video), *toned(video, size), f"scale={size[0]}:{size[1]}:out_color_matrix=bt601:out_range=pc"]
    )
    output = ["-map", "0:v:0", "-vf", f"{filters},format=yuvj420p,setsar=1", "-map_metadata", "-1", "-q:v", "3"]
    turned = ["-noautorotate"] if video.still else []
    source = [*INPUT_GUARD, *turned, "-f", info.form.demuxer, "-i", "file:in"]
    begin = ["-ss", f"{timestamp:.6f}"] if 0 < timestamp < video.duration else []
    last = ["-sseof", f"-{_LAST_SECONDS}"] if not info.form.still else []
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="frame-") as name:
        inner = Path(name)
        (inner / "in").symlink_to(path.absolute())
        ends = ["-f", "image2", "-update", "1", "-y", "file:out.jpg"]
        tries = [[*begin, *source, *output, "-frames:v", "1", *ends], [*last, *source, *output, *ends]]
        for arguments in tries if begin or timestamp <= 0 else tries[1:]:
            ffmpeg.run(arguments, folder=inner, work=work, timeout=_TIMEOUT)
            if (inner / "out.jpg").exists():
                return (inner / "out.jpg").replace(target)
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
