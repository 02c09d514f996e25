"""Renders the video: one graph, one encode, checked before it counts as done."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.video.backgrounds.kinds import Gradient
from backend.video.picture.graph import Scene
from backend.video.picture.volume import check_volume
from backend.video.rendering.job import Job, Watch, render_together
from backend.video.rendering.patching import WORTH_ANOTHER_WAY, Find, Prints, find_nothing
from backend.video.rendering.request import RenderRequest
from backend.video.rendering.room import check_room
from backend.video.rendering.showing import place_backgrounds
from backend.video.rendering.stage import Heard, place_captions, place_layers
from backend.video.sound.metering import Metered
from backend.work import Cancel, Work

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rendered:
    """A finished video."""

    path: Path
    """``<width>x<height>.mp4`` in the folder that was given."""
    info: MediaInfo
    metered: Metered
    """How loud it is, measured in the file."""
    prints: Prints
    """What it is made of, for later ones that have parts of it."""
    copied: int = 0
    """Parts that came out of an earlier video."""
    thumbnail: Path | None = None
    """A small picture of it that is there already, of an earlier video; for reading only."""


def render(request: RenderRequest, ffmpeg: Ffmpeg, folder: Path, work: Work, find: Find = find_nothing) -> Rendered:
    """Render into ``folder``; the file appears there only when it is whole and right.

    Args:
        find: looks for a finished video that has parts of this one: those are copied, not encoded again.

    Raises:
        InvalidRequest: ``video_too_large``.
        MediaRejected: a background, the narration or the music cannot be used.
        MediaFailed: ``disk_full``, ``media_timeout``, ``render_incomplete`` …
        Cancelled: stopped on request; nothing is left behind.
    """
    return render_sizes([request], ffmpeg, folder, work, [find])[0]


def render_sizes(
    requests: Sequence[RenderRequest], ffmpeg: Ffmpeg, folder: Path, work: Work, finds: Sequence[Find]
) -> tuple[Rendered, ...]:
    """Render the same video in several sizes; what is read is read once for all of them.

    Args:
        requests: alike in all that is heard, in length and frame rate, each of another size.
        work: gets how far each size is as ``sizes``, fractions by ``WIDTHxHEIGHT``.
        finds: one for each.

    Raises:
        as `render`.
    """
    check_room(folder, sum(request.most_bytes for request in requests) / 4)
    for request in requests:
        check_volume(request.frames, request.size)
    watch = Watch([request.name for request in requests], work)
    with tempfile.TemporaryDirectory(dir=folder, prefix="render-") as name:
        root = Path(name)
        jobs = [
            _made_of_earlier(partial(_begin, request, root, ffmpeg, watch.of(request.name)), find)
            for request, find in zip(requests, finds, strict=True)
        ]
        left = [job for job in jobs if job.made is None]
        if len(left) == 1:
            left[0].whole()
        elif left:
            render_together(left, root, ffmpeg, watch.of(*(job.request.name for job in left)))
        rendered = tuple(_moved(job, folder) for job in jobs)
    work.report(1.0, f"Rendered {', '.join(request.name for request in requests)}")
    return rendered


def _begin(request: RenderRequest, root: Path, ffmpeg: Ffmpeg, work: Work, attempt: int = 1) -> Job:
    """One size, with all that it reads in a folder of its own."""
    folder = root / f"{request.name}-{attempt}"
    folder.mkdir()
    return Job(request, place_scene(request, folder, ffmpeg, work.cancel), folder, ffmpeg, work)


def _made_of_earlier(begin: Callable[..., Job], find: Find) -> Job:
    """A job, done if there is a video of which it can be made."""
    job = begin()
    earlier = find(job.prints)
    if earlier is None:
        return job
    try:
        job.patch(earlier)
    except MediaFailed as error:
        if error.code not in WORTH_ANOTHER_WAY:
            raise
        _log.warning("A video could not be made out of an earlier one, so all of it is rendered: %s", error)
        return begin(attempt=2)
    return job


def _moved(job: Job, folder: Path) -> Rendered:
    """What a job made, its file now in ``folder``."""
    assert job.made  # noqa: S101 - all have been made by now
    target = folder / f"{job.request.name}.mp4"
    job.path.replace(target)
    return Rendered(target, job.made.info, job.made.metered, job.prints, job.made.copied, job.made.thumbnail)


def place_scene(request: RenderRequest, folder: Path, ffmpeg: Ffmpeg, cancel: Cancel | None = None) -> Scene:
    """The whole picture; puts what it reads into ``folder``.

    Raises:
        InvalidRequest, MediaRejected: as `place_backgrounds`.
    """
    backgrounds, frames = request.backgrounds or (Gradient(),), request.frames
    audio = request.audio if request.audio.is_file() else None
    heard = Heard(audio, request.speech, frames / request.fps, ffmpeg, cancel or Cancel())
    segments = place_backgrounds(
        backgrounds, request.shots, request.cuts, request.size, frames, request.fps, folder, heard
    )
    layers = place_layers(request.overlays, request.size, frames, request.fps, folder)
    captions = request.fonts is not None and place_captions(request.ass, request.fonts, folder, ffmpeg)
    return Scene(request.size, request.fps, segments, request.fit, request.effect, captions, layers=layers)
