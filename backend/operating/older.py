"""What callers of the earlier workers ask for."""

from __future__ import annotations

from typing import Any

from backend import models, requests
from backend.ids import is_id
from backend.jobs import JobContext
from backend.operating.jobs import JobOperations
from backend.operating.services import as_json
from backend.services import older_names


class OlderOperations(JobOperations):
    """What callers of the earlier workers ask for."""

    def _check_generate_kokoro_tts(self, request: requests.GenerateKokoroTts) -> None:
        self.narrations.plans.check(older_names.with_kokoro(request))

    def _do_generate_kokoro_tts(self, request: requests.GenerateKokoroTts, context: JobContext) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_kokoro(request), context)

    def _check_generate_f5_tts(self, request: requests.GenerateF5Tts) -> None:
        self.narrations.plans.check(older_names.with_f5(request, self.voices.own()))

    def _do_generate_f5_tts(self, request: requests.GenerateF5Tts, context: JobContext) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_f5(request, self.voices.own()), context)

    def _check_generate_chatterbox_tts(self, request: requests.GenerateChatterboxTts) -> None:
        self.narrations.plans.check(older_names.with_chatterbox(request, self.voices.own()))

    def _do_generate_chatterbox_tts(
        self, request: requests.GenerateChatterboxTts, context: JobContext
    ) -> dict[str, Any]:
        return self._speak_as_before(older_names.with_chatterbox(request, self.voices.own()), context)

    def _speak_as_before(self, request: requests.GenerateSpeech, context: JobContext) -> dict[str, Any]:
        return {**self.narrations.generate(request, context, context.work), "older": True}

    def get_kokoro_voices(self, request: requests.GetKokoroVoices) -> dict[str, Any]:
        voices = self.own_voices.find("kokoro", older_names.language_of(request.lang_code), "")
        return {"voices": voices, "total_count": len(voices)}

    def _check_upload(self, request: requests.Upload) -> None:
        if request.voice_name is not None:
            self.voice_recordings.check_upload(older_names.as_voice(request))
        self.uploads.link(request.file)

    def _do_upload(self, request: requests.Upload, context: JobContext) -> dict[str, Any]:
        if request.voice_name is not None:
            return self.voice_recordings.upload(older_names.as_voice(request), context)
        return {"file_id": request.file}

    def download(self, request: requests.Download) -> models.FileLink:
        if older_names.one_of(request) == "file_id":
            return self.uploads.link(str(request.file_id))
        return self.uploads.link(older_names.file_of(self._made_by(str(request.job_id)), request))

    def _made_by(self, job_id: str) -> dict[str, Any]:
        if is_id(job_id, "nar"):
            return dict(as_json(self.narrations.get(job_id)))
        return dict(self.job_result(requests.JobRequest(job_id=job_id)))

    def delete(self, request: requests.Delete) -> dict[str, bool]:
        return self.uploads.delete(request.file_id)

    def status(self, request: requests.Status) -> dict[str, Any]:
        if older_names.one_of(request) == "file_id":
            return self.uploads.status(str(request.file_id))
        return older_names.older_status(as_json(self.jobs.status(str(request.job_id), self.tenant)))

    def result(self, request: requests.Result) -> Any:
        return self.job_result(request)
