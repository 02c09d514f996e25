"""Recordings written down: what is said in them, and when."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from backend.captions.files import timing_files
from backend.captions.text import ends_sentence, needs_space
from backend.engines import Heard
from backend.ids import derived_id
from backend.jobs import JobContext
from backend.media.decoding import decode_sound, notices
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe_sound
from backend.models import Segment, Transcript, Word
from backend.requests import Transcribe
from backend.services.inputs import Inputs
from backend.services.manifests import TranscriptManifest
from backend.services.paces import Paces
from backend.services.recognisers import Recognisers
from backend.services.results import timings, write_texts
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.voices.languages import check_language
from backend.work import Work

MOST_SECONDS = 3600.0
"""An hour: the recogniser holds the whole sound, 64 kB a second, and as much again of what it makes of it."""
SEGMENT_PAUSE = 0.8
"""Seconds of silence that part two segments, even inside a sentence."""
SEGMENT_SECONDS = 15.0
"""Where nobody pauses, a segment ends before the word that would make it longer."""


class Transcriptions:
    """Writes recordings down."""

    def __init__(
        self,
        artifacts: Artifacts,
        recognisers: Recognisers,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        paces: Paces,
    ) -> None:
        self._artifacts = artifacts
        self._recognisers = recognisers
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._paces = paces
        self._inputs = Inputs(artifacts)

    def check(self, request: Transcribe) -> None:
        """Refuse what cannot be written down, before anything is queued.

        Raises:
            InvalidRequest: ``unknown_language`` or ``language_not_understood``.
            RecogniserOff, NotAllowed: that recogniser cannot be used here, or not by this key.
            MediaRejected: no sound, too long, or damaged.
            NotFound: no such file.
        """
        self._recognisers.check(request.recogniser, _language(request))
        with self._scratch.folder() as folder:
            probe_sound(self._artifacts.local(request.media, folder), MOST_SECONDS)

    def same(self, manifest: TranscriptManifest) -> Transcribe:
        """The request again, with the recording as it is called here.

        Raises:
            NotFound: ``input_missing``.
        """
        return self._inputs.in_place(manifest.request, manifest.inputs)

    def changes(self, manifest: TranscriptManifest) -> tuple[str, ...]:
        """Why other words may be heard than the first time."""
        asked = manifest.request
        before, now = manifest.recogniser_revision, self._recognisers.revision(asked.recogniser, _language(asked))
        if before is None or before == now or manifest.request.language == "auto":
            return ()
        return (f"Another recogniser listens now ({now}, it was {before[:80]}): it may hear other words.",)

    def transcribe(self, request: Transcribe, context: JobContext, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
        """Write the recording down; returns the id of the transcript."""
        owner = derived_id("tra", context.job_id)

        def listen() -> dict[str, Any]:
            with self._scratch.folder() as folder:
                heard = self._heard(request, folder, context.work)
                context.work.cancel.check()
                info = probe_sound(self._artifacts.local(request.media, folder), MOST_SECONDS, context.work.cancel)
                self._publish(owner, request, heard, folder, (*warnings, *notices(info.require_audio())))
            return {"transcript_id": owner}

        made: dict[str, Any] = context.steps("listen", listen)
        return made

    def get(self, transcript_id: str) -> Transcript:
        """A transcript, with fresh links.

        Raises:
            NotFound: ``transcript_not_found``.
        """
        manifest = self._artifacts.manifest(transcript_id)
        return Transcript(
            **manifest["transcript"],
            media=str(manifest["made_by"]["media"]),
            transcript_id=transcript_id,
            timings=timings(self._artifacts, transcript_id, 1, "words", "transcript"),
        )

    def _heard(self, request: Transcribe, folder: Path, work: Work) -> Heard:
        media = self._artifacts.local(request.media, folder)
        info = probe_sound(media, MOST_SECONDS, work.cancel)
        sound = decode_sound(
            self._ffmpeg,
            media,
            info,
            folder / "sound.wav",
            work.part(0.0, 0.1),
            most_seconds=MOST_SECONDS,
            coarse_rate=self._recognisers.rate(request.recogniser, info.require_audio().sample_rate),
        )
        begun = time.monotonic()
        heard = self._recognisers.listen(request.recogniser, sound, _language(request), work.part(0.1, 0.98))
        self._paces.note("listen", request.recogniser, heard.duration, time.monotonic() - begun)
        return heard

    def _publish(self, owner: str, request: Transcribe, heard: Heard, folder: Path, warnings: tuple[str, ...]) -> None:
        words = [
            Word(text=word.text, start=word.start, end=word.end, confidence=word.probability, source="recognised")
            for word in heard.words
        ]
        transcript = {
            "text": heard.text,
            "language": heard.language,
            "duration": heard.duration,
            "words": [word.model_dump(mode="json") for word in words],
            "segments": [segment.model_dump(mode="json") for segment in segments_of(words)],
            "warnings": warnings,
        }
        made_by = {
            "operation": "transcribe",
            **request.model_dump(mode="json"),
            "recogniser_revision": self._recognisers.revision(request.recogniser, heard.language),
            "inputs": self._inputs.hashes([request.media], folder),
        }
        files = write_texts(folder, "words", timing_files(words))
        self._artifacts.publish(owner, 1, files, {"transcript": transcript, "made_by": made_by})


def segments_of(words: Sequence[Word]) -> list[Segment]:
    """The words in stretches that belong together: a sentence, or less where somebody pauses or does not end."""
    return [
        Segment(start=group[0].start, end=group[-1].end, text=_joined([word.text for word in group]))
        for group in _groups(words)
    ]


def _joined(words: Sequence[str]) -> str:
    """The words as they are written in their script: with spaces or without."""
    pairs = zip(("", *words), words, strict=False)
    return "".join(f" {word}" if needs_space(before, word) else word for before, word in pairs)


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and (word.start - group[-1].end > SEGMENT_PAUSE or word.end - group[0].start > SEGMENT_SECONDS):
            yield group
            group = []
        group.append(word)
        if ends_sentence(word.text):
            yield group
            group = []
    if group:
        yield group


def _language(request: Transcribe) -> str:
    return request.language if request.language == "auto" else check_language(request.language)
