"""Operations on voices of people's own."""

from __future__ import annotations

from typing import Any

from backend import models, requests
from backend.jobs import JobContext
from backend.operating.services import Services, as_json


class VoiceOperations(Services):
    """Operations on voices of people's own."""

    def _check_check_voice(self, request: requests.CheckVoice) -> None:
        self.voice_recordings.check_check(request)

    def _do_check_voice(self, request: requests.CheckVoice, context: JobContext) -> dict[str, Any]:
        report: dict[str, Any] = as_json(self.voice_recordings.report(request, context.work))
        return report

    def _check_upload_voice(self, request: requests.UploadVoice) -> None:
        self.voice_recordings.check_upload(request)

    def _do_upload_voice(self, request: requests.UploadVoice, context: JobContext) -> dict[str, Any]:
        return self.voice_recordings.upload(request, context)

    def update_voice(self, request: requests.UpdateVoice) -> models.Voice:
        return self.own_voices.update(request)

    def delete_voice(self, request: requests.DeleteVoice) -> dict[str, Any]:
        return self.own_voices.delete(request.voice_id)

    def _check_blend_voices(self, request: requests.BlendVoices) -> None:
        self.own_voices.check_blend(request)

    def _do_blend_voices(self, request: requests.BlendVoices, context: JobContext) -> dict[str, Any]:
        return self.own_voices.blend(request, context)

    def export_voice(self, request: requests.ExportVoice) -> models.FileLink:
        return self.own_voices.export(request.voice_id)

    def import_voice(self, request: requests.ImportVoice) -> models.Voice:
        return self.own_voices.import_(request.file)

    def convert_transcript(self, request: requests.ConvertTranscript) -> dict[str, str]:
        return self.own_voices.transcript(request.file)
