"""A video over another one, its coloured screen taken out: the whole of it, or one frame to tune it by."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.errors import InvalidRequest, MediaFailed, MediaRejected
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import Position
from backend.video.backgrounds.kinds import Colour, parse_colour
from backend.video.keying.graph import (
    BASE,
    COLOUR_CUBE,
    OPACITY_CUBE,
    OVERLAY,
    Overlaid,
    View,
    look_graph,
    overlay_graph,
    overlay_inputs,
    sound_filters,
)
from backend.video.keying.screen_key import SCREENS, Key, cubes, find_screen
from backend.video.picture.fitting import source_matrix, toned, upright
from backend.video.picture.footage import even_size, frames_of, usual_rate
from backend.video.picture.graph import CRF, encode_picture, file_output
from backend.video.picture.volume import SCREEN_PIXELS, check_volume, most_bytes, patience
from backend.video.rendering.room import check_room
from backend.video.rendering.verify import verify
from backend.work import Cancel, Work

_PART, _TARGET, _LOOK = "overlaid.part", "overlaid.mp4", "look.jpg"
_SEARCHED = (320, 180)
"""Size at which a screen is looked for."""
_SEARCHED_AT = (0.5, 0.1, 0.9)
"""Parts of the overlay at which it is, one after another until there is one: many fade in or out."""
_LOOK_SECONDS = 60.0
_SHARE_OF_VERIFYING = 0.03


@dataclass(frozen=True)
class OverlayRequest:
    """Two videos, one over the other."""

    video: Path
    overlay: Path
    colour: str = "green"
    """Of the screen: a word of `SCREENS` to have it found, a CSS name, or hexadecimal digits."""
    similarity: float = 0.1
    blend: float = 0.1
    spill: float = 1.0
    """See `Key`."""
    position: Position = "center"
    scale: float = 1.0
    """1 is as large as fits into the frame."""
    loop: bool = True
    start: float = 0.0
    """Seconds at which the overlay comes."""
    end: float | None = None
    """Seconds at which it goes; None lasts to the end."""
    preset: str = "veryfast"
    """x264's."""


@dataclass(frozen=True)
class OverlayPlan:
    """What is going to be made."""

    overlaid: Overlaid
    screen: Colour | None
    """Of the screen; None where it is to be found in the overlay."""


@dataclass(frozen=True)
class OverlaidVideo:
    """A finished video."""

    path: Path
    """``overlaid.mp4`` in the folder that was given."""
    info: MediaInfo
    screen: Colour
    """What was taken for the screen."""


def plan_overlay(
    request: OverlayRequest,
    base: MediaInfo | None = None,
    overlay: MediaInfo | None = None,
    cancel: Cancel | None = None,
) -> OverlayPlan:
    """Look into both files (unless that was done) and plan.

    Raises:
        MediaRejected: a file cannot be used; the message says which.
        InvalidRequest: ``unknown_colour``, ``invalid_start``, ``invalid_end`` or ``video_too_large``.
        Cancelled: stopped on request.
    """
    screen = _screen(request.colour)
    base = base or look_into(request.video, "video", cancel)
    overlay = overlay or look_into(request.overlay, "overlay", cancel)
    video = base.require_video()
    if video.still:
        hint = "Choose a video; a picture becomes one as the background of a captioned video."
        raise MediaRejected("The video is a picture.", hint=hint, code="not_a_video")
    fps = usual_rate(video.fps)
    frames = frames_of(base, fps)
    first = round(request.start * fps)
    last = frames if request.end is None else min(frames, round(request.end * fps))
    if first >= frames:
        raise InvalidRequest(
            f"The overlay would come at {request.start:g} s, when the video of {frames / fps:.1f} s is over.",
            hint="Let it start earlier.",
            code="invalid_start",
        )
    if last <= first:
        raise InvalidRequest("The overlay would go before it comes.", hint="Set end after start.", code="invalid_end")
    size = even_size(video.display_size)
    check_volume(frames, size)
    where = (request.position, request.scale, request.loop)
    return OverlayPlan(Overlaid(base, overlay, size, fps, frames, first, last, *where), screen)


def look_into(path: Path, which: str, cancel: Cancel | None = None) -> MediaInfo:
    """What is in one of the two files.

    Args:
        which: what people call it.

    Raises:
        MediaRejected: it cannot be used.
    """
    try:
        info = probe(path, cancel=cancel)
        info.require_video()
    except MediaRejected as error:
        raise MediaRejected(f"The {which}: {error.message}", hint=error.hint, code=error.code) from error
    return info


def overlay_video(request: OverlayRequest, ffmpeg: Ffmpeg, folder: Path, work: Work) -> OverlaidVideo:
    """Make the video in ``folder``; the file appears there only when it is whole and right.

    Raises:
        MediaRejected, InvalidRequest: as `plan_overlay`.
        MediaFailed: ``disk_full``, ``media_timeout``, ``render_incomplete`` …
        Cancelled: stopped on request; nothing is left behind.
    """
    plan = plan_overlay(request, cancel=work.cancel)
    overlaid = plan.overlaid
    seconds = overlaid.frames / overlaid.fps
    check_room(folder, most_bytes(seconds, overlaid.size) / 8)
    with tempfile.TemporaryDirectory(dir=folder, prefix="overlay-") as name:
        inner = Path(name)
        screen = _place(request, plan, ffmpeg, inner, work)
        ffmpeg.run(
            _arguments(overlaid, request.preset),
            folder=inner,
            work=work.part(0.02, 1 - _SHARE_OF_VERIFYING),
            seconds=seconds,
            timeout=_patience(overlaid),
            output_bytes=most_bytes(seconds, overlaid.size),
            message="Laying the one over the other",
        )
        sound = overlaid.base.audio is not None
        info = verify(inner / _PART, overlaid.frames, overlaid.fps, overlaid.size, sound=sound, cancel=work.cancel)
        (inner / _PART).replace(folder / _TARGET)
    work.report(1.0, "Done")
    return OverlaidVideo(folder / _TARGET, info, screen)


def look_at(
    request: OverlayRequest, plan: OverlayPlan, time: float, view: View, height: int, ffmpeg: Ffmpeg, folder: Path
) -> tuple[Path, Colour]:
    """One frame of the same, as a JPEG of at most ``height`` pixels in ``folder``, and the screen's colour.

    Args:
        time: seconds; past the end means the last frame.
        view: the result, or its matte: white where the overlay is opaque.

    Raises:
        MediaFailed: no picture could be made.
    """
    overlaid = plan.overlaid
    frame = min(int(time * overlaid.fps + 1e-6), overlaid.frames - 1)
    visible = overlaid.first <= frame < overlaid.first + overlaid.shown
    with tempfile.TemporaryDirectory(dir=folder, prefix="look-") as name:
        inner = Path(name)
        screen = _place(request, plan, ffmpeg, inner, Work())
        # Where the last picture has begun already, there is nothing behind it: a little earlier there is.
        for at in dict.fromkeys((frame / overlaid.fps, max(0.0, (frame - 3) / overlaid.fps), 0.0)):
            graph = look_graph(overlaid, view, visible, height)
            output = ["-map", "[picture]", "-frames:v", "1", "-q:v", "3", "-f", "image2", "-update", "1", "-y"]
            ffmpeg.run(
                [*overlay_inputs(overlaid, at), "-filter_complex", graph, *output, f"file:{_LOOK}"],
                folder=inner,
                work=Work(),
                timeout=_LOOK_SECONDS,
            )
            if (inner / _LOOK).exists():
                return (inner / _LOOK).replace(folder / _LOOK), screen
    raise MediaFailed("No picture could be made of this moment.", hint="Try another time.")


def _screen(colour: str) -> Colour | None:
    """The colour that was asked for; None for one that is to be found."""
    word = colour.strip().lower()
    return None if word in SCREENS else parse_colour(word.removeprefix("0x"))


def _place(request: OverlayRequest, plan: OverlayPlan, ffmpeg: Ffmpeg, folder: Path, work: Work) -> Colour:
    """Put both files and the tables of colours into ``folder``; the screen's colour."""
    (folder / BASE).symlink_to(request.video.absolute())
    (folder / OVERLAY).symlink_to(request.overlay.absolute())
    word = request.colour.strip().lower()
    screen = plan.screen or find_screen(_pictures(plan.overlaid.overlay, ffmpeg, folder, work), word)
    opacity, colours = cubes(Key(screen, request.similarity, request.blend, request.spill))
    (folder / OPACITY_CUBE).write_bytes(opacity)
    (folder / COLOUR_CUBE).write_bytes(colours)
    return screen


def _pictures(overlay: MediaInfo, ffmpeg: Ffmpeg, folder: Path, work: Work) -> Iterator[NDArray[np.uint8]]:
    """Small pictures out of the overlay, (height, width, 3) RGB, as they are asked for."""
    video = overlay.require_video()
    width, height = _SEARCHED
    small = f"scale={width}:{height}:{source_matrix(video)}flags=neighbor,format=rgb24"
    filters = ",".join([*upright(video), *toned(video, _SEARCHED), small])
    turned = ["-noautorotate"] if video.still else []
    for share in _SEARCHED_AT if video.duration else (0.0,):
        begin = ["-ss", f"{video.duration * share:.6f}"] if share and video.duration else []
        source = [*begin, *INPUT_GUARD, *turned, "-f", overlay.form.demuxer, "-i", f"file:{OVERLAY}"]
        output = ["-map", "0:v:0", "-vf", filters, "-frames:v", "1", "-f", "rawvideo", "-y", "file:small"]
        ffmpeg.run([*source, *output], folder=folder, work=Work(cancel=work.cancel), timeout=_LOOK_SECONDS)
        raw = (folder / "small").read_bytes() if (folder / "small").exists() else b""
        if len(raw) == width * height * 3:
            picture: NDArray[np.uint8] = np.frombuffer(raw, np.uint8).reshape(height, width, 3)
            yield picture


def _arguments(overlaid: Overlaid, preset: str) -> list[str]:
    graph, sound = overlay_graph(overlaid), []
    if overlaid.base.audio is not None:
        graph += f";{sound_filters(overlaid)}[sound]"
        sound = ["-map", "[sound]", "-c:a", "aac", "-b:a", "192k"]
    return [
        *overlay_inputs(overlaid),
        *("-filter_complex", graph, "-map", "[picture]", *sound),
        *encode_picture(CRF, overlaid.fps, preset),
        *file_output(_PART),
    ]


def _patience(overlaid: Overlaid) -> float:
    """Seconds of wall time after which it has surely gone wrong: what is read or written decides, if larger."""
    videos = (overlaid.base.require_video(), overlaid.overlay.require_video())
    pixels = [video.width * video.height for video in videos] + [overlaid.inner_size[0] * overlaid.inner_size[1]]
    return patience(overlaid.frames / overlaid.fps, max(SCREEN_PIXELS, *pixels), slowest=120.0)
