"""Voices made from recordings: looked over by the coach, cut, written down, saved."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from backend.engines import Engines
from backend.errors import InvalidRequest, MediaRejected
from backend.jobs import JobContext
from backend.media.audio import read_wave
from backend.media.ffmpeg import Ffmpeg
from backend.models import Consent, VoiceProblem, VoiceReport
from backend.requests import CheckVoice, GivenConsent, UploadVoice
from backend.services.clip_words import ClipListener, settle
from backend.services.scratch import Scratch
from backend.services.uploads import Uploads
from backend.storage.links import iso_utc
from backend.voices import VoiceLibrary
from backend.voices.choosing import check_part
from backend.voices.coach import refuse_unusable
from backend.voices.looking import Look, look_over
from backend.voices.outlines import outline
from backend.voices.records import Record, cloned_id
from backend.voices.wording import check_consent, check_name, check_tags
from backend.work import Work


class VoiceRecordings:
    """From a recording to a voice in the library."""

    def __init__(
        self, engines: Engines, ffmpeg: Ffmpeg, scratch: Scratch, uploads: Uploads, library: VoiceLibrary
    ) -> None:
        self._listener = ClipListener(engines)
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._uploads = uploads
        self._library = library

    def check_recording(self, file_id: str) -> float:
        """Seconds of a recording; refuses what is none.

        Raises:
            MediaRejected: ``no_audio`` or what `probe` refuses.
            NotFound: no such file.
        """
        with self._scratch.folder() as folder:
            return self._uploads.info(file_id, folder).require_audio().duration

    def check_check(self, request: CheckVoice) -> None:
        """Refuse what cannot be looked over, before anything is queued.

        Raises:
            InvalidRequest: ``invalid_cut``, ``invalid_transcript``, ``unknown_language`` or ``transcript_needed``.
            MediaRejected, NotFound: as `check_recording`.
        """
        if request.transcript is not None:
            self._listener.check(request.transcript, request.language)
        check_part(request.start, request.end, self.check_recording(request.audio))

    def report(self, request: CheckVoice, work: Work) -> VoiceReport:
        """What the coach says about a recording and, where a transcript was asked for, what is said in it."""
        with self._scratch.folder() as folder:
            look = self._look(request, folder, work.part(0.0, 0.4))
            report = look.report()
            if request.transcript is None or report.verdict == "unusable":
                return report
            look.cut(folder / "clip.wav")
            return self._with_words(report, request, folder / "clip.wav", work.part(0.4, 1.0))

    def _look(self, request: CheckVoice | UploadVoice, folder: Path, work: Work) -> Look:
        source = self._uploads.local(request.audio, folder)
        return look_over(self._ffmpeg, source, folder, work, request.start, request.end)

    def _with_words(self, report: VoiceReport, request: CheckVoice, clip: Path, work: Work) -> VoiceReport:
        """The same with what is heard in the chosen part, and whether the transcript fits it."""
        found: dict[str, Any] = {}
        try:
            heard = self._listener.listen(clip, request.language, work)
            found = {"heard": heard.text, "language": heard.language}
            settle(request.transcript or "", heard)
        except (InvalidRequest, MediaRejected) as error:
            found["transcript_problem"] = VoiceProblem(code=error.code, message=error.message, advice=error.hint)
        return report.model_copy(update=found)

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
        self._listener.check(request.transcript, request.language)
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
            clip = folder / "clip.wav"
            look = self._look(request, folder, work.part(0.0, 0.3))
            refuse_unusable(look.examined)
            seconds = look.cut(clip)
            digest, shape = hashlib.sha256(clip.read_bytes()).hexdigest(), outline(read_wave(clip)[0])
            voice_id = cloned_id(digest)
            if self._library.is_made_by(voice_id, context.job_id):
                return voice_id
            self._library.refuse_double(voice_id, shape)
            heard = self._listener.listen(clip, request.language, work.part(0.3, 0.9))
            record = Record(
                voice_id=voice_id,
                kind="cloned",
                name=check_name(request.name),
                language=heard.language,
                tags=check_tags(request.tags),
                transcript=settle(request.transcript, heard),
                heard=heard.text,
                clip_sha256=digest,
                seconds=seconds,
                outline=shape,
                consent=_consent(request.consent, digest),
                created_at=iso_utc(time.time()),
                made_by=context.job_id,
                sources=(request.audio,),
            )
            work.report(0.95, "Saving the voice")
            work.cancel.check()
            self._library.add(record, clip)
            return voice_id


def _consent(given: GivenConsent, digest: str) -> Consent:
    return check_consent(given.basis, given.speaker, given.statement, digest)
