"""Where a job is best done: what a graphics card makes faster waits for a worker that has one, while there is one."""

from __future__ import annotations

from pydantic import BaseModel

from backend import requests
from backend.engines import ENGINES
from backend.services import older_names
from backend.services.narrations import Narrations
from backend.services.video_requests import speech_request
from backend.voices import VoiceLibrary


def wants_card(request: BaseModel, narrations: Narrations, voices: VoiceLibrary) -> bool:
    """Whether a graphics card makes this job faster. The request was checked before.

    A video counts by the voice that speaks it: its whole job is done in one place.
    """
    if isinstance(request, requests.ConvertVoice | requests.Transcribe | requests.AlignScript):
        return True
    if isinstance(request, requests.InstallEngine):
        return ENGINES[request.engine].accelerated
    if isinstance(request, requests.RegenerateSentence):
        return ENGINES[narrations.engine_of_sentence(request)].accelerated
    spoken = _spoken(request, voices)
    return spoken is not None and any(ENGINES[engine].accelerated for engine in narrations.plans.engines(spoken))


def _spoken(request: BaseModel, voices: VoiceLibrary) -> requests.GenerateSpeech | None:
    """What the job speaks, if it does."""
    if isinstance(request, requests.GenerateSpeech):
        return request
    if isinstance(request, requests.GenerateF5Tts):
        return older_names.with_f5(request, voices.own())
    if isinstance(request, requests.GenerateChatterboxTts):
        return older_names.with_chatterbox(request, voices.own())
    if isinstance(request, requests.GenerateCaptionedVideo) and request.script:
        return speech_request(request)
    return None
