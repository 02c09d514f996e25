"""A few seconds of a video as a picture that moves by itself: GIF for everywhere, WebP for a third of the bytes."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo, VideoStream
from backend.media.probe import probe
from backend.models import AnimationFormat
from backend.video.picture.fitting import Size, even, fitted
from backend.work import Work

_PALETTE = (
    "split[a][b];[a]palettegen=stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"
)
"""256 colours chosen for what moves; an ordered pattern stands still where the picture does, noise would not."""
_RGB = "scale=in_color_matrix=bt709:in_range=tv,format=rgb24"
_AS_WEBP = "scale=in_color_matrix=bt709:in_range=tv:out_color_matrix=bt601:out_range=tv,format=yuv420p"
_ENCODERS: dict[AnimationFormat, tuple[str, ...]] = {
    "gif": ("-f", "gif"),
    "webp": ("-c:v", "libwebp_anim", "-quality", "70", "-compression_level", "4", "-f", "webp"),
}
_MOST_BYTES = 100_000_000
_FEWEST = 2
"""Frames of which a palette for what moves can be made."""


@dataclass(frozen=True)
class Excerpt:
    """Which part of a video, and how it is shown."""

    start: float = 0.0
    """Seconds; near the end it begins earlier, so that it lasts as long."""
    seconds: float = 3.0
    width: int = 480
    """Pixels; never more than the video has."""
    fps: int = 12


def animation(ffmpeg: Ffmpeg, path: Path, excerpt: Excerpt, kind: AnimationFormat, target: Path, work: Work) -> Path:
    """A part of a video that plays for ever, without sound, at ``target``.

    Raises:
        MediaRejected: as `probe` says, or ``no_video``.
        MediaFailed: ``render_incomplete``, or as `Ffmpeg.run`.
        Cancelled: stopped on request; nothing is left behind.
    """
    info = probe(path, cancel=work.cancel)
    video = info.require_video()
    seconds = max(1 / excerpt.fps, min(excerpt.seconds, video.duration))
    frames = max(_FEWEST, round(seconds * excerpt.fps))
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="moving-") as name:
        folder = Path(name)
        (folder / "in").symlink_to(path.absolute())
        graph = f"[0:v:0]{_filters(video, excerpt, frames, kind)}[moving]"
        output = ["-filter_complex", graph, "-map", "[moving]", "-map_metadata", "-1", "-loop", "0", *_ENCODERS[kind]]
        ffmpeg.run(
            [*_input(info, excerpt, seconds), *output, "-y", "file:out"],
            folder=folder,
            work=work,
            seconds=seconds,
            timeout=120,
            output_bytes=_MOST_BYTES,
            message="Making the moving picture",
        )
        shown = _seconds_of(folder / "out", kind)
        if shown is not None and abs(shown - frames / excerpt.fps) > 2 / excerpt.fps:
            raise MediaFailed(
                "The moving picture did not come out as planned.", hint="Try another part.", code="render_incomplete"
            )
        return (folder / "out").replace(target)


def _input(info: MediaInfo, excerpt: Excerpt, seconds: float) -> list[str]:
    video = info.require_video()
    if video.still:
        return [*INPUT_GUARD, "-noautorotate", "-f", info.form.demuxer, "-i", "file:in"]
    start = max(0.0, min(excerpt.start, video.duration - seconds))
    skipped = ["-ss", f"{start:.6f}"] if start else []
    return [*INPUT_GUARD, *skipped, "-f", info.form.demuxer, "-i", "file:in"]


def _filters(video: VideoStream, excerpt: Excerpt, frames: int, kind: AnimationFormat) -> str:
    """Few frames first, so that only those are made small that are kept."""
    last_stays = "tpad=stop=-1:stop_mode=clone"  # before the rate: of a clip shorter than a frame nothing would be left
    steps = [last_stays, f"fps={excerpt.fps}:start_time=0", f"trim=end_frame={frames}"]
    steps.append(fitted(video, _small(video, excerpt), "cover", "m"))
    steps += [_RGB, _PALETTE] if kind == "gif" else [_AS_WEBP]
    return ",".join(steps)


def _small(video: VideoStream, excerpt: Excerpt) -> Size:
    width, height = video.display_size
    narrow = even(min(excerpt.width, width))
    return narrow, even(narrow * height / width)


def _seconds_of(path: Path, kind: AnimationFormat) -> float | None:
    """How long it plays; None where nothing moves, which makes a WebP of one picture."""
    if kind == "gif":
        return probe(path).duration
    durations = durations_of_webp(path.read_bytes())
    return sum(durations) / 1000 if durations else None


def durations_of_webp(data: bytes) -> list[int]:
    """Milliseconds that each frame of an animated WebP is shown, from its ANMF chunks."""
    found, place = [], 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"ANMF":
            found.append(int.from_bytes(data[place + 20 : place + 23], "little"))
        place += 8 + size + size % 2
    return found
