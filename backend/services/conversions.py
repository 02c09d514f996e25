"""Recordings said again in another voice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from backend.engines import ENGINES, Engines, Reference
from backend.errors import EngineError, InvalidRequest
from backend.ids import StoredFile, derived_id
from backend.jobs import JobContext
from backend.media.audio import write_wave
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe_sound
from backend.requests import ConvertVoice
from backend.services.inputs import Inputs
from backend.services.manifests import ConversionManifest
from backend.services.paces import Paces
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.storage.disk import sha256_of
from backend.voices import VoiceLibrary
from backend.work import Work

MOST_SECONDS = 900.0
"""A quarter of an hour; the result crosses from the engine in one piece."""


class Conversions:
    """Says recordings again in the voices of the library."""

    def __init__(
        self,
        artifacts: Artifacts,
        engines: Engines,
        voices: VoiceLibrary,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        paces: Paces,
    ) -> None:
        self._artifacts = artifacts
        self._engines = engines
        self._voices = voices
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._paces = paces
        self._inputs = Inputs(artifacts)

    def check(self, request: ConvertVoice) -> None:
        """Refuse what cannot be converted, before anything is queued.

        Raises:
            InvalidRequest: the engine, the voice or an option is wrong.
            MediaRejected: no sound, too long, or damaged.
            NotFound: no such file or voice.
        """
        if request.options:
            raise InvalidRequest(
                f"convert_voice has no option {min(request.options)[:80]!r}.",
                hint="It takes no options: the recording says how everything is said.",
                code="invalid_options",
            )
        self._engine(request.engine)
        self._reference(request.voice)
        with self._scratch.folder() as folder:
            probe_sound(self._artifacts.local(request.media, folder), MOST_SECONDS)

    def same(self, manifest: ConversionManifest) -> ConvertVoice:
        """The request again, with the recording as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._inputs.in_place(manifest.request, manifest.inputs)

    def changes(self, manifest: ConversionManifest) -> tuple[str, ...]:
        """Why it may sound different from the first time."""
        engine = self._engine(manifest.request.engine)
        changed = []
        if manifest.engine_revision not in ("", self._engines.revision(engine)):
            now, before = self._engines.revision(engine), manifest.engine_revision[:80]
            changed.append(f"{ENGINES[engine].title} is another version now ({now}, it was {before}).")
        if manifest.voice_hash not in ("", self._reference(manifest.request.voice).content_hash()):
            changed.append("The voice has another reference or transcript now: it may sound different.")
        return tuple(changed)

    def convert(self, request: ConvertVoice, context: JobContext) -> dict[str, Any]:
        """Say the recording again; returns the id of the file."""

        def convert() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                wave = self._converted(request, folder, context.work)
                context.work.cancel.check()
                return self._keep(request, wave, context.job_id)

        made: dict[str, Any] = context.steps("convert", convert)
        return made

    def _converted(self, request: ConvertVoice, folder: Path, work: Work) -> Path:
        media = self._artifacts.local(request.media, folder)
        source = decode_sound(
            self._ffmpeg,
            media,
            probe_sound(media, MOST_SECONDS, work.cancel),
            folder / "source.wav",
            work.part(0.0, 0.05),
            most_seconds=MOST_SECONDS,
        )
        speaking = work.part(0.05, 0.98)
        begun = time.monotonic()
        try:
            spoken = self._engines.convert(
                self._engine(request.engine),
                source,
                self._reference(request.voice),
                {},
                Work(
                    lambda fraction, message, **_: speaking.report(fraction, message or "Saying it again"), work.cancel
                ),
            )
        except EngineError:
            self._reference(request.voice)  # whatever it broke: that the voice was deleted meanwhile says more
            raise
        self._reference(request.voice)
        length = len(spoken.samples) / spoken.sample_rate
        self._paces.note("convert", self._engine(request.engine), length, time.monotonic() - begun)
        write_wave(folder / "converted.wav", spoken.samples, spoken.sample_rate)
        return folder / "converted.wav"

    def _keep(self, request: ConvertVoice, wave: Path, job_id: str) -> dict[str, Any]:
        """Keep the file where uploads are, so that every operation takes it, with a note of what made it."""
        engine = self._engine(request.engine)
        kept = StoredFile(derived_id("up", job_id), 1, "file.wav")
        inputs = self._inputs.hashes([request.media], wave.parent)
        voice = self._voices.get(request.voice)
        self._artifacts.publish(
            kept.owner,
            1,
            {kept.name: wave},
            {
                "name": f"{voice.name}.wav",
                "file": kept.name,
                "sha256": sha256_of(wave),
                "made_by": {
                    "operation": "convert_voice",
                    "media": request.media,
                    "voice": request.voice,
                    "engine": engine,
                    "engine_revision": self._engines.revision(engine),
                    "voice_hash": self._reference(request.voice).content_hash(),
                    "inputs": inputs,
                    "watermarked": ENGINES[engine].watermarks,
                },
            },
        )
        return {"file_id": kept.file_id}

    def _engine(self, wanted: str) -> str:
        """The engine that converts: the one asked for, or the first that is installed."""
        converting = [name for name, spec in ENGINES.items() if spec.converts]
        if wanted != "auto" and wanted not in converting:
            raise InvalidRequest(
                f"There is no engine {wanted[:80]!r} that converts recordings.",
                hint=f"Use auto, or one of: {', '.join(converting)}.",
                code="unknown_engine",
            )
        candidates = converting if wanted == "auto" else [wanted]
        installed = [name for name in candidates if self._engines.installed(name)]
        if not installed:
            raise InvalidRequest(
                f"Converting a recording needs an engine that is not installed: {ENGINES[candidates[0]].title}.",
                hint=f"Install it in the System tab, or call install_engine with {candidates[0]}.",
                code="engine_not_installed",
            )
        return installed[0]

    def _reference(self, voice_id: str) -> Reference:
        voice = self._voices.get(voice_id)
        reference = self._voices.reference(voice_id)
        if reference is None:
            raise InvalidRequest(
                f"{voice.name} was not made from a recording, so nothing can be said in it by example.",
                hint="Choose a voice of your own, saved with upload_voice.",
                code="voice_without_reference",
            )
        return reference
