"""Videos put behind each other."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from backend.jobs import JobContext
from backend.media.ffmpeg import Ffmpeg
from backend.models import parse_size
from backend.requests import MergeVideos
from backend.services.made_videos import MadeVideos
from backend.services.manifests import MergeManifest
from backend.services.paces import RENDERED_BYTES, Paces, Piece
from backend.services.remembered import Remembered
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.video.joining.joining import Joined, JoinRequest, join, plan_join


class Merging:
    """Joins videos."""

    def __init__(self, artifacts: Artifacts, ffmpeg: Ffmpeg, scratch: Scratch, paces: Paces) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._paces = paces
        self._made = MadeVideos(artifacts, ffmpeg)
        self._plans = Remembered()

    def check(self, request: MergeVideos) -> None:
        """Refuse what cannot be joined, before anything is queued.

        Raises:
            InvalidRequest: ``transition_too_long``.
            MediaRejected: a file is no video, damaged or too large; the message says which.
            NotFound: no such file.
        """
        with self._scratch.folder() as folder:
            self._plans.keep(request.model_dump_json(), plan_join(self._request(request, folder)))

    def piece(self, request: MergeVideos) -> Piece:
        """How much there is to do; errors as `check`."""
        with self._scratch.folder() as folder:
            plan = plan_join(self._request(request, folder))
        if plan.alike:
            return Piece("join", "copy", plan.seconds, sum(info.size for info in plan.infos))
        width, height = plan.joint.size
        units = plan.seconds * width * height / 1e6
        return Piece("join", "ffmpeg", units, units * RENDERED_BYTES)

    def merge(self, request: MergeVideos, context: JobContext) -> dict[str, Any]:
        """Join them; returns the ``file_id`` of the result."""

        def merge() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                begun = time.monotonic()
                plan = self._plans.find(request.model_dump_json())
                joined = join(self._request(request, folder), self._ffmpeg, folder, context.work, plan)
                self._note(joined, time.monotonic() - begun)
                context.work.cancel.check()
                files = [*request.videos, *([request.background_music] if request.background_music else [])]
                facts = {"copied": joined.copied}
                return self._made.keep(joined.path, "merged.mp4", context.job_id, "merge_videos", request, files, facts)

        made: dict[str, Any] = context.steps("merge", merge)
        return made

    def same(self, manifest: MergeManifest) -> MergeVideos:
        """The request again, with its files as they are called here.

        Raises:
            NotFound: ``input_missing``.
        """
        request, known = manifest.request, manifest.inputs
        music = request.background_music
        return request.model_copy(
            update={
                "videos": tuple(self._made.find(video, known) for video in request.videos),
                "background_music": None if music is None else self._made.find(music, known),
            }
        )

    def again(self, manifest: MergeManifest, context: JobContext) -> dict[str, Any]:
        """Join the same videos once more."""
        return {**self.merge(self.same(manifest), context), "warnings": list(self._made.changes(manifest.ffmpeg))}

    def _request(self, request: MergeVideos, folder: Path) -> JoinRequest:
        music = request.background_music
        return JoinRequest(
            videos=tuple(self._artifacts.local(video, folder) for video in request.videos),
            music=None if music is None else self._artifacts.local(music, folder),
            music_volume=request.background_music_volume,
            transition=request.transition,
            transition_seconds=request.transition_seconds,
            size=None if request.size is None else parse_size(request.size),
            fit=request.fit,
        )

    def _note(self, joined: Joined, seconds: float) -> None:
        """How fast it went: by megapixels and seconds where it was encoded, by seconds where it was copied."""
        width, height = joined.info.require_video().display_size
        units = joined.info.duration * (1.0 if joined.copied else width * height / 1e6)
        self._paces.note("join", "copy" if joined.copied else "ffmpeg", units, seconds, joined.path.stat().st_size)
