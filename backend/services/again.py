"""Results made once more from their manifests, wherever those come from."""

from __future__ import annotations

from typing import Any

from backend.errors import NotFound
from backend.ids import COLLECTIONS, StoredFile, derived_id, is_id, kind_of
from backend.jobs import JobContext
from backend.requests import AlignScript, MakeAgain, Transcribe
from backend.services.alignments import Alignments
from backend.services.captioning import Captioning
from backend.services.conversions import Conversions
from backend.services.manifests import (
    AlignmentManifest,
    CaptionsManifest,
    ConversionManifest,
    Manifest,
    MergeManifest,
    NarrationManifest,
    OverlayManifest,
    TranscriptManifest,
    VideoManifest,
    read_manifest,
    read_manifest_file,
)
from backend.services.merging import Merging
from backend.services.narrations import Narrations
from backend.services.overlays import Overlays
from backend.services.scratch import Scratch
from backend.services.transcriptions import Transcriptions
from backend.services.videos import Videos
from backend.storage.artifacts import Artifacts


class Again:
    """Reads manifests and hands each to the service that made such a thing first."""

    def __init__(
        self,
        artifacts: Artifacts,
        scratch: Scratch,
        narrations: Narrations,
        captioning: Captioning,
        videos: Videos,
        transcriptions: Transcriptions,
        alignments: Alignments,
        conversions: Conversions,
        merging: Merging,
        overlays: Overlays,
    ) -> None:
        self._artifacts = artifacts
        self._scratch = scratch
        self._narrations = narrations
        self._captioning = captioning
        self._videos = videos
        self._transcriptions = transcriptions
        self._alignments = alignments
        self._conversions = conversions
        self._merging = merging
        self._overlays = overlays

    def check(self, request: MakeAgain) -> None:
        """Refuse what cannot be made again, before anything is queued.

        Raises:
            InvalidRequest: ``invalid_manifest``, ``not_made_here``, or what the first operation itself refuses.
            NotFound: a voice or an input is not here, or the result is not.
        """
        manifest = self.read(request)
        if isinstance(manifest, NarrationManifest):
            self._narrations.plans.check_again(manifest)
        elif isinstance(manifest, VideoManifest):
            self._videos.check_again(manifest)
        elif isinstance(manifest, CaptionsManifest):
            self._captioning.check_again(manifest)
        elif isinstance(manifest, TranscriptManifest):
            self._transcriptions.check(self.transcript(manifest))
        elif isinstance(manifest, AlignmentManifest):
            self._alignments.check(self.alignment(manifest))
        elif isinstance(manifest, MergeManifest):
            self._merging.check(self._merging.same(manifest))
        elif isinstance(manifest, OverlayManifest):
            self._overlays.check(self._overlays.same(manifest))
        else:
            self._conversions.check(self._conversions.same(manifest))

    def make(self, request: MakeAgain, context: JobContext) -> dict[str, Any]:
        """Make it; returns its id, as the operation that made it first does."""
        manifest = self.read(request)
        if isinstance(manifest, NarrationManifest):
            return self._narrations.again(manifest, context, context.work)
        if isinstance(manifest, VideoManifest):
            return self._videos.again(manifest, context)
        if isinstance(manifest, CaptionsManifest):
            return {"captions_id": self._captioning.again(manifest, derived_id("cap", context.job_id))}
        if isinstance(manifest, TranscriptManifest):
            changed = self._transcriptions.changes(manifest)
            return self._transcriptions.transcribe(self.transcript(manifest), context, changed)
        if isinstance(manifest, AlignmentManifest):
            changed = self._alignments.changes(manifest)
            return self._alignments.align(self.alignment(manifest), context, changed)
        if isinstance(manifest, MergeManifest):
            return self._merging.again(manifest, context)
        if isinstance(manifest, OverlayManifest):
            return self._overlays.again(manifest, context)
        return self._convert(manifest, context)

    def _convert(self, manifest: ConversionManifest, context: JobContext) -> dict[str, Any]:
        changed = self._conversions.changes(manifest)
        made = self._conversions.convert(self._conversions.same(manifest), context)
        return {**made, "warnings": list(changed)}

    def transcript(self, manifest: TranscriptManifest) -> Transcribe:
        """What a transcript was asked for with, its recording as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._transcriptions.same(manifest)

    def alignment(self, manifest: AlignmentManifest) -> AlignScript:
        """The same of a script put onto a recording.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._alignments.same(manifest)

    def renders(self, request: MakeAgain) -> bool:
        """Whether it is a video, whose making belongs to another queue."""
        return isinstance(self.read(request), VideoManifest | MergeManifest | OverlayManifest)

    def read(self, request: MakeAgain) -> Manifest:
        """What the manifest says.

        Raises:
            InvalidRequest: ``invalid_manifest`` or ``not_made_here``.
            NotFound: no such result or file.
        """
        if not isinstance(request.manifest, str):
            return read_manifest(request.manifest)
        kind = kind_of(request.manifest)
        if kind in COLLECTIONS and is_id(request.manifest, kind):
            return read_manifest(self._artifacts.manifest(request.manifest))
        return read_manifest(self._of_file(StoredFile.parse(request.manifest)))

    def _of_file(self, stored: StoredFile) -> dict[str, Any]:
        if stored.owner.startswith("up_") and stored.name == "file.json":
            with self._scratch.folder() as folder:
                return read_manifest_file(self._artifacts.local(stored.file_id, folder))
        try:
            return self._artifacts.manifest(stored.owner, stored.version)
        except NotFound as error:
            raise NotFound(error.message, hint="Upload its manifest.json instead.", code=error.code) from error
