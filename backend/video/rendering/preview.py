"""Captions seen before they are burned in: the frames that the render would hand to its encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.media.ffmpeg import Ffmpeg
from backend.models import Fit, ImageEffect
from backend.video.backgrounds.kinds import Background, Gradient, Image, Painted
from backend.video.picture.fitting import Size, even
from backend.video.picture.graph import CRF, Scene, Segment, encode_picture, file_output, picture_graph, picture_inputs
from backend.video.picture.timeline import frame_count
from backend.video.picture.window import window
from backend.video.rendering.render import place_scene
from backend.video.rendering.request import RenderRequest
from backend.video.rendering.stage import place_captions, place_source
from backend.video.rendering.verify import verify
from backend.work import Work

_PNG = ("-c:v", "png", "-compression_level", "1")  # half again as large as the smallest, in a third of the time
_AS_ON_SCREENS = "setparams=color_primaries=bt709:color_trc=iec61966-2-1"
"""Players show a video's values as they are; a picture that says BT.709 of itself is shown darker by browsers."""
_SHOW = f"scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int,format=rgb24,{_AS_ON_SCREENS}"
"""The same yuv420p frame as the encoder's, turned into RGB as a player does."""
_JPEG = ("-c:v", "mjpeg", "-q:v", "3", "-map_metadata", "-1")
_CLIP_PRESET = "superfast"  # the frames are the render's; only the encoder takes less trouble over them
_STILL_SECONDS = 60.0
_CLIP_SECONDS = 180.0


@dataclass(frozen=True)
class Look:
    """How the background of a preview is shown; the same as in the render that is previewed."""

    fit: Fit = "cover"
    effect: ImageEffect = "none"
    duration: float = 0.0
    """Seconds that the background is on screen in the video; only an effect needs it."""
    fps: int = 30


DEFAULT_LOOK = Look()


def preview_still(
    ass: str | None,
    fonts: Path,
    size: Size,
    time: float,
    background: Background | None,
    ffmpeg: Ffmpeg,
    folder: Path,
    work: Work,
    look: Look = DEFAULT_LOOK,
) -> Path:
    """The frame on screen at ``time`` (seconds) as ``preview.png`` in ``folder``.

    Args:
        ass: captions as an ASS document of our own making for exactly this size.
        background: what is behind them; None is the studio's gradient.
        look: how the background is shown.

    Raises:
        MediaRejected: the background cannot be used.
        MediaFailed, Cancelled: as `Ffmpeg.run`.
    """
    first = max(0, int(time * look.fps + 1e-6))
    with tempfile.TemporaryDirectory(dir=folder, prefix="preview-") as name:
        inner = Path(name)
        scene = _scene(ass, fonts, size, background, ffmpeg, inner, first, 1, look)
        return _drawn(scene, _SHOW, _PNG, inner, ffmpeg, work).replace(folder / "preview.png")


def video_still(
    request: RenderRequest, time: float, ffmpeg: Ffmpeg, folder: Path, work: Work, *, width: int | None = None
) -> Path:
    """The frame that ``request`` would show at ``time`` (seconds; past the end means the last one), in ``folder``.

    Args:
        request: the video; nothing of its sound is read.
        width: pixels across of a JPEG that is quick to send, ``frame.jpg``; None is the frame itself, ``frame.png``.

    Raises:
        MediaRejected, MediaFailed, Cancelled: as `backend.video.rendering.render.render`.
    """
    first = min(max(0, int(time * request.fps + 1e-6)), request.frames - 1)
    with tempfile.TemporaryDirectory(dir=folder, prefix="frame-") as name:
        inner = Path(name)
        scene = window(place_scene(request, inner, ffmpeg, work.cancel), first, 1)
        if width is None:
            return _drawn(scene, _SHOW, _PNG, inner, ffmpeg, work).replace(folder / "frame.png")
        small = f"scale={width}:-2:flags=area:out_color_matrix=bt601:out_range=pc,format=yuvj420p"
        return _drawn(scene, small, _JPEG, inner, ffmpeg, work).replace(folder / "frame.jpg")


def _drawn(scene: Scene, shown: str, written: Sequence[str], folder: Path, ffmpeg: Ffmpeg, work: Work) -> Path:
    """The first frame of a scene whose files are in ``folder``, as a picture there.

    Args:
        shown: filters from the encoder's frame to the picture's.
        written: ffmpeg's options for the picture's encoder.
    """
    graph = f"{picture_graph(scene)};[picture]{shown}[shown]"
    output = ["-map", "[shown]", "-frames:v", "1", *written, "-f", "image2", "-update", "1", "file:drawn"]
    inputs = [*picture_inputs(scene), "-filter_complex", graph]
    ffmpeg.run([*inputs, *output], folder=folder, work=work, timeout=_STILL_SECONDS)
    return folder / "drawn"


def preview_clip(
    ass: str | None,
    fonts: Path,
    size: Size,
    time: float,
    background: Background | None,
    ffmpeg: Ffmpeg,
    folder: Path,
    work: Work,
    *,
    seconds: float,
    look: Look = DEFAULT_LOOK,
) -> Path:
    """``seconds`` from ``time`` on, silent, as ``preview.mp4`` in ``folder``.

    Arguments and errors are those of `preview_still`.
    """
    first, frames = max(0, int(time * look.fps + 1e-6)), frame_count(seconds, look.fps)
    with tempfile.TemporaryDirectory(dir=folder, prefix="preview-") as name:
        inner = Path(name)
        scene = _scene(ass, fonts, size, background, ffmpeg, inner, first, frames, look)
        return _filmed(scene, frames, None, inner, ffmpeg, work).replace(folder / "preview.mp4")


def video_clip(
    request: RenderRequest,
    time: float,
    ffmpeg: Ffmpeg,
    folder: Path,
    work: Work,
    *,
    seconds: float,
    width: int | None = None,
) -> Path:
    """``seconds`` of what ``request`` would show from ``time`` on, silent, as ``clip.mp4``; never beyond its end.

    Arguments and errors are those of `video_still`.
    """
    first = min(max(0, int(time * request.fps + 1e-6)), request.frames - 1)
    frames = min(frame_count(seconds, request.fps), request.frames - first)
    with tempfile.TemporaryDirectory(dir=folder, prefix="clip-") as name:
        inner = Path(name)
        scene = window(place_scene(request, inner, ffmpeg, work.cancel), first, frames)
        return _filmed(scene, frames, width, inner, ffmpeg, work).replace(folder / "clip.mp4")


def _filmed(scene: Scene, frames: int, width: int | None, folder: Path, ffmpeg: Ffmpeg, work: Work) -> Path:
    """A scene whose files are in ``folder`` as a silent video there, which was played to its end.

    Args:
        width: pixels across; None is the scene's own.
    """
    graph, pad, size = picture_graph(scene), "[picture]", scene.size
    if width is not None:
        size = even(width), even(size[1] * width / size[0])
        graph, pad = f"{graph};{pad}scale={size[0]}:{size[1]}:flags=area,setsar=1[shown]", "[shown]"
    arguments = [*picture_inputs(scene), "-filter_complex", graph, "-map", pad]
    ffmpeg.run(
        [*arguments, *encode_picture(CRF, scene.fps, _CLIP_PRESET), *file_output("out.part")],
        folder=folder,
        work=work,
        seconds=frames / scene.fps,
        timeout=_CLIP_SECONDS,
        message="Rendering the preview",
    )
    verify(folder / "out.part", frames, scene.fps, size, sound=False, cancel=work.cancel)
    return folder / "out.part"


def paint(picture: Image, size: Size, ffmpeg: Ffmpeg, folder: Path, work: Work, fit: Fit = "cover") -> Painted:
    """``picture`` as the very frame that the graph makes of it, so that further previews need not decode it again.

    Raises:
        MediaRejected, MediaFailed, Cancelled: as `preview_still`.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix="paint-") as name:
        inner = Path(name)
        scene = Scene(size, DEFAULT_LOOK.fps, (Segment(place_source(picture, size, inner), 1, 0, 1),), fit)
        output = ["-filter_complex", picture_graph(scene), "-map", "[picture]", "-f", "rawvideo", "file:frame"]
        ffmpeg.run([*picture_inputs(scene), *output], folder=inner, work=work, timeout=_STILL_SECONDS)
        return Painted((inner / "frame").read_bytes())


def _scene(
    ass: str | None,
    fonts: Path,
    size: Size,
    background: Background | None,
    ffmpeg: Ffmpeg,
    folder: Path,
    first: int,
    frames: int,
    look: Look,
) -> Scene:
    """The part of the whole video that begins with frame ``first``."""
    source = place_source(background or Gradient(), size, folder)
    total = max(first + frames, frame_count(look.duration, look.fps))
    captions = place_captions(ass, fonts, folder, ffmpeg)
    return Scene(size, look.fps, (Segment(source, frames, first, total),), look.fit, look.effect, captions, first)
