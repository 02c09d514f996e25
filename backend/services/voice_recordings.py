"""Voices made from recordings: looked over by the coach, cut, written down, saved."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from backend.engines import ENGINES, RECOGNISER, Engines
from backend.errors import InvalidRequest, MediaRejected, WeightsUnavailable
from backend.jobs import JobContext
from backend.media.audio import read_wave
from backend.media.ffmpeg import Ffmpeg
from backend.models import Consent, VoiceReport
from backend.requests import GivenConsent, UploadVoice
from backend.services.scratch import Scratch
from backend.services.uploads import Uploads
from backend.voices import VoiceLibrary
from backend.voices.choosing import check_part
from backend.voices.coach import examine, refuse_unusable, report_on
from backend.voices.languages import check_language
from backend.voices.outlines import outline
from backend.voices.preparing import prepare
from backend.voices.recording import MOST_SECONDS, Recording, read_recording
from backend.voices.records import Record, cloned_id
from backend.voices.transcripts import check_transcript, tidy_transcript
from backend.voices.wording import check_consent, check_name, check_tags, utc_now
from backend.work import Work


class VoiceRecordings:
    """From a recording to a voice in the library."""

    def __init__(
        self, engines: Engines, ffmpeg: Ffmpeg, scratch: Scratch, uploads: Uploads, library: VoiceLibrary
    ) -> None:
        self._engines = engines
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._uploads = uploads
        self._library = library

    def check_recording(self, file_id: str) -> float:
        """Seconds of a recording; refuses what is no recording, or too long to be looked over.

        Raises:
            MediaRejected: ``no_audio``, ``recording_too_long`` or what `probe` refuses.
            NotFound: no such file.
        """
        with self._scratch.folder() as folder:
            duration = self._uploads.info(file_id, folder).require_audio().duration
        if duration > MOST_SECONDS:
            raise MediaRejected(
                f"The recording is {duration / 60:.0f} minutes long; {MOST_SECONDS / 60:.0f} is the most for a voice.",
                hint="Cut out half a minute in which only this person speaks.",
                code="recording_too_long",
            )
        return duration

    def report(self, file_id: str, work: Work) -> VoiceReport:
        """What the coach says about a recording."""
        with self._scratch.folder() as folder:
            recording = read_recording(self._ffmpeg, self._uploads.local(file_id, folder), folder, work.part(0.0, 0.5))
            work.report(0.5, "Listening for noise, echo and clipping")
            return report_on(examine(recording))

    # ------------------------------------------------------------ saving

    def check_upload(self, request: UploadVoice) -> None:
        """Refuse what cannot be saved, before anything is queued.

        Raises:
            InvalidRequest: ``invalid_name``, ``invalid_tags``, ``invalid_consent``, ``invalid_transcript``,
                ``unknown_language``, ``transcript_needed`` or ``invalid_cut``.
            MediaRejected, NotFound: as `check_recording`.
        """
        check_name(request.name)
        check_tags(request.tags)
        _consent(request.consent, "")
        tidy_transcript(request.transcript)
        language = request.language if request.language == "auto" else check_language(request.language)
        if not request.transcript.strip() and language != "auto" and self._engines.listener(language) is None:
            raise _transcript_needed(language)
        check_part(request.start, request.end, self.check_recording(request.audio))

    def upload(self, request: UploadVoice, context: JobContext) -> dict[str, Any]:
        """Save a voice; returns its id.

        Raises:
            MediaRejected: the coach's gravest problem, for a recording that cannot be used.
            InvalidRequest: ``transcript_mismatch``, ``voice_exists``.
        """
        saved: dict[str, Any] = context.steps("save", lambda: {"voice_id": self._save(request, context)})
        return saved

    def _save(self, request: UploadVoice, context: JobContext) -> str:
        work = context.work
        with self._scratch.folder() as folder:
            source = self._uploads.local(request.audio, folder)
            recording = read_recording(self._ffmpeg, source, folder, work.part(0.0, 0.2))
            work.report(0.2, "Choosing the best part")
            clip = folder / "clip.wav"
            seconds = _cut(recording, request, clip)
            digest, shape = hashlib.sha256(clip.read_bytes()).hexdigest(), outline(read_wave(clip)[0])
            voice_id = cloned_id(digest)
            if self._library.is_made_by(voice_id, context.job_id):
                return voice_id
            self._library.refuse_double(voice_id, shape)
            language, heard, transcript = self._transcribed(clip, request, work.part(0.3, 0.9))
            record = Record(
                voice_id=voice_id,
                kind="cloned",
                name=check_name(request.name),
                language=language,
                tags=check_tags(request.tags),
                transcript=transcript,
                heard=heard,
                clip_sha256=digest,
                seconds=seconds,
                outline=shape,
                consent=_consent(request.consent, digest),
                created_at=utc_now(),
                made_by=context.job_id,
                sources=(request.audio,),
            )
            work.report(0.95, "Saving the voice")
            work.cancel.check()
            self._library.add(record, clip)
            return voice_id

    def _transcribed(self, clip: Path, request: UploadVoice, work: Work) -> tuple[str, str, str]:
        """Language, what was heard, and the transcript: made from exactly this clip, or checked against it."""
        language = request.language if request.language == "auto" else check_language(request.language)
        work.report(0.0, "Writing down what is said")
        try:
            heard = self._engines.listen(RECOGNISER, clip, language, work)
        except WeightsUnavailable as error:
            if language == "auto":
                raise
            if not request.transcript.strip():
                raise _transcript_needed(language) from error
            # Nothing here understands the language: the transcript is taken as given.
            return language, "", tidy_transcript(request.transcript)
        if not heard.text.strip() or not heard.words:
            raise MediaRejected(
                "No words were heard in the recording.",
                hint="Record somebody speaking, close to the microphone and without music.",
                code="no_speech",
            )
        spoken = heard.language if language == "auto" else language
        if not request.transcript.strip():
            return spoken, heard.text.strip(), tidy_transcript(heard.text)
        return spoken, heard.text.strip(), check_transcript(request.transcript, heard.text, spoken)


def _cut(recording: Recording, request: UploadVoice, target: Path) -> float:
    """Write the part that was asked for, or the best one; seconds of it."""
    examined = examine(recording)
    refuse_unusable(examined)
    part = check_part(request.start, request.end, recording.duration) or examined.chosen
    return prepare(recording.samples, part, target)


def _consent(given: GivenConsent, digest: str) -> Consent:
    return check_consent(given.basis, given.speaker, given.statement, digest)


def _transcript_needed(language: str) -> InvalidRequest:
    return InvalidRequest(
        f"No {ENGINES[RECOGNISER].title} that is here understands {language}, so what is said cannot be written down.",
        hint="Give the transcript: exactly what is said in the chosen part.",
        code="transcript_needed",
    )
