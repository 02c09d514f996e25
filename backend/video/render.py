"""Renders the video: one graph, one encode, checked before it counts as done."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
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
from backend.video.overlays import Overlay
from backend.video.parts import part_hashes
from backend.video.patching import WORTH_ANOTHER_WAY, Earlier, Find, Patch, Prints, find_nothing, sound_print
from backend.video.picture import Size
from backend.video.showing import place_backgrounds
from backend.video.sound import USUAL_FADES, Fades
from backend.video.stage import Heard, place_captions, place_layers
from backend.video.timeline import frame_count
from backend.video.verify import verify, verify_sound
from backend.video.volume import check_volume
from backend.work import Cancel, Work

_PART = "video.part"
_SOUND_CODING = ("-c:a", "aac", "-b:a", "192k")
_SPARE_BYTES = 200_000_000
_SHARE_OF_VERIFYING = 0.1
_log = logging.getLogger(__name__)


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
    overlays: tuple[Overlay, ...] = ()
    """Pictures over the background, the lowest first; captions lie over them."""
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
    prints: Prints
    """What it is made of, for later ones that have parts of it."""
    copied: int = 0
    """Parts that came out of an earlier video."""


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
    _check_disk(folder, _size_bound(request))
    check_volume(frame_count(request.duration, request.fps), request.size)
    rendered = _render(request, ffmpeg, folder, work, find) or _render(request, ffmpeg, folder, work, find_nothing)
    assert rendered  # noqa: S101 - only what is made out of an earlier video can be given up
    work.report(1.0, f"Rendered {rendered.path.stem}")
    return rendered


def _render(request: RenderRequest, ffmpeg: Ffmpeg, folder: Path, work: Work, find: Find) -> Rendered | None:
    """As `render`; None where an earlier video was found and turned out not to fit."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="render-") as name:
        job = _Job(request, Path(name), ffmpeg, work.part(0.0, 1 - _SHARE_OF_VERIFYING))
        earlier = find(job.prints)
        try:
            info, metered, copied = job.patch(earlier) if earlier else (*job.whole(), 0)
        except MediaFailed as error:
            if earlier is None or error.code not in WORTH_ANOTHER_WAY:
                raise
            _log.warning("A video could not be made out of an earlier one, so all of it is rendered: %s", error)
            return None
        target = folder / f"{request.size[0]}x{request.size[1]}.mp4"
        (job.folder / _PART).replace(target)
    return Rendered(target, info, metered, job.prints, copied)


class _Job:
    """One video in the making, in a folder of its own."""

    def __init__(self, request: RenderRequest, folder: Path, ffmpeg: Ffmpeg, work: Work) -> None:
        self.request, self.folder, self._ffmpeg, self._work = request, folder, ffmpeg, work
        self._unseen = Work(cancel=work.cancel)
        self._loudness: float | None = None
        self._frames = frame_count(request.duration, request.fps)
        self._scene = place_scene(request, self._frames, folder, ffmpeg, work.cancel)
        self._picture = encode_picture(CRF, request.fps, request.preset)
        program = (ffmpeg.version, str(os.cpu_count()))
        parts = part_hashes(self._scene, (*program, *self._picture), folder)
        self.prints = Prints(parts, sound_print(request.mix, (*program, *_SOUND_CODING)))

    def patch(self, earlier: Earlier) -> tuple[MediaInfo, Metered, int]:
        """Write the file out of an earlier one; what is in it, how loud it is, how many of its parts are copies."""
        patch = Patch(self._scene, self.prints, earlier, self.folder)
        info = patch.make(_PART, self._picture, self._run, self._make_sound, self._work)
        return info, self._planned(info) if patch.needs_sound else earlier.metered, patch.copied

    def whole(self) -> tuple[MediaInfo, Metered]:
        """Write the file in one go; what is in it, and how loud it is."""
        mix = self._mix()
        graph = f"{picture_graph(self._scene)};{mix.graph(self._scene.inputs)}"
        inputs = [*picture_inputs(self._scene), *mix.inputs]
        outputs = ["-map", "[picture]", "-map", "[sound]", *self._picture, *_SOUND_CODING]
        self._run([*inputs, "-filter_complex", graph, *outputs], _PART, self._frames, self._work)
        plan = (self._frames, self.request.fps, self.request.size)
        info = verify(self.folder / _PART, *plan, sound=True, cancel=self._work.cancel)
        return info, self._planned(info)

    def _planned(self, info: MediaInfo) -> Metered:
        """How loud the file is, being as loud as it should."""
        return verify_sound(self._ffmpeg, self.folder / _PART, info, self._unseen, loudness=self._loudness)

    def _make_sound(self, name: str) -> None:
        """The sound alone."""
        mix, outputs = self._mix(), ["-map", "[sound]", *_SOUND_CODING]
        self._run([*mix.inputs, "-filter_complex", mix.graph(), *outputs], name, self._frames, self._unseen)

    def _mix(self) -> PlacedMix:
        mix = place_mix(self.request.mix, self._ffmpeg, self.folder, self._unseen)
        self._loudness = mix.loudness
        return mix

    def _run(self, arguments: Sequence[str], name: str, frames: int, work: Work) -> None:
        """Have ffmpeg write ``frames`` frames, or as much sound, into the file ``name``."""
        request = self.request
        width, height = request.size
        self._ffmpeg.run(
            [*arguments, *file_output(name)],
            folder=self.folder,
            work=work,
            seconds=frames / request.fps,
            timeout=300 + 60 * request.duration * (width * height / (1080 * 1920)),
            output_bytes=_size_bound(request),
            message=f"Rendering {width}x{height}",
        )


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
    layers = place_layers(request.overlays, request.size, frames, request.fps, folder)
    captions = request.fonts is not None and place_captions(request.ass, request.fonts, folder, ffmpeg)
    return Scene(request.size, request.fps, segments, request.fit, request.effect, captions, layers=layers)
