"""One size of a video in the making, and several sizes made by one run of ffmpeg."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.media.stitching import Piece, stitch
from backend.video.picture.graph import Scene, file_output, picture_graph, picture_inputs
from backend.video.picture.volume import patience
from backend.video.rendering.glimpse import GLIMPSE_FILE, GLIMPSE_OUTPUT, WATCHED, glimpse_graph, pointing_to
from backend.video.rendering.parts import part_hashes
from backend.video.rendering.patching import Earlier, Patch, Prints, sound_print
from backend.video.rendering.request import RenderRequest
from backend.video.rendering.together import pad_of, share_fonts, together
from backend.video.rendering.verify import as_planned, decoding_seconds, verify, verify_sound
from backend.video.sound.metering import Metered
from backend.video.sound.mixing import PlacedMix, place_mix
from backend.work import Work

_PART = "video.part"
_PICTURE = "picture.part"
_SOUND = "sound.part"
_SOUND_CODING = ("-c:a", "aac", "-b:a", "192k")
_SHARE_OF_VERIFYING = 0.1


@dataclass(frozen=True)
class Made:
    """A finished file."""

    info: MediaInfo
    metered: Metered
    copied: int = 0
    """Parts that came out of an earlier video."""
    thumbnail: Path | None = None
    """A small picture of it that is there already."""


class Job:
    """One size in a folder of its own, with all that its picture reads."""

    def __init__(self, request: RenderRequest, scene: Scene, folder: Path, ffmpeg: Ffmpeg, work: Work) -> None:
        self.request, self.scene, self.folder = request, scene, folder
        self.encoder = request.encoder
        self.made: Made | None = None
        self._ffmpeg, self._work, self._unseen = ffmpeg, work.part(0.0, 1 - _SHARE_OF_VERIFYING), _unseen(work)
        self._loudness: float | None = None
        program = (ffmpeg.version, str(os.cpu_count()))
        parts = part_hashes(scene, (*program, *self.encoder.depends_on), folder)
        self.prints = Prints(parts, sound_print(request.mix, (*program, *_SOUND_CODING)))

    @property
    def coding(self) -> list[str]:
        """ffmpeg's output options for the picture."""
        return self.encoder.arguments(self.request.fps)

    @property
    def path(self) -> Path:
        """The finished file."""
        return self.folder / _PART

    def patch(self, earlier: Earlier) -> None:
        """Make the file out of an earlier video.

        Raises:
            MediaFailed: one of `WORTH_ANOTHER_WAY`, if that cannot be; others as `Ffmpeg.run`.
        """
        patch = Patch(self.scene, self.encoder, self.prints, earlier, self.folder)
        info = patch.make(_PART, self._run, self._make_sound, self._work)
        metered = self._meter() if patch.needs_sound else earlier.metered
        self.made = Made(info, metered, patch.copied, earlier.looks_like(self.prints))

    def whole(self) -> None:
        """Make the file in one go."""
        mix = self._mix()
        taken, pad = self.encoder.taken_from(WATCHED)
        graph = f"{picture_graph(self.scene)};{glimpse_graph()}{taken};{mix.graph(self.scene.inputs)}"
        inputs = [*self.encoder.device, *picture_inputs(self.scene), *mix.inputs]
        outputs = [*GLIMPSE_OUTPUT, "-map", pad, "-map", "[sound]", *self.coding, *_SOUND_CODING]
        watched = pointing_to(str(self.folder / GLIMPSE_FILE), self._work)
        self._run([*inputs, "-filter_complex", graph, *outputs], _PART, self.request.frames, watched)
        with ThreadPoolExecutor(1) as thread:  # it listens while the pictures are looked through
            metered = thread.submit(self._meter)
            self.made = Made(self.verified(), metered.result())

    def verified(self) -> MediaInfo:
        """What is in the file, played to its end."""
        request = self.request
        plan = (request.frames, request.fps, request.size)
        return verify(self.path, *plan, sound=True, codec=self.encoder.codec, cancel=self._work.cancel)

    def _meter(self) -> Metered:
        """How loud the file is, being as loud as it should."""
        seconds = self.request.frames / self.request.fps
        return verify_sound(self._ffmpeg, self.path, seconds, self._unseen, loudness=self._loudness)

    def _make_sound(self, name: str) -> None:
        """The sound alone."""
        mix, outputs = self._mix(), ["-map", "[sound]", *_SOUND_CODING]
        self._run([*mix.inputs, "-filter_complex", mix.graph(), *outputs], name, self.request.frames, self._unseen)

    def _mix(self) -> PlacedMix:
        mix = place_mix(self.request.mix, self._ffmpeg, self.folder, self._unseen)
        self._loudness = mix.loudness
        return mix

    def _run(self, arguments: Sequence[str], name: str, frames: int, work: Work) -> None:
        """Have ffmpeg write ``frames`` frames, or as much sound, into the file ``name``."""
        self._ffmpeg.run(
            [*arguments, *file_output(name)],
            folder=self.folder,
            work=work,
            seconds=frames / self.request.fps,
            timeout=_timeout([self.request]),
            output_bytes=self.request.most_bytes,
            message=f"Rendering {self.request.name}",
        )


def render_together(jobs: Sequence[Job], root: Path, ffmpeg: Ffmpeg, work: Work) -> None:
    """Make the files of several jobs by one run: what they read is decoded once, the sound encoded once.

    Args:
        root: the folder that all jobs' folders are in.
    """
    request, folders = jobs[0].request, [job.folder.name for job in jobs]
    mix = place_mix(request.mix, ffmpeg, root, _unseen(work))
    share_fonts(folders, root)
    picture = together([job.scene for job in jobs], folders, root)
    outputs = [*GLIMPSE_OUTPUT]
    graph = f"{picture.graph};{glimpse_graph(pad_of(0))}"
    for number, job in enumerate(jobs):
        taken, pad = job.encoder.taken_from(pad_of(number) if number else WATCHED)
        graph += taken
        sound = () if number else ("-map", "[sound]", *_SOUND_CODING)
        name = f"{job.folder.name}/{_PICTURE if number else _PART}"
        outputs += ["-map", pad, *sound, *job.coding, *file_output(name)]
    inputs = [*jobs[0].encoder.device, *picture.inputs, *mix.inputs]
    ffmpeg.run(
        [*inputs, "-filter_complex", f"{graph};{mix.graph(picture.count)}", *outputs],
        folder=root,
        work=pointing_to(str(root / GLIMPSE_FILE), work.part(0.0, 1 - _SHARE_OF_VERIFYING)),
        seconds=request.frames / request.fps,
        timeout=_timeout([job.request for job in jobs]),
        output_bytes=max(job.request.most_bytes for job in jobs),
        message=f"Rendering {', '.join(job.request.name for job in jobs)}",
    )
    _finish(jobs, mix, ffmpeg, work)


def _finish(jobs: Sequence[Job], mix: PlacedMix, ffmpeg: Ffmpeg, work: Work) -> None:
    """Give each picture the sound of the first, and check them all, some at once."""
    first, *others = jobs
    for job in others:
        (job.folder / _SOUND).symlink_to(first.path.absolute())

    def finish(job: Job) -> MediaInfo:
        if job is first:
            return job.verified()
        frames, fps, size = plan = (job.request.frames, job.request.fps, job.request.size)
        whole, allowed = [Piece(_PICTURE, 0, frames)], decoding_seconds(frames, size)
        facts = stitch(whole, _SOUND, fps, _PART, job.folder, work.cancel, decoding_seconds=allowed)
        (job.folder / _PICTURE).unlink()
        return as_planned(facts, job.path, *plan, sound=True, codec=job.encoder.codec)

    with ThreadPoolExecutor(min(len(jobs), os.cpu_count() or 1)) as threads:
        seconds = first.request.frames / first.request.fps
        metered = threads.submit(verify_sound, ffmpeg, first.path, seconds, _unseen(work), loudness=mix.loudness)
        infos = list(threads.map(finish, jobs))
        for job, info in zip(jobs, infos, strict=True):
            job.made = Made(info, metered.result())


class Watch:
    """Adds up how far the sizes of a video are."""

    def __init__(self, names: Sequence[str], work: Work) -> None:
        self._done = dict.fromkeys(names, 0.0)
        self._work = work

    def of(self, *names: str) -> Work:
        """Takes the progress of these sizes."""

        def report(fraction: float, message: str, **details: Any) -> None:
            self._done.update(dict.fromkeys(names, round(fraction, 4)))
            mean = sum(self._done.values()) / len(self._done)
            self._work.report(mean, message, sizes=dict(self._done), **details)

        return Work(report, self._work.cancel)


def _unseen(work: Work) -> Work:
    return Work(cancel=work.cancel)


def _timeout(requests: Sequence[RenderRequest]) -> float:
    """Seconds that rendering these, of one video, may take."""
    return patience(requests[0].duration, sum(one.size[0] * one.size[1] for one in requests))
