"""Videos over videos, their coloured screens taken out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from backend.jobs import JobContext
from backend.media.ffmpeg import Ffmpeg
from backend.media.info import MediaInfo
from backend.requests import AddColorkeyOverlay, PreviewColorkeyOverlay
from backend.services.made_videos import MadeVideos
from backend.services.manifests import OverlayManifest
from backend.services.paces import RENDERED_BYTES, Paces, Piece
from backend.services.remembered import Remembered
from backend.services.results import keep_preview
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.video.keying.keying import OverlayRequest, look_at, look_into, overlay_video, plan_overlay
from backend.video.keying.screen_key import SCREENS


class Overlays:
    """Lays videos over others."""

    def __init__(self, artifacts: Artifacts, ffmpeg: Ffmpeg, scratch: Scratch, paces: Paces) -> None:
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._paces = paces
        self._made = MadeVideos(artifacts, ffmpeg)
        self._infos = Remembered()
        self._screens = Remembered()

    def check(self, request: AddColorkeyOverlay) -> None:
        """Refuse what cannot be done, before anything is queued.

        Raises:
            InvalidRequest: ``unknown_colour``, ``invalid_start`` or ``invalid_end``.
            MediaRejected: a file is no video, damaged or too large; the message says which.
            NotFound: no such file.
        """
        with self._scratch.folder() as folder:
            plan_overlay(self._request(request, folder), *self._look_into(request, folder))

    def piece(self, request: AddColorkeyOverlay) -> Piece:
        """How much there is to do; errors as `check`."""
        with self._scratch.folder() as folder:
            overlaid = plan_overlay(self._request(request, folder), *self._look_into(request, folder)).overlaid
        width, height = overlaid.size
        units = overlaid.frames / overlaid.fps * width * height / 1e6
        return Piece("overlay", "ffmpeg", units, units * RENDERED_BYTES)

    def overlay(self, request: AddColorkeyOverlay, context: JobContext) -> dict[str, Any]:
        """Make it; returns the ``file_id`` of the result."""
        return self._overlay(request, context, "")

    def look(self, request: PreviewColorkeyOverlay) -> dict[str, Any]:
        """One moment of it: a link to the ``picture``, and the ``color`` that is taken for the screen."""
        with self._scratch.folder() as folder:
            infos = self._look_into(request, folder)
            known = self._screens.find(f"{request.overlay} {request.color}") or ""
            asked = self._request(request, folder, known)
            plan = plan_overlay(asked, *infos)
            picture, screen = look_at(asked, plan, request.time, request.view, request.height, self._ffmpeg, folder)
            self._screens.keep(f"{request.overlay} {request.color}", screen.hex)
            return {"picture": keep_preview(self._artifacts, picture, "look.jpg"), "color": screen.hex}

    def same(self, manifest: OverlayManifest) -> AddColorkeyOverlay:
        """The request again, with its files as they are called here.

        Raises:
            NotFound: ``input_missing``.
        """
        request, known = manifest.request, manifest.inputs
        found = {name: self._made.find(getattr(request, name), known) for name in ("video", "overlay")}
        return request.model_copy(update=found)

    def again(self, manifest: OverlayManifest, context: JobContext) -> dict[str, Any]:
        """Make the same once more, with the screen that was found the first time."""
        made = self._overlay(self.same(manifest), context, manifest.screen)
        return {**made, "warnings": list(self._made.changes(manifest.ffmpeg))}

    def _overlay(self, request: AddColorkeyOverlay, context: JobContext, screen: str) -> dict[str, Any]:
        def overlay() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                begun = time.monotonic()
                made = overlay_video(self._request(request, folder, screen), self._ffmpeg, folder, context.work)
                width, height = made.info.require_video().display_size
                units = made.info.duration * width * height / 1e6
                self._paces.note("overlay", "ffmpeg", units, time.monotonic() - begun, made.path.stat().st_size)
                context.work.cancel.check()
                files, facts = [request.video, request.overlay], {"screen": made.screen.hex}
                job, operation = context.job_id, "add_colorkey_overlay"
                return self._made.keep(made.path, "overlaid.mp4", job, operation, request, files, facts)

        kept: dict[str, Any] = context.steps("overlay", overlay)
        return kept

    def _request(self, request: AddColorkeyOverlay, folder: Path, screen: str = "") -> OverlayRequest:
        """The request with its files at hand; ``screen``: the colour that a word was found to mean before."""
        found = screen if request.color.strip().lower() in SCREENS else ""
        return OverlayRequest(
            video=self._artifacts.local(request.video, folder),
            overlay=self._artifacts.local(request.overlay, folder),
            colour=found or request.color,
            **request.model_dump(include={"similarity", "blend", "spill", "position", "scale", "loop", "start", "end"}),
        )

    def _look_into(self, request: AddColorkeyOverlay, folder: Path) -> tuple[MediaInfo, MediaInfo]:
        return self._info(request.video, "video", folder), self._info(request.overlay, "overlay", folder)

    def _info(self, file_id: str, which: str, folder: Path) -> MediaInfo:
        path = self._artifacts.local(file_id, folder)  # it may have been deleted meanwhile
        known: MediaInfo | None = self._infos.find(file_id)
        if known is None:
            known = look_into(path, which)
            self._infos.keep(file_id, known)
        return known
