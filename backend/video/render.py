"""Renders the video: one graph, one encode, checked before it counts as done."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from backend.errors import MediaFailed
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import MediaInfo
from backend.models import Fit, ImageEffect
from backend.shots import Shot
from backend.video.backgrounds import Background, Gradient
from backend.video.graph import CRF, Scene, encode_picture, file_output, picture_graph, picture_inputs
from backend.video.metering import Metered
from backend.video.mixing import DUCK_DISTANCE, Mix, PlacedMix, place_mix
from backend.video.picture import Size
from backend.video.showing import place_backgrounds
from backend.video.sound import USUAL_FADES, Fades
from backend.video.stage import Heard, place_captions
from backend.video.timeline import frame_count
from backend.video.verify import verify, verify_sound
from backend.video.volume import check_volume
from backend.work import Cancel, Work

_PART = "video.part"
_SPARE_BYTES = 200_000_000
_SHARE_OF_VERIFYING = 0.1


@dataclass(frozen=True)
class RenderRequest:
    """One video to make, in one size."""

    audio: Path
    """The narration."""
    duration: float
    """Seconds of the narration; the video lasts as long, rounded up to a whole frame."""
    backgrounds: tuple[Background, ...] = (Gradient(),)
    """In order; several share the time, changing where sentences end."""
    size: Size = (1080, 1920)
    fit: Fit = "cover"
    effect: ImageEffect = "none"
    """For pictures; clips move by themselves. Only what covers the frame can pan, the rest zooms."""
    ass: str | None = None
    """Captions as an ASS document of our own making, for exactly this size."""
    fonts: Path | None = None
    """Folder of the fonts the captions use; needed with ``ass``. The machine's own fonts are never used."""
    music: Path | None = None
    music_volume: float = 0.2
    """Gain of the music where nobody speaks, 0 to 1."""
    speech: tuple[tuple[float, float], ...] = ()
    """Start and end of words in seconds, for the music to step back."""
    duck: bool = True
    duck_distance: float = DUCK_DISTANCE
    """LU that the music lies under the voice, at least, while someone speaks."""
    music_start: float = 0.0
    """Seconds of the music that are left out at its beginning."""
    fades: Fades = USUAL_FADES
    loudness: float | None = None
    """LUFS of the finished mix; None leaves voice and music as loud as they are."""
    fps: int = 30
    cuts: tuple[float, ...] = ()
    """Ends of sentences in seconds."""
    shots: tuple[Shot, ...] = ()
    """How each of the backgrounds is shown, one for each; none lets them share the time."""
    preset: str = "veryfast"
    """x264's; slower ones make smaller files."""

    def __post_init__(self) -> None:
        if self.ass is not None and self.fonts is None:
            raise ValueError("captions need the folder of their fonts")

    @property
    def mix(self) -> Mix:
        """What is to be heard, to the end of the last frame."""
        return Mix(
            narration=self.audio,
            seconds=frame_count(self.duration, self.fps) / self.fps,
            music=self.music,
            music_volume=self.music_volume,
            speech=self.speech,
            duck=self.duck,
            duck_distance=self.duck_distance,
            music_start=self.music_start,
            fades=self.fades,
            loudness=self.loudness,
        )


@dataclass(frozen=True)
class Rendered:
    """A finished video."""

    path: Path
    """``<width>x<height>.mp4`` in the folder that was given."""
    info: MediaInfo
    metered: Metered
    """How loud it is, measured in the file."""


def render(request: RenderRequest, ffmpeg: Ffmpeg, folder: Path, work: Work) -> Rendered:
    """Render into ``folder``; the file appears there only when it is whole and right.

    Raises:
        InvalidRequest: ``video_too_large``.
        MediaRejected: a background, the narration or the music cannot be used.
        MediaFailed: ``disk_full``, ``media_timeout``, ``render_incomplete`` …
        Cancelled: stopped on request; nothing is left behind.
    """
    width, height = request.size
    frames = frame_count(request.duration, request.fps)
    _check_disk(folder, _size_bound(request))
    check_volume(frames, request.size)
    with tempfile.TemporaryDirectory(dir=folder, prefix="render-") as name:
        inner = Path(name)
        mix = place_mix(request.mix, ffmpeg, inner, Work(cancel=work.cancel))
        arguments = [*_arguments(request, frames, mix, inner, ffmpeg, work.cancel), *file_output(_PART)]
        ffmpeg.run(
            arguments,
            folder=inner,
            work=work.part(0.0, 1 - _SHARE_OF_VERIFYING),
            seconds=frames / request.fps,
            timeout=300 + 60 * request.duration * (width * height / (1080 * 1920)),
            output_bytes=_size_bound(request),
            message=f"Rendering {width}x{height}",
        )
        info = verify(inner / _PART, frames, request.fps, request.size, sound=True, cancel=work.cancel)
        metered = verify_sound(ffmpeg, inner / _PART, info, Work(cancel=work.cancel), loudness=mix.loudness)
        target = folder / f"{width}x{height}.mp4"
        (inner / _PART).replace(target)
    work.report(1.0, f"Rendered {width}x{height}")
    return Rendered(target, info, metered)


def _size_bound(request: RenderRequest) -> int:
    """Bytes that a video of this size and length never needs: half a byte a pixel a second, and its sound."""
    pixels = request.size[0] * request.size[1]
    return int(request.duration * (pixels * 1.5 + 32_000)) + 50_000_000


def _check_disk(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed // 4 + _SPARE_BYTES:
        raise MediaFailed(
            "There is not enough room on the disk for the video.",
            hint="Delete what is no longer needed in the Library, or free some space.",
            code="disk_full",
        )


def _arguments(
    request: RenderRequest, frames: int, mix: PlacedMix, folder: Path, ffmpeg: Ffmpeg, cancel: Cancel
) -> list[str]:
    """Everything ffmpeg is told, but the output file; puts what it reads into ``folder``."""
    scene = place_scene(request, frames, folder, ffmpeg, cancel)
    return [
        *picture_inputs(scene),
        *mix.inputs,
        *("-filter_complex", f"{picture_graph(scene)};{mix.graph(scene.inputs)}"),
        *("-map", "[picture]", "-map", "[sound]"),
        *encode_picture(CRF, request.fps, request.preset),
        *("-c:a", "aac", "-b:a", "192k"),
    ]


def place_scene(
    request: RenderRequest, frames: int, folder: Path, ffmpeg: Ffmpeg, cancel: Cancel | None = None
) -> Scene:
    """The whole picture; puts what it reads into ``folder``.

    Raises:
        InvalidRequest, MediaRejected: as `place_backgrounds`.
    """
    backgrounds = request.backgrounds or (Gradient(),)
    audio = request.audio if request.audio.is_file() else None
    heard = Heard(audio, request.speech, frames / request.fps, ffmpeg, cancel or Cancel())
    segments = place_backgrounds(
        backgrounds, request.shots, request.cuts, request.size, frames, request.fps, folder, heard
    )
    captions = request.fonts is not None and place_captions(request.ass, request.fonts, folder, ffmpeg)
    return Scene(request.size, request.fps, segments, request.fit, request.effect, captions)
