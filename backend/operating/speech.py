"""Operations that speak and listen."""

from __future__ import annotations

from typing import Any

from backend import models, requests
from backend.jobs import JobContext
from backend.operating.services import Services


class SpeechOperations(Services):
    """Operations that speak and listen."""

    def _check_generate_speech(self, request: requests.GenerateSpeech) -> None:
        self.narrations.plans.check(request)

    def _do_generate_speech(self, request: requests.GenerateSpeech, context: JobContext) -> dict[str, Any]:
        return self.narrations.generate(request, context, context.work)

    def _check_convert_voice(self, request: requests.ConvertVoice) -> None:
        self._conversions.check(request)

    def _do_convert_voice(self, request: requests.ConvertVoice, context: JobContext) -> dict[str, Any]:
        return self._conversions.convert(request, context)

    def _check_regenerate_sentence(self, request: requests.RegenerateSentence) -> None:
        self.narrations.check_sentence(request)

    def _do_regenerate_sentence(self, request: requests.RegenerateSentence, context: JobContext) -> dict[str, Any]:
        return self.narrations.regenerate(request, context)

    def _check_align_script(self, request: requests.AlignScript) -> None:
        self._alignments.check(request)

    def _do_align_script(self, request: requests.AlignScript, context: JobContext) -> dict[str, Any]:
        return self._alignments.align(request, context)

    def _check_transcribe(self, request: requests.Transcribe) -> None:
        self._transcriptions.check(request)

    def _do_transcribe(self, request: requests.Transcribe, context: JobContext) -> dict[str, Any]:
        return self._transcriptions.transcribe(request, context)

    def get_narration(self, request: requests.GetNarration) -> models.Narration:
        return self.narrations.get(request.narration_id, request.version)

    def list_narrations(self, request: requests.ListNarrations) -> dict[str, Any]:
        return {"narrations": self.narrations.list(request.limit)}

    def delete_narration(self, request: requests.DeleteNarration) -> dict[str, Any]:
        return {"deleted": self.narrations.delete(request.narration_id)}

    def list_voices(self, request: requests.ListVoices) -> dict[str, Any]:
        return {"voices": self.own_voices.find(request.engine, request.language, request.query)}
